import Platform

/// Values as a French sentence shows them: `1 250 000 FCFA`, `31 %`, `15/01/2026`.
public enum ValueFormat {
    /// By what the number counts; `part` is a share of 1, shown in percent.
    public static func text(_ value: Double, kind: FactSchema.Kind, unit: String?) -> String {
        guard value.isFinite else { return unknown }
        switch kind {
        case .booleen: return value == 1 ? "oui" : "non"
        case .date: return date(value)
        default: break
        }
        switch unit {
        case "date": return date(value)
        case "part": return decimal(value * 100, value.magnitude >= 0.1 ? 0 : 1) + noBreak + "%"
        case "%": return decimal(value, 1) + noBreak + "%"
        case "FCFA": return decimal(value, 0) + noBreak + "FCFA"
        case "rapport", nil: return decimal(value, value.magnitude < 0.1 ? 4 : 2)
        case let unit?: return decimal(value, decimals(value)) + noBreak + unit
        }
    }

    static let unknown = "non connu"
    private static let noBreak = "\u{00a0}"
    private static let thinSpace = "\u{202f}"

    private static func decimals(_ value: Double) -> Int { value.magnitude >= 100 ? 0 : value.magnitude < 0.1 ? 4 : 2 }

    private static func date(_ days: Double) -> String {
        guard days.magnitude < 4_000_000 else { return unknown }
        let date = CivilDate(daysSinceEpoch: Int(days.rounded(.down)))
        var bytes: [UInt8] = []
        ASCII.write(date.day, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "/"))
        ASCII.write(date.month, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "/"))
        ASCII.write(date.year, width: 4, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// At most so many decimals, without trailing zeros; groups of three, a comma.
    static func decimal(_ value: Double, _ decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded(.toNearestOrAwayFromZero)
        // Beyond, a number of this size is told by its powers of ten.
        guard scaled < 1e15 else { return FormulaExpression.text(of: value) }
        let (whole, rest) = Int(scaled).quotientAndRemainder(dividingBy: Int(scale))
        var text = value < 0 && scaled > 0 ? "−" : ""
        text += grouped(whole)
        guard rest > 0 else { return text }
        var digits = String(rest)
        digits = String(repeating: "0", count: decimals - digits.utf8.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return text + "," + digits
    }

    private static func grouped(_ whole: Int) -> String {
        guard whole >= 1000 else { return String(whole) }
        let last = whole % 1000
        return grouped(whole / 1000) + thinSpace + (last < 10 ? "00" : last < 100 ? "0" : "") + String(last)
    }
}
