public import JSON

/// What the agent would change, with what the log says it would bring, and whether that may happen by itself.
public struct ThresholdProposal: Sendable, Equatable {
    public enum Standing: String, Sendable, JSONReadable, JSONWritable {
        /// Inside the band that the expert allowed, and all conditions are met.
        case automatic = "automatique"
        case waits = "a_approuver"
        /// It would change nothing, or cross a limit.
        case none = "sans_objet"
    }

    public let current: LaneThresholds
    public let proposed: LaneThresholds
    /// The agent's reward before and after, on the mean over what was replayed.
    public let rewardBefore: Double
    public let rewardAfter: Double
    public let evaluation: OffPolicyEvaluation?
    public let verdict: PromotionGate.Verdict?
    public let standing: Standing

    /// `evaluate` gives what the log says of the proposed thresholds.
    public static func make(
        _ replay: ThresholdReplay, current: LaneThresholds, band: ClosedRange<Double>?, gate: PromotionGate,
        facts: PromotionGate.Facts, settings: ThresholdAgent.Settings = ThresholdAgent.Settings(),
        evaluate: (LaneThresholds) throws(DecisionError) -> OffPolicyEvaluation
    ) throws(DecisionError) -> ThresholdProposal {
        var agent = try ThresholdAgent(settings)
        let haut = agent.learn(replay, from: current.haut)
        let before = replay.reward(current.haut, for: agent)
        guard ThresholdAgent.level(of: current.haut) != ThresholdAgent.level(of: haut),
            let proposed = current.moving(haut: haut)
        else {
            return ThresholdProposal(
                current: current, proposed: current, rewardBefore: before, rewardAfter: before, evaluation: nil,
                verdict: nil, standing: .none)
        }
        let evaluation = try evaluate(proposed)
        let verdict = gate.judge(evaluation, facts)
        let isAllowed = band.map { $0.contains(haut) } ?? false
        return ThresholdProposal(
            current: current, proposed: proposed, rewardBefore: before,
            rewardAfter: replay.reward(haut, for: agent), evaluation: evaluation, verdict: verdict,
            standing: isAllowed && verdict.passes ? .automatic : .waits)
    }
}

extension ThresholdProposal: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("en_vigueur", current)
            writer.member("propose", proposed)
            writer.member("recompense_avant", rewardBefore)
            writer.member("recompense_apres", rewardAfter)
            writer.member("evaluation", ifPresent: evaluation)
            writer.member("conditions", ifPresent: verdict)
            writer.member("suite", standing)
        }
    }
}
