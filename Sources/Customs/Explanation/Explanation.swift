public import JSON

/// Why a probability is what it is: the contributions of the features, strongest first, each with its sentence.
public struct Explanation: Sendable {
    public enum Value: Sendable, Equatable {
        case number(Double), text(String), boolean(Bool), missing
    }

    public struct Contribution: Sendable, Equatable {
        public let name: String
        public let label: String
        public let value: Value
        /// In log-odds.
        public let shap: Double
        public let sentence: String
        /// Where the value stands among comparable goods.
        public let peers: HistoryPeers?

        public init(
            name: String, label: String, value: Value, shap: Double, sentence: String = "", peers: HistoryPeers? = nil
        ) {
            (self.name, self.label, self.value, self.shap) = (name, label, value, shap)
            (self.sentence, self.peers) = (sentence, peers)
        }

        public var importance: Double { shap.magnitude }
        public var direction: String { shap > 0 ? "augmente" : "diminue" }
        public var impact: String { Self.impact(of: shap) }

        public static func impact(of shap: Double) -> String {
            switch shap.magnitude {
            case let size where size > 0.2: "Impact très élevé"
            case let size where size > 0.1: "Impact élevé"
            case let size where size > 0.05: "Impact modéré"
            default: "Impact faible"
            }
        }
    }

    /// How the contributions were computed: `tree_path_dependent`.
    public let method: String
    public let baseValue: Double
    /// The log-odds: base value plus all contributions.
    public let margin: Double
    /// What the features at their places of the vector contribute, the strongest first.
    public let shares: [(place: Int, value: Double)]
    /// The first of them, in words.
    let told: [Contribution]
    let features: FeatureSet
    let values: Facts

    /// All of them, the strongest first.
    public var contributions: [Contribution] { contributions(.max) }

    /// The strongest.
    public func contributions(_ count: Int) -> [Contribution] {
        Array(told.prefix(count)) + shares.prefix(count).dropFirst(told.count).map { features.contribution($0, values) }
    }

    /// The three strongest, as far as they matter.
    public var summary: String {
        let factors = contributions(3).filter { $0.importance > 0.1 }
            .map { "\($0.label) \($0.direction) la probabilité de fraude" }
        if factors.isEmpty { return "Aucun facteur de risque significatif identifié" }
        return "Décision basée principalement sur : \(factors.joined(separator: ", "))"
    }

    /// Writes the answer's `explication`, with the `strongest` contributions, or all.
    public func write(to writer: inout JSONWriter, strongest: Int = 10) {
        writer.object { writer in
            writer.member("methode", method)
            writer.member("base_value", baseValue)
            writer.member("marge", margin)
            writer.member("contributions", contributions(max(0, strongest)))
            writer.member("resume", summary)
        }
    }
}

extension Explanation.Value: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .number(let value): writer.double(value)
        case .text(let text): writer.string(text)
        case .boolean(let value): writer.bool(value)
        case .missing: writer.null()
        }
    }
}

extension Explanation.Contribution: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("feature_name", name)
            writer.member("libelle", label)
            writer.member("feature_value", value)
            writer.member("shap_value", shap)
            writer.member("shap_importance", importance)
            writer.member("direction", direction)
            writer.member("feature_impact", impact)
            writer.member("phrase", sentence)
            writer.member("pairs", ifPresent: peers)
        }
    }
}

extension HistoryPeers: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("n", count)
            writer.member("mediane", median)
            writer.member("percentile", percentile)
            writer.member("niveau", level)
        }
    }
}
