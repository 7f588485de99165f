/// Text that was UTF-8, was taken for Windows-1252, and was written as UTF-8 again: « Ã‰lectrique » for « Électrique ».
enum Mojibake {
    /// Whether the text may be so damaged: only then is it worth a closer look.
    static func isSuspect(_ text: Span<UInt8>) -> Bool {
        var k = 0
        while k &+ 1 < text.count {
            // Ã, Â and â are what the lead bytes of accented letters and of typographic marks become.
            if text[k] == 0xc3, text[k &+ 1] == 0x83 || text[k &+ 1] == 0x82 || text[k &+ 1] == 0xa2 { return true }
            k &+= 1
        }
        return false
    }

    /// The text as it was written first; nil when it is not damaged, or not only so.
    static func repaired(_ text: String) -> String? {
        guard text.utf8.count <= 1 << 16, isSuspect(text.utf8.span) else { return nil }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let byte = windows1252(scalar) else { return nil }
            bytes.append(byte)
        }
        guard let repaired = String(validating: bytes, as: UTF8.self), repaired != text else { return nil }
        return repaired
    }

    private static func windows1252(_ scalar: Unicode.Scalar) -> UInt8? {
        if scalar.value < 0x100 { return UInt8(scalar.value) }
        return high[scalar.value]
    }

    private static let high: [UInt32: UInt8] = [
        0x20ac: 0x80, 0x201a: 0x82, 0x0192: 0x83, 0x201e: 0x84, 0x2026: 0x85, 0x2020: 0x86, 0x2021: 0x87, 0x02c6: 0x88,
        0x2030: 0x89, 0x0160: 0x8a, 0x2039: 0x8b, 0x0152: 0x8c, 0x017d: 0x8e, 0x2018: 0x91, 0x2019: 0x92, 0x201c: 0x93,
        0x201d: 0x94, 0x2022: 0x95, 0x2013: 0x96, 0x2014: 0x97, 0x02dc: 0x98, 0x2122: 0x99, 0x0161: 0x9a, 0x203a: 0x9b,
        0x0153: 0x9c, 0x017e: 0x9e, 0x0178: 0x9f,
    ]
}
