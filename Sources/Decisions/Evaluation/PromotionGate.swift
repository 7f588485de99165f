public import JSON

/// What a policy, a model or thresholds must show before they may replace those in force.
public struct PromotionGate: Sendable, Equatable {
    /// How much worse than the champion, at worst, is borne; on the rewards' scale.
    public var tolerance = 0.005
    public var effectiveSize = 300.0
    public var shadowDays = 14
    /// Share of the other policy's chances that the log may know nothing of.
    public var unsupported = 0.05

    public init() {}

    /// What else is known of the candidate.
    public struct Facts: Sendable, Equatable {
        public var isCalibrated: Bool
        public var guardrailViolations: Int
        public var shadowDays: Int
        public init(isCalibrated: Bool, guardrailViolations: Int, shadowDays: Int) {
            (self.isCalibrated, self.guardrailViolations, self.shadowDays) = (
                isCalibrated, guardrailViolations, shadowDays
            )
        }
    }
    public struct Finding: Sendable, Equatable {
        public let code: String
        public let sentence: String
        public let passes: Bool
    }
    public struct Verdict: Sendable, Equatable {
        public let findings: [Finding]
        public var passes: Bool { findings.allSatisfy(\.passes) }
    }

    public func judge(_ evaluation: OffPolicyEvaluation, _ facts: Facts) -> Verdict {
        let low = evaluation.difference.low
        return Verdict(findings: [
            Finding(
                code: "gain", sentence: "Au pire, l’écart avec la politique en vigueur est de \(Self.rounded(low))",
                passes: low > -tolerance),
            Finding(
                code: "taille_effective",
                sentence: "Le journal vaut \(Int(min(evaluation.effectiveSize, 1e9))) décisions de la candidate",
                passes: evaluation.effectiveSize >= effectiveSize),
            Finding(
                code: "support",
                sentence: "\(FrenchNumber.percent(evaluation.unsupported)) de ses choix n’ont jamais été essayés",
                passes: evaluation.unsupported <= unsupported),
            Finding(
                code: "calibrage",
                sentence: facts.isCalibrated ? "Le modèle est calibré" : "Le modèle n’est pas calibré",
                passes: facts.isCalibrated),
            Finding(
                code: "garde_fous", sentence: "\(facts.guardrailViolations) dossier(s) sortis des garde-fous",
                passes: facts.guardrailViolations == 0),
            Finding(
                code: "ombre", sentence: "\(facts.shadowDays) jours d’essai en ombre, sur \(shadowDays)",
                passes: facts.shadowDays >= shadowDays),
        ])
    }

    private static func rounded(_ x: Double) -> String {
        x.magnitude < 1e6 ? String((x * 10_000).rounded() / 10_000).replacingPoint : "inconnu"
    }
}

extension String {
    /// The decimal mark of French readers.
    fileprivate var replacingPoint: String { String(map { $0 == "." ? "," : $0 }) }
}

extension PromotionGate.Finding: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code)
            writer.member("phrase", sentence)
            writer.member("satisfait", passes)
        }
    }
}

extension PromotionGate.Verdict: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("satisfait", passes)
            writer.member("conditions", findings)
        }
    }
}
