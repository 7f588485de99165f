/// A decision with all that made it: enough to make it again, bit for bit, years later. Stored in the transaction that
/// answers, never changed.
public struct DecisionRecord: Sendable, Equatable {
    public enum Mode: String, Sendable, CaseIterable {
        /// What it says is done.
        case champion
        /// It is only noted, beside what the champion does.
        case shadow = "ombre"
        /// Decided without what was learned, or without a probability.
        case fallback = "secours"
    }

    public let request: DecisionRequest
    public let policy: DecisionPolicy
    public let mode: Mode
    /// The last event that the learner had taken in.
    public let learnedSequence: Int
    public let evidence: SegmentEvidence
    /// What the guardrail allows, and what of it the office's capacity left open.
    public let safe: LaneSet
    public let open: LaneSet
    /// The best lanes; several when they are equal.
    public let greedy: LaneSet
    /// What was explored: at least the policy's floor.
    public let epsilon: Double
    /// The chance of each lane, the random stratum apart.
    public let chances: LaneValues
    /// The chance of each lane, all in all. Never rounded.
    public let propensities: LaneValues
    public let epoch: Int
    public let draw: Double
    public let stratumDraw: Double
    public let isInStratum: Bool
    public let lane: Lane
    /// Nil when there is no probability.
    public let confidence: Double?

    /// Whether the lane is not the one that would have been chosen without exploring.
    public var isExploratory: Bool { !greedy.has(lane) && !isInStratum }

    /// The chance that exploring sent, or would have sent, the declaration to a stricter lane than the best one.
    var exploringChanceOfStricter: Double {
        let best = greedy.strictest
        return Lane.allCases.reduce(0) { $1 > best && open.has($1) ? $0 + chances[$1] : $0 }
    }

    public var segment: Segment { DecisionEngine.segment(request, policy) }
}

extension DecisionRecord {
    /// Whether a declaration that is submitted again keeps this decision: the same goods, the same policy, and a lane
    /// that is still allowed.
    public func stands(for again: DecisionRequest, under policy: DecisionPolicy) -> Bool {
        again.fingerprint == request.fingerprint && policy.version == self.policy.version
            && policy.chapter == self.policy.chapter && Guardrail.lanes(again, policy.thresholds).has(lane)
    }
}
