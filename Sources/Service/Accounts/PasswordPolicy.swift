import Platform

/// What a password must be: long, and not one that everybody tries first. Nothing is asked of its characters.
struct PasswordPolicy: Sendable {
    static let shortest = 12
    static let longest = 256
    /// What must be left of a password without the words that everybody here knows.
    private static let leastOwn = 8
    private static let contextWords = ["inspectia", "inspecteur", "inspect", "douane", "douanier", "senegal", "dakar"]

    /// As they are compared, without what people do to disguise them.
    private let common: Set<String>

    /// `path` is a list of common passwords, one a line, in small letters.
    init(path: String) throws {
        let text = String(decoding: try File.read(path, limit: 4 << 20), as: UTF8.self)
        common = Set(text.split(separator: "\n").map { Self.folded(String($0)) })
    }

    /// Why it is refused, in French; nil when it is not.
    func refusal(of password: String, username: String, bureau: String? = nil) -> String? {
        let count = password.unicodeScalars.count
        if count < Self.shortest { return "Il faut au moins \(Self.shortest) caractères ; une phrase convient bien." }
        if count > Self.longest { return "Il faut au plus \(Self.longest) caractères." }
        if password.unicodeScalars.contains("\0") { return "Le caractère nul n'est pas permis." }
        let folded = Self.folded(password)
        if common.contains(folded) {
            return "Ce mot de passe est parmi les premiers que l'on essaie."
        }
        if Set(folded).count < 4 { return "Ce mot de passe répète trop peu de caractères." }
        var own = folded
        let words = Self.contextWords + [Self.folded(username), Self.folded(bureau ?? "")]
        for word in words.sorted(by: { $0.count > $1.count }) where word.count >= 3 {
            own = own.replacing(word, with: "")
        }
        if own != folded, own.unicodeScalars.count < Self.leastOwn {
            return "Ce mot de passe est fait du nom du compte ou de mots du métier."
        }
        return nil
    }

    /// Small letters without accents, and letters for the signs that are put in their places.
    private static func folded(_ text: String) -> String {
        String(
            text.lowercased().map { character -> Character in
                switch character {
                case "@", "à", "â", "ä", "4": "a"
                case "3", "é", "è", "ê", "ë": "e"
                case "1", "!", "î", "ï": "i"
                case "0", "ô", "ö": "o"
                case "$", "5": "s"
                case "ù", "û", "ü": "u"
                case "ç": "c"
                default: character
                }
            })
    }
}
