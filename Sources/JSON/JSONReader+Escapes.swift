extension JSONReader {
    /// The end of the escape sequence at `k`; a surrogate must come with its other half.
    mutating func afterEscape(_ k: Int) throws(JSONError) -> Int {
        guard k + 1 < end else { throw failure(.endOfInput, at: end) }
        switch base[k + 1] {
        case 0x22, 0x2f, 0x5c, 0x62, 0x66, 0x6e, 0x72, 0x74: return k + 2
        case 0x75: break
        default: throw failure(.invalidEscape, at: k)
        }
        let unit = try codeUnit(k)
        guard unit & 0xf800 == 0xd800 else { return k + 6 }
        let hasPartner = unit < 0xdc00 && k + 7 < end && base[k + 6] == 0x5c && base[k + 7] == 0x75
        guard hasPartner else { throw failure(.loneSurrogate, at: k) }
        let partner = try codeUnit(k + 6)
        guard partner & 0xfc00 == 0xdc00 else { throw failure(.loneSurrogate, at: k) }
        return k + 12
    }

    /// The four hexadecimal digits of the `\u` at `k`.
    private mutating func codeUnit(_ k: Int) throws(JSONError) -> UInt32 {
        guard k + 6 <= end else { throw failure(.endOfInput, at: end) }
        for digit in k + 2..<k + 6 where hexadecimal(base[digit]) == nil { throw failure(.invalidEscape, at: k) }
        return checkedCodeUnit(k)
    }

    private func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private func checkedCodeUnit(_ k: Int) -> UInt32 {
        (k + 2..<k + 6).reduce(0) { $0 << 4 | UInt32(hexadecimal(base[$1]) ?? 0) }
    }

    /// Writes what a checked text reads as, which is never longer than it is written; returns how many bytes.
    func unescape(_ scan: StringScan, into out: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 0
        var k = scan.start
        let stop = scan.start + scan.count
        while k < stop {
            let byte = base[k]
            guard byte == 0x5c else {
                out[count] = byte
                (count, k) = (count + 1, k + 1)
                continue
            }
            guard base[k + 1] == 0x75 else {
                out[count] = Self.short(base[k + 1])
                (count, k) = (count + 1, k + 2)
                continue
            }
            var value = checkedCodeUnit(k)
            k += 6
            if value & 0xfc00 == 0xd800 {
                value = 0x10000 + (value & 0x3ff) << 10 + checkedCodeUnit(k) & 0x3ff
                k += 6
            }
            count += Self.encode(value, at: out + count)
        }
        return count
    }

    /// A name written with escapes, in bytes that last as long as the reader.
    @usableFromInline @inline(never)
    mutating func unescapedName(_ scan: StringScan) -> UnsafeBufferPointer<UInt8> {
        let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: scan.count)
        members.keep(room)
        return UnsafeBufferPointer(rebasing: room[..<unescape(scan, into: room.baseAddress!)])
    }

    private static func short(_ letter: UInt8) -> UInt8 {
        switch letter {
        case 0x62: 0x08
        case 0x66: 0x0c
        case 0x6e: 0x0a
        case 0x72: 0x0d
        case 0x74: 0x09
        default: letter
        }
    }

    private static func encode(_ value: UInt32, at out: UnsafeMutablePointer<UInt8>) -> Int {
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(value >> shift & 0x3f) }
        switch value {
        case ..<0x80:
            out[0] = UInt8(value)
            return 1
        case ..<0x800:
            (out[0], out[1]) = (0xc0 | UInt8(value >> 6), tail(0))
            return 2
        case ..<0x10000:
            (out[0], out[1], out[2]) = (0xe0 | UInt8(value >> 12), tail(6), tail(0))
            return 3
        default:
            (out[0], out[1], out[2], out[3]) = (0xf0 | UInt8(value >> 18), tail(12), tail(6), tail(0))
            return 4
        }
    }
}
