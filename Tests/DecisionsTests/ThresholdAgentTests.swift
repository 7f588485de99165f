import JSON
import Platform
import Testing

@testable import Decisions

@Suite struct ThresholdAgentTests {
    /// Frauds lie at or above `cut`, with some noise.
    private func rows(cut: Double, count: Int = 3000, seed: UInt64 = 1) throws -> VerifiedRows {
        var (random, rows) = (Random(seed: seed), VerifiedRows())
        for _ in 0..<count {
            let p = random.unit()
            try rows.append(probability: p, isFraud: random.unit() < 0.05 ? p < cut : p >= cut)
        }
        return rows
    }

    @Test(arguments: [0.3, 0.5, 0.7]) func itFindsWhereFraudsBegin(cut: Double) throws {
        let replay = try ThresholdReplay(rows(cut: cut))
        var agent = try ThresholdAgent()
        let found = agent.learn(replay, from: 0.9)
        #expect(abs(found - cut) <= 0.1, "\(found)")
        #expect(replay.reward(found, for: agent) > replay.reward(0.9, for: agent))
    }

    @Test func theSameSeedLearnsTheSame() throws {
        let replay = try ThresholdReplay(rows(cut: 0.4))
        var (one, two) = (try ThresholdAgent(), try ThresholdAgent())
        #expect(one.learn(replay, from: 0.7) == two.learn(replay, from: 0.7))
    }

    @Test func theRewardIsTheFormula() throws {
        let agent = try ThresholdAgent()
        let judged = ThresholdReplay.Judgement(performance: 0.5, feedback: 0.8, drift: 0)
        #expect(abs(agent.reward(judged, 0.7) - (0.6 * 0.5 + 0.3 * 0.8 - 0.1 * 0.2)) < 1e-12)
        #expect((0..<17).map(ThresholdAgent.threshold).first == 0.1)
        #expect(ThresholdAgent.threshold(16) == 0.9)
        for level in 0..<17 { #expect(ThresholdAgent.level(of: ThresholdAgent.threshold(level)) == level) }
        #expect(ThresholdAgent.level(of: -1) == 0 && ThresholdAgent.level(of: 9) == 16)
    }

    @Test func tooFewOutcomesAreRefused() throws {
        #expect(throws: DecisionError.self) { try ThresholdReplay(rows(cut: 0.5, count: 99)) }
        #expect(throws: Never.self) { try ThresholdReplay(rows(cut: 0.5, count: 100)) }
        #expect(throws: DecisionError.self) { try ThresholdReplay(rows(cut: 2, count: 0)) }
        var settings = ThresholdAgent.Settings()
        settings.discount = 1
        #expect(throws: DecisionError.self) { try ThresholdAgent(settings) }
    }

    @Test func aProposalIsAutomaticOnlyInTheBandAndThroughTheGate() throws {
        let replay = try ThresholdReplay(rows(cut: 0.4))
        let current = try LaneThresholds(bas: 0.2, haut: 0.8)
        var log: [LoggedRow] = []
        var random = Random(seed: 2)
        for cluster in 0..<800 {
            log.append(
                LoggedRow(
                    cluster: UInt64(cluster), lane: .fraude, reward: 0.1 + random.unit() * 0.01,
                    logged: LaneValues(0, 0.5, 0.5), target: LaneValues(0, 0, 1), expected: .zero))
        }
        let evaluation = try OffPolicyEvaluation(log)
        func propose(_ band: ClosedRange<Double>?, days: Int) throws -> ThresholdProposal {
            try ThresholdProposal.make(
                replay, current: current, band: band, gate: PromotionGate(),
                facts: .init(isCalibrated: true, guardrailViolations: 0, shadowDays: days)
            ) { _ in evaluation }
        }
        #expect(try propose(0.3...0.6, days: 14).standing == .automatic)
        #expect(try propose(0.3...0.6, days: 13).standing == .waits)
        #expect(try propose(0.6...0.9, days: 14).standing == .waits)
        #expect(try propose(nil, days: 14).standing == .waits)
        let proposal = try propose(nil, days: 14)
        #expect(proposal.rewardAfter > proposal.rewardBefore && proposal.proposed.haut < 0.6)
        #expect(!proposal.jsonBytes().isEmpty)
    }
}
