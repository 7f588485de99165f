/// Writes text so that it can neither end its line or its quotes, nor steer the terminal that shows it.
enum LogText {
    /// Writes at most `limit` bytes, then a mark when the text was longer; cut at the border of a character.
    static func write(_ text: String, limit: Int, to bytes: inout [UInt8]) {
        let end = bytes.count + limit
        var text = text
        let isWhole = text.withUTF8 { utf8 in
            var k = 0
            while k < utf8.count {
                let start = k
                while k < utf8.count, escapeLength(utf8, at: k) == 0 { k += 1 }
                if !append(utf8[start..<k], upTo: end, to: &bytes) { return false }
                if k == utf8.count { return true }
                if end - bytes.count < longestEscape { return false }
                k += writeEscape(utf8, at: k, to: &bytes)
            }
            return true
        }
        if !isWhole { bytes.append(contentsOf: "…".utf8) }
    }

    private static let longestEscape = 6

    /// False when not all of the run fits.
    private static func append(_ run: Slice<UnsafeBufferPointer<UInt8>>, upTo end: Int, to bytes: inout [UInt8]) -> Bool
    {
        let room = end - bytes.count
        if run.count <= room {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: run))
            return true
        }
        var cut = run.startIndex + room
        while cut > run.startIndex, run[cut] & 0xc0 == 0x80 { cut -= 1 }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: run[..<cut]))
        return false
    }

    /// How many bytes at `k` are one scalar that must be escaped; 0 when they may stay.
    @inline(__always)
    private static func escapeLength(_ utf8: UnsafeBufferPointer<UInt8>, at k: Int) -> Int {
        switch utf8[k] {
        case 0..<0x20, 0x22, 0x5c, 0x7f: 1
        // U+0080–U+009F, the second set of control characters.
        case 0xc2 where k + 1 < utf8.count && utf8[k + 1] < 0xa0: 2
        // U+2028–U+202E, separators and directions, and U+2066–U+2069, isolated directions.
        case 0xe2 where k + 2 < utf8.count && isInvisible(utf8[k + 1], utf8[k + 2]): 3
        default: 0
        }
    }

    private static func isInvisible(_ second: UInt8, _ third: UInt8) -> Bool {
        second == 0x80 ? 0xa8...0xae ~= third : second == 0x81 && 0xa6...0xa9 ~= third
    }

    /// Returns how many bytes of the text it stands for.
    private static func writeEscape(_ utf8: UnsafeBufferPointer<UInt8>, at k: Int, to bytes: inout [UInt8]) -> Int {
        bytes.append(UInt8(ascii: "\\"))
        switch utf8[k] {
        case 0x22, 0x5c: bytes.append(utf8[k])
        case 0x0a: bytes.append(UInt8(ascii: "n"))
        case 0x0d: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0xc2: unicode(UInt64(utf8[k + 1]), to: &bytes)
        case 0xe2: unicode(0x2000 | UInt64(utf8[k + 1] & 0x3f) << 6 | UInt64(utf8[k + 2] & 0x3f), to: &bytes)
        default: unicode(UInt64(utf8[k]), to: &bytes)
        }
        return escapeLength(utf8, at: k)
    }

    private static func unicode(_ scalar: UInt64, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "u"))
        Hexadecimal.write(scalar, digits: 4, to: &bytes)
    }
}
