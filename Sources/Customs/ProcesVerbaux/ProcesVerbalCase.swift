public import Platform

extension ProcesVerbal {
    /// One declaration, with what is known of it.
    public struct Case: Sendable, Equatable {
        public let number: String
        /// Of the declaration that was judged.
        public let version: Int
        /// What was declared, as a form shows it.
        public let particulars: [Particular]
        public let articles: [ArticleAppraisal]
        /// What controls found by computation alone.
        public let remarks: [Remark]
        /// The last verdict that rests on a control.
        public let verdict: Verdict?
        public let inference: Inference

        public init(
            number: String, version: Int, particulars: [Particular], articles: [ArticleAppraisal], remarks: [Remark],
            verdict: Verdict?, inference: Inference
        ) {
            (self.number, self.version, self.particulars) = (number, version, particulars)
            (self.articles, self.remarks) = (articles, remarks)
            (self.verdict, self.inference) = (verdict, inference)
        }
    }

    public struct Particular: Sendable, Equatable {
        public let label: String
        public let value: String
        public init(_ label: String, _ value: String) { (self.label, self.value) = (label, value) }
    }

    public struct Remark: Sendable, Equatable {
        public let code: String
        public let sentence: String
        public let reference: String?
        public init(code: String, sentence: String, reference: String? = nil) {
            (self.code, self.sentence, self.reference) = (code, sentence, reference)
        }
    }

    /// What a person found.
    public struct Verdict: Sendable, Equatable {
        public let given: Timestamp
        public let agent: String
        /// `conforme` or `fraude`.
        public let result: String
        /// `physique`, `documentaire`, `a_posteriori` or `recours`.
        public let evidence: String
        public var fraudType: String?
        /// In FCFA.
        public let amount: Double?
        public let comments: String?

        public init(
            given: Timestamp, agent: String, result: String, evidence: String, fraudType: String? = nil,
            amount: Double? = nil, comments: String? = nil
        ) {
            (self.given, self.agent, self.result) = (given, agent, result)
            (self.evidence, self.fraudType, self.amount) = (evidence, fraudType, amount)
            self.comments = comments
        }
    }

    /// What the service thought of it: an indication, never a proof.
    public struct Inference: Sendable, Equatable {
        public let decision: String
        /// The day on which the decision was made.
        public let day: CivilDate
        /// `conforme`, `zone_grise` or `fraude`.
        public let lane: String
        /// Name and version; nil when no model spoke.
        public let model: String?
        public let probability: Double?
        public let low: Double
        public let high: Double
        /// Why this lane, then what weighed most.
        public let reasons: [String]
        public let contributions: [String]
        /// How unlike what the model has learned from; nil when nothing said so.
        public let isolation: String?
        /// SHA-256 of the decision's record, in hexadecimal.
        public let recordHash: String

        public init(
            decision: String, day: CivilDate, lane: String, model: String?, probability: Double?, low: Double,
            high: Double, reasons: [String], contributions: [String], isolation: String? = nil, recordHash: String
        ) {
            (self.decision, self.day, self.lane) = (decision, day, lane)
            (self.model, self.probability, self.low, self.high) = (model, probability, low, high)
            (self.reasons, self.contributions, self.isolation) = (reasons, contributions, isolation)
            self.recordHash = recordHash
        }
    }
}
