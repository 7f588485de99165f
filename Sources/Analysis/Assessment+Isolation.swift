import Customs
public import JSON
import Trees

extension Assessment {
    /// How unlike the declarations that the model has learned from this one is, whatever they turned out to be. It is no
    /// part of the probability.
    public struct Isolation: Sendable {
        /// Near 1: a few questions at random part it from the others.
        public let score: Double
        /// The share of those declarations that are less unusual.
        public let rank: Double
        /// By what it is unusual, the most telling first; empty unless it is.
        public let features: [Part]

        public struct Part: Sendable {
            public let name: String
            public let label: String
            /// Of all that makes it unusual.
            public let share: Double
        }

        /// From this rank on a declaration is called unusual, and it is said by what.
        static let unusual = 0.95
        private static let mostFeatures = 3
        /// What tells less is not told.
        private static let leastShare = 0.05

        init(_ judged: IsolationScorer.Judgement, _ features: FeatureSet, _ columns: [String]) {
            (score, rank) = (judged.score, judged.rank)
            let all = judged.shares.reduce(0) { $0 + max(0, $1) }
            self.features = zip(columns, judged.shares).sorted { $0.1 > $1.1 }.prefix(Self.mostFeatures).compactMap {
                guard all > 0, $1 >= all * Self.leastShare, let feature = features[$0] else { return nil }
                return Part(name: feature.name, label: feature.definition.label, share: $1 / all)
            }
        }

        /// In French, for a person.
        public var sentence: String {
            guard rank >= Self.unusual else {
                return "Déclaration ordinaire : plus inhabituelle que \(percent) de celles dont le modèle a appris"
            }
            let than =
                rank >= 1
                ? "toutes les déclarations dont le modèle a appris"
                : "\(percent) des déclarations dont le modèle a appris"
            let by = features.isEmpty ? "" : ", surtout par : \(features.map(\.label).joined(separator: ", "))"
            return "Plus inhabituelle que \(than)\(by)"
        }

        /// Rounded down: what is not above all others is never above 100 %.
        private var percent: String {
            let tenths = Int((min(max(rank, 0), 1) * 1000).rounded(.down))
            return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ",\(tenths % 10)") + "\u{00a0}%"
        }
    }
}

extension Assessment.Isolation: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("score", score)
            writer.member("rang", rank)
            writer.member("phrase", sentence)
            if !features.isEmpty { writer.member("caracteristiques", features) }
        }
    }
}

extension Assessment.Isolation.Part: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("feature_name", name)
            writer.member("libelle", label)
            writer.member("part", share)
        }
    }
}
