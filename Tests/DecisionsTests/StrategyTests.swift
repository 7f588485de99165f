import Platform
import Testing

@testable import Decisions

@Suite struct StrategyTests {
    private func terms(_ p: Double = 0.5, epsilon: Double = 0.1) -> StrategyTerms {
        StrategyTerms(
            probability: p, thresholds: .standard, epsilon: epsilon, shrinkage: 20, width: 0.1, hybridWeight: 0.5)
    }

    private func evidence(
        _ values: LaneValues, support: LaneValues = .zero, errors: LaneValues = LaneValues(0.1, 0.1, 0.1),
        segment: Double = 0
    ) -> SegmentEvidence {
        SegmentEvidence(values: values, support: support, errors: errors, segmentSupport: segment)
    }

    @Test func tiesAreSplitEqually() {
        let (greedy, chances) = Strategy.epsilonGreedy.propensities(
            evidence(LaneValues(0.2, 0.1, 0.2)), among: .all, terms())
        #expect(greedy == [.conforme, .fraude])
        #expect(chances.conforme == chances.fraude)
        #expect(abs(chances.conforme - (0.45 + 0.1 / 3)) < 1e-15)
        let all = Strategy.epsilonGreedy.propensities(evidence(.zero), among: .all, terms())
        #expect(all.chances.conforme == all.chances.fraude && all.chances.zoneGrise == all.chances.fraude)
    }

    @Test(arguments: Strategy.allCases) func chancesAddUpKeepTheFloorAndStayInside(strategy: Strategy) {
        var random = Random(seed: 11)
        for _ in 0..<500 {
            func values(_ scale: Double) -> LaneValues {
                LaneValues(random.unit() * scale, random.unit() * scale, random.unit() * scale)
            }
            let said = evidence(values(1), support: values(50), errors: values(0.3), segment: random.unit() * 90)
            for raw in UInt8(1)...7 {
                let open = LaneSet(rawValue: raw)
                let (greedy, chances) = strategy.propensities(said, among: open, terms(random.unit(), epsilon: 0.03))
                #expect(abs(chances.sum - 1) < 1e-12)
                #expect(!greedy.isEmpty && open.isSuperset(of: greedy))
                for lane in Lane.allCases {
                    #expect(open.has(lane) ? chances[lane] >= 0.01 - 1e-15 : chances[lane] == 0)
                }
            }
        }
    }

    @Test func thompsonsSharesAreThoseOfDraws() {
        var random = Random(seed: 12)
        func normal() -> Double { PortableMath.normalQuantile(max(random.unit(), 1e-12)) }
        let said = evidence(LaneValues(0, 0.1, 0.05), errors: LaneValues(0.05, 0.1, 0.2))
        for open in [LaneSet.all, .held] {
            let shares = ThompsonShares.of(said, among: open)
            var wins = LaneValues.zero
            let trials = 6000
            for _ in 0..<trials {
                let drawn = open.lanes.map { ($0, said.values[$0] + normal() * said.errors[$0]) }
                wins[drawn.max { $0.1 < $1.1 }!.0] += 1 / Double(trials)
            }
            for lane in Lane.allCases { #expect(abs(wins[lane] - shares[lane]) < 0.03, "\(lane)") }
        }
    }

    @Test func ucbGivesTheUnknownTheBenefitOfTheDoubt() {
        let said = evidence(LaneValues(0, 0.10, 0.09), support: LaneValues(500, 500, 0))
        #expect(Strategy.epsilonGreedy.propensities(said, among: .all, terms()).greedy == .zoneGrise)
        #expect(Strategy.ucb.propensities(said, among: .all, terms()).greedy == .fraude)
    }

    @Test func hybridHoldsOneScoreAgainstTheThresholds() {
        for (p, lane) in [(0.1, Lane.conforme), (0.5, .zoneGrise), (0.9, .fraude)] {
            let unlearned = Strategy.hybrid.propensities(evidence(.zero), among: .all, terms(p))
            #expect(unlearned.greedy == LaneSet(lane))
        }
        // Where control has proved its worth, the same probability is enough for it.
        let proved = evidence(LaneValues(0, 0, 1), segment: 1e6)
        #expect(Strategy.score(proved, terms(0.45)) > 0.7)
        #expect(Strategy.hybrid.propensities(proved, among: .all, terms(0.45)).greedy == .fraude)
        // A lane that is not open gives way to the next stricter one.
        #expect(Strategy.hybrid.propensities(evidence(.zero), among: .held, terms(0.1)).greedy == .zoneGrise)
    }

    @Test func everyDrawFallsOnALaneThatHasAChance() {
        for chances in [LaneValues(1, 0, 0), LaneValues(0, 1, 0), LaneValues(0, 0, 1), LaneValues(0.3, 0.7, 0)] {
            for draw in [0, 0.3, 0.5, 1.0.nextDown] {
                #expect(chances[Strategy.lane(at: draw, of: chances)] > 0)
            }
        }
        // Rounding may leave a crumb at the top: it is not a lane of no chance.
        let short = LaneValues(0.3, 0.7.nextDown.nextDown, 0)
        #expect(Strategy.lane(at: 1.0.nextDown, of: short) == .zoneGrise)
    }
}
