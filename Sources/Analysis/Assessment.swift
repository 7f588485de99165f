public import Customs
public import JSON

/// What is known of one declaration before a lane is chosen for it.
public struct Assessment: Sendable {
    /// What a model made of the declaration's features.
    public struct Prediction: Sendable {
        public let model: String
        public let version: String
        /// The SHA-256 of the model's package.
        public let fingerprint: String
        public let probability: Double
        public let explanation: Explanation
    }

    /// Why no model spoke.
    public enum Silence: String, Sendable {
        case noPack = "sans_pack"
        case noModel = "sans_modele"
        case brokenModel = "modele_en_echec"
    }

    /// A named sign that holds for the declaration, with its text of law.
    public struct Indicator: Sendable {
        public let code: String
        public let label: String
        public let sentence: String
        public let reference: String?
    }

    public let key: Declaration.Key
    /// Two digits; nil when no code is known.
    public let chapter: String?
    public internal(set) var prediction: Prediction?
    public internal(set) var silence: Silence?
    /// Nil when the model's package has no isolation forest, or no model speaks for the chapter.
    public internal(set) var isolation: Isolation?
    /// The features, and what computed them; nil when no pack could.
    public internal(set) var features: (set: FeatureSet, values: Facts)?
    public var indicators: [Indicator] {
        guard let (set, values) = features else { return [] }
        return set.indicators(in: values).map {
            .init(code: $0.name, label: $0.label, sentence: $0.sentence, reference: $0.reference)
        }
    }
    public let controls: [Control]
    /// How long it took.
    public internal(set) var milliseconds = 0.0
}

extension Assessment.Indicator: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code)
            writer.member("libelle", label)
            writer.member("phrase", sentence)
            writer.member("reference", ifPresent: reference)
        }
    }
}
