/// Keeps spreadsheets from running what a stranger wrote into a cell (CWE-1236).
public enum FormulaGuard {
    /// Whether a spreadsheet would take the text for a formula: it begins with `= + - @`, a tab or a line break, and is
    /// no plain number.
    public static func isFormula(_ text: Span<UInt8>) -> Bool {
        guard text.count > 0 else { return false }
        switch text[0] {
        case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0a, 0x0d: return true
        case UInt8(ascii: "+"), UInt8(ascii: "-"): return !isNumber(text)
        default: return false
        }
    }

    /// The text as it may be exported: a formula with an apostrophe in front.
    public static func guarded(_ text: [UInt8]) -> [UInt8] { isFormula(text.span) ? [0x27] + text : text }

    /// Digits after the sign, with points, commas and spaces among them: `-1 259,712`.
    private static func isNumber(_ text: Span<UInt8>) -> Bool {
        var digits = 0
        for k in 1..<text.count {
            switch text[k] {
            case 0x30...0x39: digits += 1
            case UInt8(ascii: "."), UInt8(ascii: ","), 0x20: continue
            default: return false
            }
        }
        return digits > 0
    }
}
