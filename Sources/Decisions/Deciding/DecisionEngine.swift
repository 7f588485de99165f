/// From a probability to a lane. It has no clock and no state: the same request, policy, learner and key give the same
/// record, to the last bit. It can't fail, and no fault of its inputs ends in a release.
public enum DecisionEngine {
    /// Decides. Without a learner, or with one whose values are no numbers, the prior alone speaks, and nothing is released.
    public static func decide(
        _ request: DecisionRequest, policy: DecisionPolicy, learner: SegmentLearner?, key: DrawKey,
        mode: DecisionRecord.Mode = .champion
    ) -> DecisionRecord {
        let request = request.made(soundFor: policy)
        let draw = key.draw(request.fingerprint, policy: policy.version)
        let learned = learner.map { evidence(request, policy, $0) }
        let sound = learned.flatMap { $0.isFinite ? $0 : nil }
        let isFallback = sound == nil || Guardrail.probability(request) == nil
        return choose(
            request, policy, isFallback ? .fallback : mode, sequence: sound == nil ? 0 : learner?.sequence ?? 0,
            sound ?? unlearned(request, policy), (draw.epoch, draw.choice, draw.stratum),
            isBroken: sound == nil)
    }

    static func segment(_ request: DecisionRequest, _ policy: DecisionPolicy) -> Segment {
        Segment(
            decile: policy.deciles.decile(of: Guardrail.probability(request) ?? 1), heading: request.heading,
            isNewTrader: request.isNewTrader, originDiffers: request.originDiffers)
    }

    /// What the learner says, in numbers that a record keeps.
    static func evidence(
        _ request: DecisionRequest, _ policy: DecisionPolicy, _ learner: SegmentLearner
    ) -> SegmentEvidence {
        guard let p = Guardrail.probability(request) else { return unlearned(request, policy) }
        return learner.evidence(
            p, segment(request, policy), on: request.day, prior: policy.prior, shrinkage: policy.shrinkage,
            spread: policy.rewardSpread)
    }

    /// What holds without a learner: the prior's lines; without a probability, the doubtful lane.
    private static func unlearned(_ request: DecisionRequest, _ policy: DecisionPolicy) -> SegmentEvidence {
        let error = policy.rewardSpread / policy.shrinkage.squareRoot()
        let middle = (policy.thresholds.bas + policy.thresholds.haut) / 2
        return SegmentEvidence(
            values: policy.prior.values(Guardrail.probability(request) ?? middle), support: .zero,
            errors: LaneValues(error, error, error), segmentSupport: 0)
    }

    /// The rule itself, from numbers that a record keeps.
    static func choose(
        _ request: DecisionRequest, _ policy: DecisionPolicy, _ mode: DecisionRecord.Mode, sequence: Int,
        _ evidence: SegmentEvidence, _ draw: (epoch: Int, choice: Double, stratum: Double), isBroken: Bool = false
    ) -> DecisionRecord {
        var safe = Guardrail.lanes(request, policy.thresholds)
        if isBroken { safe = safe.subtracting(.conforme) }
        let open = Guardrail.open(safe, capacityLeft: isMandatory(request) ? nil : request.capacityLeft)
        let epsilon = min(max(request.epsilon, policy.floor), 1)
        var priced = evidence
        if request.capacityPrice > 0 { priced.values.fraude -= request.capacityPrice }
        let terms = StrategyTerms(
            probability: Guardrail.probability(request) ?? (policy.thresholds.bas + policy.thresholds.haut) / 2,
            thresholds: policy.thresholds, epsilon: epsilon, shrinkage: policy.shrinkage, width: policy.ucbWidth,
            hybridWeight: policy.hybridWeight)
        let (greedy, chances) = policy.strategy.propensities(priced, among: open, terms)
        let isInStratum = draw.stratum < policy.stratumRate
        var propensities = LaneValues.zero
        for lane in Lane.allCases { propensities[lane] = (1 - policy.stratumRate) * chances[lane] }
        propensities.fraude += policy.stratumRate
        return DecisionRecord(
            request: request, policy: policy, mode: mode, learnedSequence: sequence, evidence: evidence, safe: safe,
            open: open, greedy: greedy, epsilon: epsilon, chances: chances, propensities: propensities,
            epoch: draw.epoch, draw: draw.choice, stratumDraw: draw.stratum, isInStratum: isInStratum,
            lane: isInStratum ? .fraude : Strategy.lane(at: draw.choice, of: chances),
            confidence: Confidence.of(Guardrail.probability(request), support: evidence.segmentSupport, policy))
    }

    private static func isMandatory(_ request: DecisionRequest) -> Bool { request.hits.contains(where: \.isMandatory) }
}
