import Customs
public import Decisions
public import JSON

/// An assessment, and the lane that is proposed for the declaration.
public struct DeclarationAnalysis: Sendable, JSONWritable {
    /// So many contributions are put into words, and told unless all are asked for.
    public static let strongest = 10

    public let assessment: Assessment
    public let decision: DecisionRecord
    /// Under which the prediction and the decision are stored; nil when they are not.
    public var predictionID: String?
    public var decisionID: String?
    /// The lane: the decision's own, or the greedy one where nothing is drawn.
    public let lane: Lane

    public init(_ assessment: Assessment, _ decision: DecisionRecord, lane: Lane? = nil) {
        (self.assessment, self.decision, self.lane) = (assessment, decision, lane ?? decision.lane)
    }

    public func write(to writer: inout JSONWriter) { write(to: &writer, strongest: Self.strongest) }

    /// Writes the answer, with the `strongest` contributions, or all.
    public func write(to writer: inout JSONWriter, strongest: Int) {
        let thresholds = decision.policy.thresholds
        writer.object { writer in
            writer.member("numero_declaration", assessment.key.description)
            writer.member("chapitre", assessment.chapter)
            writer.member("prediction_id", ifPresent: predictionID)
            writer.member("model_name", ifPresent: assessment.prediction?.model)
            writer.member("model_version", ifPresent: assessment.prediction?.version)
            writer.member("fraud_probability", assessment.prediction?.probability)
            writer.member(
                "predicted_class", assessment.prediction.map { thresholds.lane(of: $0.probability) } ?? .zoneGrise)
            writer.member("confidence_score", decision.confidence)
            writer.member("threshold_used", thresholds.haut)
            writer.member("rl_decision", lane)
            writer.key("seuils")
            writer.object { writer in
                writer.member("bas", thresholds.bas)
                writer.member("haut", thresholds.haut)
            }
            writer.key("decision")
            writer.object { writer in
                writer.member("id", ifPresent: decisionID)
                writer.member("voie", lane)
                writer.member("politique", decision.policy.version)
                writer.member("motifs", decision.motifs)
            }
            if let explanation = assessment.prediction?.explanation {
                writer.key("explication")
                explanation.write(to: &writer, strongest: strongest)
            }
            writer.member("isolement", ifPresent: assessment.isolation)
            writer.member("indicateurs", assessment.indicators)
            writer.member("controles", assessment.controls)
            writer.member("processing_time_ms", (assessment.milliseconds * 1000).rounded() / 1000)
        }
    }
}
