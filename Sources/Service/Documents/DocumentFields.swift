import Customs
import JSON

/// What the fields of documents are called elsewhere, and whom they tell about.
struct DocumentFields: Sendable {
    private let vocabulary: Vocabulary
    private let header: [String: Int]
    private let article: [String: Int]

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        var (header, article): ([String: Int], [String: Int]) = ([:], [:])
        for (place, field) in vocabulary.fields.enumerated() where !field.isComputed {
            if field.level == .article {
                article[field.documentName] = place
            } else {
                header[field.documentName] = place
            }
        }
        (self.header, self.article) = (header, article)
    }

    /// The field that `articles.1.code_sh` is; nil for what declarations have no field for, taxes and totals among them.
    func field(_ flat: String) -> Field? {
        let parts = flat.split(separator: ".", maxSplits: 2)
        let place =
            parts.count == 3 && parts[0] == "articles"
            ? article[String(parts[2])] ?? header[String(parts[2])] : header[flat]
        return place.map { vocabulary.fields[$0] }
    }

    /// As declarations call it: `code_ppm_destinataire` rather than `ppm_destinataire`.
    func name(_ flat: String) -> String {
        guard let field = field(flat) else { return flat }
        let parts = flat.split(separator: ".", maxSplits: 2)
        return parts.count == 3 ? "articles.\(parts[1]).\(field.name)" : field.name
    }

    /// An extraction, as far as whoever asks may read it.
    func shown(_ extraction: JSONValue, _ disclosure: Disclosure) -> JSONValue {
        guard !disclosure.isFull, case .object(var members) = extraction else { return extraction }
        for place in members.indices {
            switch (members[place].name, members[place].value) {
            case ("fichier", .string): members[place].value = .null
            case ("champs", .object(let fields)):
                members[place].value = .object(fields.map { .init($0.name, masked($0, disclosure)) })
            default: break
            }
        }
        return .object(members)
    }

    private func masked(_ member: JSONValue.Member, _ disclosure: Disclosure) -> JSONValue {
        guard case .object(let parts) = member.value else { return member.value }
        let figures = ["taxes.", "totaux."].contains { member.name.hasPrefix($0) }
        let field = field(member.name)
        return .object(
            parts.map { part in
                guard part.name == "valeur" || part.name == "brut", let text = part.value.string else { return part }
                // What we know nothing of may be anybody's.
                if field == nil, !figures { return .init(part.name, .string("***")) }
                return .init(part.name, .string(disclosure.shown(text, field?.personalData)))
            })
    }

    /// Where the value of each field stands, without the values that tell about people.
    func provenance(of extraction: JSONValue) -> [(name: String, members: [JSONValue.Member])] {
        (extraction["champs"]?.members ?? []).map { member in
            let hidesText = field(member.name).map { $0.personalData != nil } ?? true
            let parts = member.value.members ?? []
            return (name(member.name), parts.filter { $0.name != "valeur" && !(hidesText && $0.name == "brut") })
        }
    }
}
