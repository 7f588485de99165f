extension JSONWriter {
    public mutating func string(_ value: String) {
        var value = value
        value.withUTF8 { quote($0) }
    }

    public mutating func string(_ value: Substring) {
        var value = value
        value.withUTF8 { quote($0) }
    }

    /// The name of the member whose value is written next.
    public mutating func key(_ name: StaticString) {
        quote(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), isName: true)
        needsComma = false
    }

    public mutating func key(_ name: String) {
        var name = name
        name.withUTF8 { quote($0, isName: true) }
        needsComma = false
    }

    /// Longer texts are escaped piece by piece, so that none asks for six times its length of room.
    private static let piece = 1024

    @inline(__always)
    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>, isName: Bool = false) {
        let first = min(text.count, Self.piece)
        put(upTo: 6 &* first &+ 3) { out in
            out[0] = 0x22
            var count = 1
            if let base = text.baseAddress { count &+= Self.escape(base, first, into: out + 1) }
            if first < text.count { return count }
            out[count] = 0x22
            out[count &+ 1] = 0x3a
            return count &+ (isName ? 2 : 1)
        }
        if first < text.count { quoteRest(text[first...], isName) }
    }

    @inline(never)
    private mutating func quoteRest(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ isName: Bool) {
        var rest = text
        while !rest.isEmpty {
            let piece = UnsafeBufferPointer(rebasing: rest.prefix(Self.piece))
            write(upTo: 6 * piece.count) { Self.escape(piece.baseAddress!, piece.count, into: $0) }
            rest = rest.dropFirst(piece.count)
        }
        write(upTo: 2) { out in
            (out[0], out[1]) = (0x22, 0x3a)
            return isName ? 2 : 1
        }
    }

    /// Copies eight bytes at a time up to what must be escaped; beyond ASCII nothing must.
    @inline(__always)
    private static func escape(
        _ text: UnsafePointer<UInt8>, _ length: Int, into out: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var (k, count) = (0, 0)
        while k < length {
            if k &+ 8 <= length {
                let word = JSONWord.load(text + k)
                let marks = JSONWord.escapeMarks(word)
                // Stored whole even when only its head is plain: there is room, and what follows overwrites the rest.
                UnsafeMutableRawPointer(out + count).storeBytes(of: word.littleEndian, as: UInt64.self)
                let plain = marks == 0 ? 8 : JSONWord.firstMarked(marks)
                k &+= plain
                count &+= plain
                if marks == 0 { continue }
            }
            let byte = text[k]
            k &+= 1
            if byte >= 0x20, byte != 0x22, byte != 0x5c {
                out[count] = byte
                count &+= 1
            } else {
                count &+= escape(byte, into: out + count)
            }
        }
        return count
    }

    @inline(never)
    private static func escape(_ byte: UInt8, into out: UnsafeMutablePointer<UInt8>) -> Int {
        out[0] = 0x5c
        switch byte {
        case 0x22, 0x5c: out[1] = byte
        case 0x08: out[1] = 0x62
        case 0x09: out[1] = 0x74
        case 0x0a: out[1] = 0x6e
        case 0x0c: out[1] = 0x66
        case 0x0d: out[1] = 0x72
        default:
            (out[1], out[2], out[3]) = (0x75, 0x30, 0x30)
            out[4] = 0x30 | byte >> 4
            out[5] = byte & 15 < 10 ? 0x30 | byte & 15 : 0x57 + byte & 15
            return 6
        }
        return 2
    }
}
