extension JSONReader {
    /// Where a text stands between its quotes, checked but not yet taken.
    @usableFromInline
    struct StringScan {
        @usableFromInline let start: Int
        @usableFromInline let count: Int
        @usableFromInline let isEscaped: Bool
        @usableFromInline let isASCII: Bool
        @inlinable @inline(__always)
        init(start: Int, count: Int, isEscaped: Bool, isASCII: Bool) {
            (self.start, self.count, self.isEscaped, self.isASCII) = (start, count, isEscaped, isASCII)
        }
    }

    public mutating func string() throws(JSONError) -> String {
        guard try peek() == 0x22 else { throw mismatch(.expectedString) }
        return text(of: try scanString())
    }

    func text(of scan: StringScan) -> String {
        if scan.isEscaped {
            return String(unsafeUninitializedCapacity: scan.count) { unescape(scan, into: $0.baseAddress!) }
        }
        // The scan has proved it.
        let bytes = Span(_unsafeStart: base + scan.start, count: scan.count)
        return String(copying: UTF8Span(unchecked: bytes, isKnownASCII: scan.isASCII))
    }

    /// Steps over the text whose opening quote is at `position`: plain ASCII here, the rest elsewhere.
    @inlinable @inline(__always)
    mutating func scanString() throws(JSONError) -> StringScan {
        let start = position &+ 1
        var k = start
        while k &+ 8 <= end {
            let marks = JSONWord.stringMarks(JSONWord.load(base + k))
            if marks == 0 {
                k &+= 8
                continue
            }
            k &+= JSONWord.firstMarked(marks)
            if base[k] != 0x22 { break }
            position = k &+ 1
            return StringScan(start: start, count: k &- start, isEscaped: false, isASCII: true)
        }
        return try scanStringSlowly(from: start, k)
    }

    @usableFromInline @inline(never)
    mutating func scanStringSlowly(from start: Int, _ plain: Int) throws(JSONError) -> StringScan {
        var k = plain
        var isEscaped = false
        var isASCII = true
        while k < end {
            if k &+ 8 <= end {
                let marks = JSONWord.stringMarks(JSONWord.load(base + k))
                if marks == 0 {
                    k &+= 8
                    continue
                }
                k &+= JSONWord.firstMarked(marks)
            }
            switch base[k] {
            case 0x22:
                position = k &+ 1
                return StringScan(start: start, count: k &- start, isEscaped: isEscaped, isASCII: isASCII)
            case 0x5c:
                isEscaped = true
                k = try afterEscape(k)
            case 0x00..<0x20: throw failure(.controlCharacter, at: k)
            case 0x20..<0x80: k &+= 1
            default:
                isASCII = false
                k = try afterScalar(k)
            }
        }
        throw failure(.endOfInput, at: end)
    }

    /// The end of the well-formed UTF-8 sequence of two to four bytes at `k` (Unicode, table 3-7).
    @inline(__always)
    private mutating func afterScalar(_ k: Int) throws(JSONError) -> Int {
        let lead = base[k]
        guard lead >= 0xc2, lead <= 0xf4 else { throw failure(.invalidUTF8, at: k) }
        let count = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
        guard count <= end &- k else { throw failure(.invalidUTF8, at: k) }
        let lowest: UInt8 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80
        let highest: UInt8 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf
        guard base[k &+ 1] >= lowest, base[k &+ 1] <= highest else { throw failure(.invalidUTF8, at: k) }
        var next = 2
        while next < count {
            guard base[k &+ next] & 0xc0 == 0x80 else { throw failure(.invalidUTF8, at: k) }
            next &+= 1
        }
        return k &+ count
    }
}
