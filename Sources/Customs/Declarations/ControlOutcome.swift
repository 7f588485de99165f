/// How a control of a declaration ended, as a file of past declarations tells it.
public struct ControlOutcome: Sendable, Equatable {
    public let isFraud: Bool
    /// When it was known; nil when the file does not say.
    public let day: Int32?
    public let type: String?
    /// Duties and taxes recovered, in FCFA.
    public let amount: Double?
    /// What it rests on: `physique`, `documentaire`…
    public let evidence: String?
}

/// Reads outcomes out of declarations; the fields are looked up once.
public struct OutcomeReader: Sendable {
    private let result: Int?, type: Int?, evidence: Int?
    private let day: Int?, amount: Int?

    public init(_ vocabulary: Vocabulary) {
        let slot = { (name: String) in vocabulary.schema[name]?.slot }
        (result, type, evidence) = (slot("resultat_controle"), slot("type_fraude"), slot("preuve"))
        (day, amount) = (slot("date_controle"), slot("montant_redresse"))
    }

    /// Nil when the file does not say, or not in a known way. Fraud in one article is fraud.
    public func outcome(of declaration: Declaration) -> ControlOutcome? {
        guard let result else { return nil }
        var isFraud: Bool?
        for article in declaration.articles {
            guard let verdict = Self.isFraud(article.facts.texts[result]) else { continue }
            isFraud = isFraud ?? false || verdict
        }
        guard let isFraud else { return nil }
        let facts = declaration.facts
        let day = self.day.flatMap { Int32(exactly: facts.numbers[$0]) }
        let amount = self.amount.map { facts.numbers[$0] }.flatMap { $0.isNaN ? nil : $0 }
        return ControlOutcome(
            isFraud: isFraud, day: day, type: type.flatMap { facts.texts[$0] }, amount: amount,
            evidence: evidence.flatMap { facts.texts[$0] })
    }

    private static func isFraud(_ text: String?) -> Bool? {
        guard let text else { return nil }
        switch String(decoding: FoldedName(text).bytes, as: UTF8.self) {
        case "fraude", "frauduleuse", "infraction", "nonconforme": return true
        case "conforme", "ras": return false
        default: return nil
        }
    }
}
