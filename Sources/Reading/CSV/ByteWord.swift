/// Eight bytes of text looked at in one register.
enum ByteWord {
    static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The first line feed, carriage return or byte of `pattern` (one byte, eight times) from `k` on. There must be
    /// one, and eight readable bytes behind it.
    @inline(__always)
    static func lineEnd(_ base: UnsafePointer<UInt8>, _ k: Int, or pattern: UInt64) -> Int {
        var k = k
        while true {
            let word = UInt64(littleEndian: UnsafeRawPointer(base + k).loadUnaligned(as: UInt64.self))
            let (a, b, c) = (word ^ pattern, word ^ (ones &* 0x0a), word ^ (ones &* 0x0d))
            // A borrow may mark bytes above the first that is sought, never below: only the lowest mark counts.
            let marks = ((a &- ones) & ~a | (b &- ones) & ~b | (c &- ones) & ~c) & (ones &* 0x80)
            if marks != 0 { return k &+ (marks.trailingZeroBitCount &>> 3) }
            k &+= 8
        }
    }
}
