import Customs
import HTTP
import JSON

/// What a declaration says, field by field, to be corrected: it is read again as if it came anew.
struct DeclarationDraft: Sendable {
    private(set) var header: [String: JSONValue] = [:]
    private(set) var articles: [[String: JSONValue]] = []

    private static let key: Set<String> = ["annee", "bureau", "numero", "identifiant"]

    init(
        key: Declaration.Key, fields: [UInt8], identities: [[UInt8]], articles: [[UInt8]], _ vocabulary: Vocabulary
    ) throws(JSONError) {
        for text in [fields] + identities {
            for member in try JSONValue(parsing: text).members ?? []
            where vocabulary.isDeclared(member.name, .declaration) {
                header[member.name] = member.value
            }
        }
        (header["annee"], header["bureau"], header["numero"]) = (
            .string(key.year), .string(key.office), .string(key.number)
        )
        header["identifiant"] = nil
        for text in articles {
            let members = try JSONValue(parsing: text).members ?? []
            self.articles.append(Dictionary(members.map { ($0.name, $0.value) }) { $1 })
        }
    }

    init(_ declaration: Declaration, _ written: DeclarationContent.Written, _ vocabulary: Vocabulary) throws(JSONError)
    {
        try self.init(
            key: declaration.key, fields: written.fields, identities: written.parties.map(\.identity),
            articles: written.articles, vocabulary)
    }

    /// Applies a merge patch (RFC 7396): null takes a value away. Articles are named by their place, `{"2": {…}}`, or
    /// all given anew as a list.
    mutating func merge(_ patch: [JSONValue.Member], _ vocabulary: Vocabulary) throws(Problem) {
        for member in patch {
            if member.name == "articles" {
                try mergeArticles(member.value, vocabulary)
                continue
            }
            guard vocabulary.isDeclared(member.name, .declaration) else {
                throw Self.refusal("/\(member.name)", "unknown_field", "ce champ n'existe pas dans une déclaration")
            }
            guard !Self.key.contains(member.name) else {
                throw Self.refusal("/\(member.name)", "invalid", "le numéro d'une déclaration ne se corrige pas")
            }
            try Self.set(member, at: "/\(member.name)", in: &header)
        }
    }

    private mutating func mergeArticles(_ value: JSONValue, _ vocabulary: Vocabulary) throws(Problem) {
        switch value {
        case .array(let list):
            articles = []
            for (place, article) in list.enumerated() {
                try mergeArticle(article, place, vocabulary)
            }
        case .object(let members):
            // The last first, so that removing one moves no other that is named.
            var named: [(place: Int, value: JSONValue)] = []
            for member in members {
                guard let place = Int(member.name), 1...articles.count + 1 ~= place else {
                    throw Self.refusal("/articles/\(member.name)", "invalid", "il n'y a pas d'article de ce rang")
                }
                named.append((place - 1, member.value))
            }
            for (place, value) in named.sorted(by: { $0.place > $1.place }) {
                if value.isNull, articles.indices.contains(place) {
                    articles.remove(at: place)
                } else {
                    try mergeArticle(value, place, vocabulary)
                }
            }
        default: throw Self.refusal("/articles", "invalid", "une liste, ou un objet par rang")
        }
        guard !articles.isEmpty else {
            throw Self.refusal("/articles", "invalid", "une déclaration a au moins un article")
        }
    }

    private mutating func mergeArticle(
        _ value: JSONValue, _ place: Int, _ vocabulary: Vocabulary
    ) throws(Problem) {
        guard case .object(let members) = value else {
            throw Self.refusal("/articles/\(place + 1)", "invalid", "un article est un objet")
        }
        if place == articles.count { articles.append([:]) }
        for member in members {
            let pointer = "/articles/\(place + 1)/\(member.name)"
            guard vocabulary.isDeclared(member.name, .article) else {
                throw Self.refusal(pointer, "unknown_field", "ce champ n'existe pas dans un article")
            }
            try Self.set(member, at: pointer, in: &articles[place])
        }
    }

    private static func set(
        _ member: JSONValue.Member, at pointer: String, in fields: inout [String: JSONValue]
    ) throws(Problem) {
        switch member.value {
        case .null: fields[member.name] = nil
        case .array, .object: throw refusal(pointer, "invalid", "une valeur, pas une liste ni un objet")
        default: fields[member.name] = member.value
        }
    }

    private static func refusal(_ pointer: String, _ code: String, _ message: String) -> Problem {
        Problem(.validationFailed, items: [.init(pointer: pointer, code: code, message: message)])
    }

    /// As it would be sent.
    var json: [UInt8] {
        var members = header.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value) }
        members.append(
            .init(
                "articles",
                .array(
                    articles.map { article in
                        .object(article.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
                    })))
        return JSONValue.object(members).jsonBytes()
    }

    /// Every field by its flat name.
    var flat: [String: JSONValue] {
        var flat = header
        for (place, article) in articles.enumerated() {
            for (name, value) in article { flat["articles.\(place + 1).\(name)"] = value }
        }
        return flat
    }

    /// The fields that do not say the same in both, in order.
    func changes(from other: DeclarationDraft) -> [String] {
        let (own, others) = (flat, other.flat)
        return Set(own.keys).union(others.keys).filter { !Self.isSame(own[$0], others[$0]) }.sorted()
    }

    static func isSame(_ a: JSONValue?, _ b: JSONValue?) -> Bool {
        // 4 and 4.0 are one number.
        if let x = a?.double, let y = b?.double { return x == y }
        return a == b
    }
}

extension Vocabulary {
    /// Whether it is a field that declarations give themselves, at that level.
    fileprivate func isDeclared(_ name: String, _ level: Field.Level) -> Bool {
        guard let place = index(of: name) else { return false }
        return fields[place].level == level && !fields[place].isComputed
    }
}
