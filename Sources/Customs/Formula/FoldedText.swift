/// The one way in which texts are compared: in capitals, without accents, white space as one blank, none at the ends.
///
/// A description typed as `Complément  alimentaire` and the word `COMPLEMENT` of a list are then equal byte for byte.
enum FoldedText {
    /// Folds `text`, of which at most `FormulaLimits.textBytes` are read, into `out`, which has room for as many bytes.
    /// Folding never makes a text longer.
    static func fold(_ text: String, into out: UnsafeMutablePointer<UInt8>) -> Int {
        let written = text.utf8.withContiguousStorageIfAvailable { fold($0, into: out) }
        if let written { return written }
        return Array(text.utf8).withUnsafeBufferPointer { fold($0, into: out) }
    }

    static func fold(_ text: String) -> [UInt8] {
        let room = min(text.utf8.count, FormulaLimits.textBytes)
        return [UInt8](unsafeUninitializedCapacity: room) { bytes, count in
            count = bytes.baseAddress.map { fold(text, into: $0) } ?? 0
        }
    }

    /// As text, for what is shown or compared outside the evaluator.
    static func string(_ text: String) -> String { String(decoding: fold(text), as: UTF8.self) }

    private static func fold(_ text: UnsafeBufferPointer<UInt8>, into out: UnsafeMutablePointer<UInt8>) -> Int {
        let end = whole(text, FormulaLimits.textBytes)
        var (at, count) = (0, 0)
        var blank = false
        while at < end {
            let byte = text[at]
            if byte > 0x20, byte < 0x80 {
                if blank, count > 0 {
                    out[count] = 0x20
                    count &+= 1
                }
                blank = false
                out[count] = byte &- (byte &- 0x61 < 26 ? 0x20 : 0)
                count &+= 1
                at &+= 1
            } else if byte <= 0x20 {
                blank = true
                at &+= 1
            } else {
                let step = width(byte, at, end)
                let (first, second) = plain(text, at, step)
                if first == 0x20 {
                    blank = true
                } else if first != 0 {
                    // The blank that is owed takes one of the bytes that white space left.
                    if blank, count > 0 {
                        out[count] = 0x20
                        count &+= 1
                    }
                    blank = false
                    if first == keep {
                        for k in 0..<step { out[count &+ k] = text[at &+ k] }
                        count &+= step
                    } else {
                        out[count] = first
                        count &+= 1
                        if second != 0 {
                            out[count] = second
                            count &+= 1
                        }
                    }
                }
                at &+= step
            }
        }
        return count
    }

    /// Marks a character that stays as it is.
    private static let keep: UInt8 = 0xff

    /// Where to cut so that no character is torn.
    private static func whole(_ text: UnsafeBufferPointer<UInt8>, _ limit: Int) -> Int {
        guard text.count > limit else { return text.count }
        var end = limit
        while end > 0, text[end] & 0xc0 == 0x80 { end &-= 1 }
        return end
    }

    private static func width(_ byte: UInt8, _ at: Int, _ end: Int) -> Int {
        let width = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
        return min(width, end &- at)
    }

    /// What a character that is not ASCII becomes: up to two bytes, a blank, nothing (0), or itself (`keep`).
    private static func plain(_ text: UnsafeBufferPointer<UInt8>, _ at: Int, _ step: Int) -> (UInt8, UInt8) {
        guard step >= 2 else { return (keep, 0) }
        let (lead, next) = (text[at], text[at &+ 1])
        switch (lead, next) {
        case (0xc2, 0xa0): return (0x20, 0)
        case (0xc2, 0xad): return (0, 0)
        case (0xc2, 0xb2), (0xc2, 0xb3): return (next &- 0x80, 0)
        case (0xc2, 0xb9): return (0x31, 0)
        case (0xc3, 0xbf): return (0x59, 0)
        case (0xc3, 0x80...0xbe): return latin(next >= 0xa0 && next != 0xb7 ? next &- 0x20 : next)
        case (0xc5, 0x92), (0xc5, 0x93): return (0x4f, 0x45)
        case (0xc5, 0xa0), (0xc5, 0xa1): return (0x53, 0)
        case (0xc5, 0xb8): return (0x59, 0)
        case (0xc5, 0xbd), (0xc5, 0xbe): return (0x5a, 0)
        // Accents that follow their letter.
        case (0xcc, _), (0xcd, 0x80...0xaf): return (0, 0)
        case (0xe2, 0x80) where step == 3:
            switch text[at &+ 2] {
            case 0x80...0x8a, 0xaf: return (0x20, 0)
            case 0x98, 0x99: return (0x27, 0)
            case 0x8b...0x8d: return (0, 0)
            case 0x90...0x95: return (0x2d, 0)
            default: return (keep, 0)
            }
        default: return (keep, 0)
        }
    }

    /// The letters of Latin-1, by their second byte in capitals.
    private static func latin(_ next: UInt8) -> (UInt8, UInt8) {
        switch next {
        case 0x80...0x85: (0x41, 0)
        case 0x86: (0x41, 0x45)
        case 0x87: (0x43, 0)
        case 0x88...0x8b: (0x45, 0)
        case 0x8c...0x8f: (0x49, 0)
        case 0x91: (0x4e, 0)
        case 0x92...0x96, 0x98: (0x4f, 0)
        case 0x99...0x9c: (0x55, 0)
        case 0x9d: (0x59, 0)
        case 0x9f: (0x53, 0x53)
        default: (keep, 0)
        }
    }
}
