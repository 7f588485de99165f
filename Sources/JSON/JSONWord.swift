/// Eight bytes of text looked at in one register.
///
/// In a returned mask the top bit of a byte is set when that byte is special. A borrow may mark bytes above the first
/// special one by mistake, never below: only the lowest mark is to be trusted, and no mark means none.
@usableFromInline
enum JSONWord {
    @inlinable @inline(__always)
    static func load(_ pointer: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self))
    }

    /// What ends a plain run in a text being written: the quote, the backslash and control characters.
    @inlinable @inline(__always)
    static func escapeMarks(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5c)
        let marks = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- ones &* 0x20) & ~word)
        return marks & 0x8080_8080_8080_8080
    }

    /// The same in a text being read, where a byte beyond ASCII also needs a look.
    @inlinable @inline(__always)
    static func stringMarks(_ word: UInt64) -> UInt64 {
        escapeMarks(word) | word & 0x8080_8080_8080_8080
    }

    @inlinable @inline(__always)
    static func firstMarked(_ marks: UInt64) -> Int { marks.trailingZeroBitCount &>> 3 }

    /// Byte equality without a call: with a constant `count` only a few loads remain.
    @inlinable @inline(__always)
    static func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if count >= 8 {
            var k = 0
            while k &+ 8 <= count {
                if load(left + k) != load(right + k) { return false }
                k &+= 8
            }
            return load(left + (count &- 8)) == load(right + (count &- 8))
        }
        let (a, b) = (UnsafeRawPointer(left), UnsafeRawPointer(right))
        if count >= 4 {
            return a.loadUnaligned(as: UInt32.self) == b.loadUnaligned(as: UInt32.self)
                && (a + (count &- 4)).loadUnaligned(as: UInt32.self)
                    == (b + (count &- 4)).loadUnaligned(as: UInt32.self)
        }
        if count >= 2 {
            return a.loadUnaligned(as: UInt16.self) == b.loadUnaligned(as: UInt16.self)
                && left[count &- 1] == right[count &- 1]
        }
        return count == 0 || left[0] == right[0]
    }
}
