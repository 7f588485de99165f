/// What may be wrong with free text. It is kept as it is; a person is told.
enum TextDefects {
    /// A text of more bytes is worth a remark.
    static let long = 1000

    /// Whether there are control characters other than tabs and line ends.
    static func hasControl(_ text: Span<UInt8>) -> Bool {
        for k in text.indices {
            let byte = text[k]
            if byte < 0x20, byte != 0x09, byte != 0x0a, byte != 0x0d { return true }
            if byte == 0x7f { return true }
        }
        return false
    }

    /// The text without the plain spaces around it. A tab in front stays: a spreadsheet would see it.
    static func kept(_ text: Span<UInt8>) -> Range<Int> {
        var (start, end) = (0, text.count)
        while start < end, text[start] == 0x20 { start += 1 }
        while end > start, text[end - 1] == 0x20 { end -= 1 }
        return start..<end
    }

    /// Whether a spreadsheet would take the text for a formula. A lone sign is none.
    static func isFormula(_ text: Span<UInt8>) -> Bool {
        guard text.count > 1 else { return false }
        switch text[0] {
        case 0x3d, 0x2b, 0x2d, 0x40, 0x09, 0x0d: return true
        default: return false
        }
    }
}
