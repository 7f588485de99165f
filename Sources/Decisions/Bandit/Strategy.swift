public import JSON

/// How a lane is chosen among those that are open.
public enum Strategy: String, Sendable, CaseIterable, JSONReadable, JSONWritable {
    /// The best lane, and now and then any. Its propensities are exact: the default.
    case epsilonGreedy = "epsilon_greedy"
    /// The best lane after each is given the benefit of what is not known of it; then as above.
    case ucb
    /// Each lane as often as it may be the best.
    case thompson
    /// The probability and what was learned, combined into one score that is held against the thresholds.
    case hybrid
}

/// What strategies need besides values.
struct StrategyTerms: Sendable {
    let probability: Double
    let thresholds: LaneThresholds
    let epsilon: Double
    let shrinkage: Double
    /// Of `ucb`: how much the benefit of the doubt weighs.
    let width: Double
    /// Of `hybrid`: how much what was learned weighs at most.
    let hybridWeight: Double
}

extension Strategy {
    /// The lanes that would be chosen without exploring, and the chance of each lane.
    ///
    /// The draw chooses by these same chances, whatever the strategy: a propensity that is logged is the one that held.
    func propensities(
        _ evidence: SegmentEvidence, among open: LaneSet, _ terms: StrategyTerms
    ) -> (greedy: LaneSet, chances: LaneValues) {
        var best: LaneSet
        var exploited: LaneValues
        switch self {
        case .epsilonGreedy:
            best = Self.best(evidence.values, among: open)
            exploited = Self.split(best)
        case .ucb:
            best = Self.best(Self.optimistic(evidence, terms), among: open)
            exploited = Self.split(best)
        case .hybrid:
            best = LaneSet(open.atLeast(terms.thresholds.lane(of: Self.score(evidence, terms))))
            exploited = Self.split(best)
        case .thompson:
            best = Self.best(evidence.values, among: open)
            exploited = ThompsonShares.of(evidence, among: open)
        }
        var chances = LaneValues.zero
        for lane in Lane.allCases where open.has(lane) {
            chances[lane] = (1 - terms.epsilon) * exploited[lane] + terms.epsilon / Double(open.count)
        }
        return (best, chances)
    }

    /// All lanes with the largest value: ties are not broken by their order.
    static func best(_ values: LaneValues, among open: LaneSet) -> LaneSet {
        var (best, top): (LaneSet, Double) = ([], -.infinity)
        for lane in Lane.allCases where open.has(lane) {
            if values[lane] > top {
                (best, top) = (LaneSet(lane), values[lane])
            } else if values[lane] == top {
                best.insert(LaneSet(lane))
            }
        }
        return best
    }

    private static func split(_ lanes: LaneSet) -> LaneValues {
        var shares = LaneValues.zero
        for lane in Lane.allCases where lanes.has(lane) { shares[lane] = 1 / Double(lanes.count) }
        return shares
    }

    private static func optimistic(_ evidence: SegmentEvidence, _ terms: StrategyTerms) -> LaneValues {
        let logarithm = PortableMath.log(1 + evidence.support.sum)
        var values = evidence.values
        for lane in Lane.allCases {
            values[lane] += terms.width * (logarithm / (evidence.support[lane] + terms.shrinkage)).squareRoot()
        }
        return values
    }

    /// The probability, drawn towards what control has proved to be worth over release, as far as the segment is known.
    static func score(_ evidence: SegmentEvidence, _ terms: StrategyTerms) -> Double {
        let known = evidence.segmentSupport / (evidence.segmentSupport + terms.shrinkage)
        let weight = terms.hybridWeight * known
        let lean = min(max((evidence.values.fraude - evidence.values.conforme + 1) / 2, 0), 1)
        return (1 - weight) * terms.probability + weight * lean
    }

    /// The lane on which a draw in [0, 1) falls.
    static func lane(at draw: Double, of chances: LaneValues) -> Lane {
        if draw < chances.conforme { return .conforme }
        if draw < chances.conforme + chances.zoneGrise, chances.zoneGrise > 0 { return .zoneGrise }
        // What rounding leaves over at the top belongs to the strictest lane that has a chance.
        return chances.fraude > 0 ? .fraude : chances.zoneGrise > 0 ? .zoneGrise : .conforme
    }
}
