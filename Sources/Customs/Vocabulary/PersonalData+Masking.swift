extension Field.PersonalData {
    /// What remains of a value when it is shown to somebody who need not know it: enough to tell two apart on a screen,
    /// too little to find whom it is about. `John Doe` is `J*** D**`, `+33123456789` is `+33***56789`.
    public func masked(_ value: String) -> String {
        switch self {
        case .nom: Self.initials(value)
        case .adresse: value.isEmpty ? "" : "***"
        case .entreprise: Self.ending(value, shown: 3)
        case .telephone: Self.telephone(value)
        case .courriel: Self.mailbox(value)
        }
    }

    /// The first letter of each word, a star for each other character.
    private static func initials(_ value: String) -> String {
        var (masked, isFirst) = ("", true)
        for character in value {
            let isLetter = character.isLetter || character.isNumber
            masked.append(isLetter && isFirst || character.isWhitespace ? character : "*")
            isFirst = character.isWhitespace
        }
        return masked
    }

    /// The last characters only, of values long enough that these tell little.
    private static func ending(_ value: String, shown: Int) -> String {
        let count = value.count
        guard count >= 3 * shown else { return String(repeating: "*", count: count) }
        return String(repeating: "*", count: count - shown) + value.suffix(shown)
    }

    /// Three characters in front, where the country stands, and five behind; of short numbers the last two.
    private static func telephone(_ value: String) -> String {
        let digits = value.filter { !$0.isWhitespace && $0 != "." && $0 != "-" }
        guard digits.count >= 12 else { return digits.count < 6 ? "***" : "***" + digits.suffix(2) }
        return digits.prefix(3) + "***" + digits.suffix(5)
    }

    private static func mailbox(_ value: String) -> String {
        let parts = value.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count > 1, !parts[1].isEmpty else { return value.isEmpty ? "" : "***" }
        return parts[0].prefix(1) + "***@" + parts[1]
    }
}

extension Field.PersonalData {
    /// What is the same in all ways in which people write one value: two are equal exactly when these bytes are. Empty
    /// when nothing of the value counts.
    public func folded(_ value: String) -> [UInt8] {
        switch self {
        case .nom, .adresse: FoldedText.fold(value)
        case .entreprise: FoldedText.fold(value).filter { 0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 }
        case .telephone: value.utf8.filter { 0x30...0x39 ~= $0 }
        case .courriel: value.lowercased().utf8.filter { $0 > 0x20 }
        }
    }
}
