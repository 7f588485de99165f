/// A sentence with blanks: `Prix de {valeur}[, contre {mediane} pour {n} opérations comparables]`.
///
/// What stands in square brackets is said only when all of its blanks are known.
struct SentenceTemplate: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case text(String)
        case blank(String)
        /// Said or left out as a whole.
        case optional([Part])
    }
    let parts: [Part]

    /// Nil when brackets or braces don't match.
    init?(_ text: String) {
        var characters = text[...]
        guard let parts = Self.parts(&characters, isInside: false), characters.isEmpty else { return nil }
        self.parts = parts
    }

    private static func parts(_ text: inout Substring, isInside: Bool) -> [Part]? {
        var parts: [Part] = []
        while let first = text.first {
            switch first {
            case "{":
                guard let end = text.firstIndex(of: "}") else { return nil }
                parts.append(.blank(String(text[text.index(after: text.startIndex)..<end])))
                text = text[text.index(after: end)...]
            case "[":
                text.removeFirst()
                guard !isInside, let inner = Self.parts(&text, isInside: true), text.popFirst() == "]" else {
                    return nil
                }
                parts.append(.optional(inner))
            case "]": return isInside ? parts : nil
            case "}": return nil
            default:
                let end = text.firstIndex { "{}[]".contains($0) } ?? text.endIndex
                parts.append(.text(String(text[..<end])))
                text = text[end...]
            }
        }
        return isInside ? nil : parts
    }

    var blanks: [String] { Self.blanks(parts) }

    private static func blanks(_ parts: [Part]) -> [String] {
        parts.flatMap { part in
            switch part {
            case .text: [String]()
            case .blank(let name): [name]
            case .optional(let inner): blanks(inner)
            }
        }
    }

    /// `value` gives the text of a blank, nil when it is not known.
    func filled(_ value: (String) -> String?) -> String {
        Self.filled(parts, unknown: ValueFormat.unknown, value) ?? ""
    }

    /// Nil when a blank is not known and nothing stands for what is not.
    private static func filled(_ parts: [Part], unknown: String?, _ value: (String) -> String?) -> String? {
        var text = ""
        for part in parts {
            switch part {
            case .text(let words): text += words
            case .blank(let name):
                guard let known = value(name) ?? unknown else { return nil }
                text += known
            case .optional(let inner): text += filled(inner, unknown: nil, value) ?? ""
            }
        }
        return text
    }
}

/// The sentences of a feature, ready to be filled.
struct FeatureSentences: Sendable, Equatable {
    private var templates: [SentenceOccasion: SentenceTemplate] = [:]
    /// Of which numbers a sentence is true, where not of all.
    private var ranges: [SentenceOccasion: ClosedRange<Double>] = [:]

    /// Blanks that every sentence may have, besides the names of features.
    static let blanks = ["valeur", "libelle", "mesure", "n", "mediane", "percentile"]

    init(_ definition: FeatureDefinition, features: Set<String>) throws(CustomsError) {
        for (occasion, sentence) in definition.sentences {
            guard let template = SentenceTemplate(sentence.text) else {
                throw definition.place.error(
                    "pack_invalide", "phrase « \(occasion.rawValue) » : accolades ou crochets mal fermés")
            }
            for blank in template.blanks where !Self.blanks.contains(blank) && !features.contains(blank) {
                throw definition.place.error(
                    "pack_invalide",
                    "phrase « \(occasion.rawValue) » : « {\(blank)} » n’est ni une caractéristique ni l’un de \(Self.blanks.joined(separator: ", "))"
                )
            }
            templates[occasion] = template
            ranges[occasion] = sentence.range ?? (definition.nature == .booleen ? Self.ofBoolean[occasion] : nil)
        }
    }

    private static let ofBoolean: [SentenceOccasion: ClosedRange<Double>] = [.augmente: 1...1, .diminue: 0...0]

    /// The feature's own where it is true of the value, else the standard one.
    func template(for occasion: SentenceOccasion, of value: Explanation.Value) -> SentenceTemplate? {
        guard let own = templates[occasion], isTrue(occasion, of: value) else { return Self.standard[occasion] }
        return own
    }

    private func isTrue(_ occasion: SentenceOccasion, of value: Explanation.Value) -> Bool {
        guard let range = ranges[occasion] else { return true }
        return switch value {
        case .number(let number): range.contains(number)
        case .boolean(let yes): range.contains(yes ? 1 : 0)
        case .text, .missing: true
        }
    }

    private static let standard: [SentenceOccasion: SentenceTemplate] = [
        SentenceOccasion.augmente: "{libelle} : {valeur}, ce qui augmente la probabilité de fraude",
        .diminue: "{libelle} : {valeur}, ce qui diminue la probabilité de fraude",
        .absent: "{libelle} : information absente de la déclaration",
    ].compactMapValues { SentenceTemplate($0) }
}
