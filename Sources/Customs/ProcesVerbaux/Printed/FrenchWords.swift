import Platform

/// Dates and hours as acts write them, in words.
enum FrenchWords {
    private static let small = [
        "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
        "treize",
        "quatorze", "quinze", "seize",
    ]
    private static let tens = ["", "dix", "vingt", "trente", "quarante", "cinquante", "soixante"]
    static let months = [
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ]

    /// 0 to 9999.
    static func number(_ value: Int) -> String {
        let value = min(max(value, 0), 9999)
        if value < 100 { return belowHundred(value) }
        let unit = value < 1000 ? 100 : 1000
        let (many, rest) = value.quotientAndRemainder(dividingBy: unit)
        let name = unit == 100 ? "cent" : "mille"
        var words = many == 1 ? name : "\(number(many)) \(name)"
        if unit == 100, many > 1, rest == 0 { words += "s" }
        return rest == 0 ? words : "\(words) \(number(rest))"
    }

    private static func belowHundred(_ value: Int) -> String {
        if value < small.count { return small[value] }
        let (ten, rest) = value.quotientAndRemainder(dividingBy: 10)
        switch ten {
        case 7: return rest == 1 ? "soixante et onze" : "soixante-\(belowHundred(value - 60))"
        case 8, 9: return value == 80 ? "quatre-vingts" : "quatre-vingt-\(belowHundred(value - 80))"
        default:
            if rest == 0 { return tens[ten] }
            return rest == 1 && ten > 1 ? "\(tens[ten]) et un" : "\(tens[ten])-\(small[rest])"
        }
    }

    /// « l’an deux mille vingt-six, le premier mars »
    static func day(_ date: CivilDate) -> String {
        let day = date.day == 1 ? "premier" : number(date.day)
        return "l’an \(number(date.year)), le \(day) \(months[date.month - 1])"
    }

    /// « à dix heures trente »
    static func hour(_ moment: Timestamp) -> String {
        let minutes = moment.microsecondOfDay / 60_000_000
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        // Hours are feminine.
        let name = hour == 0 ? "zéro heure" : hour == 1 ? "une heure" : hour == 21 ? "vingt et une heures" : nil
        let hours = name ?? "\(number(hour)) heures"
        let feminine = [
            1: "une", 21: "vingt et une", 31: "trente et une", 41: "quarante et une", 51: "cinquante et une",
        ]
        return minute == 0 ? "à \(hours)" : "à \(hours) \(feminine[minute] ?? number(minute))"
    }

    /// « 04/03/2026 à 10 h 30 (UTC) »
    static func stamp(_ moment: Timestamp) -> String {
        let minutes = moment.microsecondOfDay / 60_000_000
        var bytes: [UInt8] = []
        ASCII.write(minutes / 60, width: 2, to: &bytes)
        let hour = String(decoding: bytes, as: UTF8.self)
        bytes.removeAll()
        ASCII.write(minutes % 60, width: 2, to: &bytes)
        let minute = String(decoding: bytes, as: UTF8.self)
        return "\(day(of: moment.date)) à \(hour) h \(minute) (UTC)"
    }

    /// « 04/03/2026 »
    static func day(of date: CivilDate) -> String {
        ValueFormat.text(Double(date.daysSinceEpoch), kind: .date, unit: nil)
    }
}
