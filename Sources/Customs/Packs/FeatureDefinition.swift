/// A feature as a pack writes it.
public struct FeatureDefinition: Sendable, Equatable {
    public enum Family: String, Sendable, CaseIterable { case tarifaire, coherence, risque, technique, historique }
    /// What its value is.
    public enum Nature: String, Sendable, CaseIterable {
        case numerique, categorielle, booleen

        public var kind: FactSchema.Kind {
            switch self {
            case .numerique: .nombre
            case .categorielle: .texte
            case .booleen: .booleen
            }
        }
    }
    /// What it is for.
    public enum Usage: String, Sendable, CaseIterable {
        /// An input of the chapter's models.
        case modele
        /// Shown to the inspector, with its legal reference; a model may use it, never as a label.
        case indicateur
        /// Only for other formulas.
        case interne
    }

    public let name: String
    public let label: String
    public let family: Family
    public let nature: Nature
    public let usage: Usage
    /// What the formula looks at.
    public let unit: FeatureUnit
    /// How the articles' values become the declaration's; nil keeps them to the articles.
    public let aggregation: Aggregation?
    public let formula: String
    /// What the number counts: `FCFA`, `%`, `kg`…
    public let measure: String?
    /// The text of law that an indicator rests on.
    public let reference: String?
    public let sentences: [SentenceOccasion: Sentence]
    /// Where it stands in its file.
    let place: PackPlace
}

extension FeatureDefinition {
    /// What is said of a value, where it is true.
    public struct Sentence: Sendable, Equatable {
        public let text: String
        /// Of which values, yes being 1 and no 0. Nil: of any number and any text; of yes when it speaks for fraud, of
        /// no when it speaks against it.
        public var range: ClosedRange<Double>?
    }
}

/// On what occasion a sentence is said.
public enum SentenceOccasion: String, Sendable, CaseIterable {
    /// The value makes fraud more likely, or less.
    case augmente, diminue
    /// The value is missing.
    case absent
}

/// Where in a pack something was written.
struct PackPlace: Sendable, Equatable {
    let file: String
    let pointer: String
    let line: Int

    func error(_ code: String, _ message: String) -> CustomsError {
        CustomsError(code, "\(file), ligne \(line), \(pointer) : \(message)")
    }
}
