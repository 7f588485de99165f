import JSON
import Platform
import Testing

@testable import Decisions

@Suite struct OffPolicyEvaluationTests {
    /// Reckoned apart, in plain arithmetic, by the formulas of the literature.
    private static let golden: [(UInt64, Int, Double, [Double], [Double], [Double])] = [
        (0, 1, -0.26, [0.39, 0.209, 0.401], [0.124, 0.449, 0.427], [-0.243, -0.126, 0.326]),
        (1, 1, 0.078, [0.193, 0.281, 0.526], [0.308, 0.38, 0.312], [0.125, -0.25, 0.204]),
        (2, 0, -0.969, [0.351, 0.464, 0.185], [0.242, 0.371, 0.387], [0.283, -0.459, 0.097]),
        (3, 2, -0.39, [0.214, 0.406, 0.38], [0.325, 0.169, 0.506], [0.471, 0.335, -0.11]),
        (4, 1, 0.665, [0.463, 0.13, 0.407], [0.26, 0.326, 0.414], [0.118, -0.484, -0.125]),
        (0, 0, -0.606, [0.156, 0.493, 0.351], [0.17, 0.726, 0.104], [0.398, 0.049, -0.011]),
        (1, 2, 0.584, [0.387, 0.163, 0.45], [0.374, 0.446, 0.18], [-0.066, 0.065, -0.479]),
        (2, 0, 0.397, [0.599, 0.147, 0.254], [0.326, 0.314, 0.36], [-0.448, 0.491, -0.47]),
        (3, 0, 0.818, [0.122, 0.513, 0.365], [0.083, 0.272, 0.645], [-0.061, 0.362, -0.002]),
        (4, 0, -0.1, [0.211, 0.706, 0.083], [0.618, 0.251, 0.131], [-0.257, 0.241, 0.214]),
        (0, 0, 0.116, [0.261, 0.212, 0.527], [0.352, 0.504, 0.144], [0.488, -0.069, -0.122]),
        (1, 1, 0.577, [0.117, 0.281, 0.602], [0.237, 0.35, 0.413], [0.413, 0.13, -0.023]),
    ]

    private static func values(_ x: [Double]) -> LaneValues { LaneValues(x[0], x[1], x[2]) }
    private static var rows: [LoggedRow] {
        golden.map {
            LoggedRow(
                cluster: $0.0, lane: Lane.allCases[$0.1], reward: $0.2, logged: values($0.3), target: values($0.4),
                expected: values($0.5))
        }
    }

    @Test func theEstimatesAreThoseOfTheLiterature() throws {
        let report = try OffPolicyEvaluation(Self.rows)
        #expect((report.rows, report.clusters) == (12, 5))
        #expect(abs(report.ips.value - 0.079_596_141_867_332_99) < 1e-12)
        #expect(abs(report.snips.value - 0.058_717_980_812_497_95) < 1e-12)
        #expect(abs(report.dr.value - 0.234_137_270_666_782_03) < 1e-12)
        #expect(abs(report.effectiveSize - 9.113_001_061_657_56) < 1e-9)
        #expect(abs(report.logged.value - 0.075_833_333_333_333_33) < 1e-12)
        #expect(report.clipped == 0 && report.unsupported < 1e-12)
        #expect(report.dr.low <= report.dr.value && report.dr.value <= report.dr.high)
    }

    @Test func theSameSeedGivesTheSameInterval() throws {
        #expect(try OffPolicyEvaluation(Self.rows) == OffPolicyEvaluation(Self.rows))
        var other = OffPolicyEvaluation.Settings()
        other.seed = 43
        #expect(try OffPolicyEvaluation(Self.rows, settings: other).dr.low != OffPolicyEvaluation(Self.rows).dr.low)
    }

    @Test func largeWeightsAreCutAndCounted() throws {
        var settings = OffPolicyEvaluation.Settings()
        settings.largestWeight = 1
        let report = try OffPolicyEvaluation(Self.rows, settings: settings)
        let ratios = Self.golden.map { $0.4[$0.1] / $0.3[$0.1] }
        #expect(report.clipped == Double(ratios.count { $0 > 1 }) / 12)
        let cut = zip(ratios, Self.golden).reduce(0) { $0 + min($1.0, 1) * $1.1.2 } / 12
        #expect(abs(report.ips.value - cut) < 1e-12)
    }

    @Test func lanesThatWereNeverTakenAreLeftOut() throws {
        var row = LoggedRow(
            cluster: 1, lane: .fraude, reward: 0.5, logged: .only(.fraude), target: LaneValues(0.25, 0, 0.75),
            expected: LaneValues(100, 0, 0.5))
        row.hasNoChoice = true
        let report = try OffPolicyEvaluation([row])
        #expect(report.noChoice == 1 && abs(report.unsupported - 0.25) < 1e-12)
        #expect(abs(report.dr.value - 0.375) < 1e-12)
    }

    @Test func hostileRowsAreRefused() throws {
        #expect(throws: DecisionError.self) { try OffPolicyEvaluation([]) }
        for change: (inout LoggedRow) -> Void in [
            { $0.reward = .nan }, { $0.logged = .zero }, { $0.target.fraude += 0.5 },
            { $0.expected.conforme = .infinity },
            { $0.weight = 0 }, { $0.logged = LaneValues(2, -1, 0) },
        ] {
            var row = Self.rows[0]
            change(&row)
            #expect(throws: DecisionError.self) { try OffPolicyEvaluation([row]) }
        }
    }

    /// A world in which the truth is known: three lanes, four kinds of declarations, importers that hang together.
    private struct World {
        var random: Random
        private static let means = [
            LaneValues(0, 0.1, 0.2), LaneValues(0, 0.05, -0.1), LaneValues(-0.3, 0, 0.3), LaneValues(0.02, 0.01, 0),
        ]

        static func value(_ policy: (Int) -> LaneValues) -> Double {
            (0..<4).reduce(0) { sum, kind in
                sum + Lane.allCases.reduce(0) { $0 + policy(kind)[$1] * means[kind][$1] } / 4
            }
        }

        mutating func rows(_ count: Int, clusters: Int, target: (Int) -> LaneValues) -> [LoggedRow] {
            let tilt = (0..<clusters).map { _ in random.unit() * 0.2 - 0.1 }
            return (0..<count).map { _ in
                let (cluster, kind) = (Int(random.unit() * Double(clusters)), Int(random.unit() * 4))
                let logged = LaneValues(0.5, 0.3, 0.2)
                let lane = Strategy.lane(at: random.unit(), of: logged)
                let reward = Self.means[kind][lane] + tilt[cluster] + random.unit() * 0.8 - 0.4
                // What was expected is wrong on purpose.
                return LoggedRow(
                    cluster: UInt64(cluster), lane: lane, reward: reward, logged: logged, target: target(kind),
                    expected: LaneValues(0.1, 0.1, 0))
            }
        }
    }

    private static func good(_ kind: Int) -> LaneValues {
        kind == 1 ? LaneValues(0.1, 0.8, 0.1) : LaneValues(0.1, 0.1, 0.8)
    }
    private static func bad(_ kind: Int) -> LaneValues {
        kind == 1 ? LaneValues(0.1, 0.1, 0.8) : LaneValues(0.8, 0.1, 0.1)
    }

    @Test func theDoublyRobustIntervalCovers() throws {
        var settings = OffPolicyEvaluation.Settings()
        settings.replicates = 200
        let truth = World.value(Self.good)
        var (covered, width) = (0, 0.0)
        for seed in 0..<100 {
            var world = World(random: Random(seed: UInt64(seed)))
            let rows = world.rows(400, clusters: 80, target: Self.good)
            let dr = try OffPolicyEvaluation(rows, settings: settings).dr
            covered += dr.low <= truth && truth <= dr.high ? 1 : 0
            width += (dr.high - dr.low) / 100
        }
        // Nominal 95 of 100; 87 is less than four deviations away.
        #expect(covered >= 87, "\(covered)")
        // One that covers everything says nothing.
        #expect(width < 0.25, "\(width)")
    }

    @Test func theGateBlocksWhatIsWorseAndLetsThroughWhatIsBetter() throws {
        var settings = OffPolicyEvaluation.Settings()
        settings.replicates = 200
        let facts = PromotionGate.Facts(isCalibrated: true, guardrailViolations: 0, shadowDays: 14)
        var (blocked, passed) = (0, 0)
        for seed in 0..<40 {
            var world = World(random: Random(seed: UInt64(500 + seed)))
            let worse = try OffPolicyEvaluation(world.rows(1500, clusters: 100, target: Self.bad), settings: settings)
            blocked += PromotionGate().judge(worse, facts).passes ? 0 : 1
            let better = try OffPolicyEvaluation(world.rows(1500, clusters: 100, target: Self.good), settings: settings)
            passed += PromotionGate().judge(better, facts).passes ? 1 : 0
        }
        #expect(blocked >= 38)
        #expect(passed >= 36)
    }

    @Test func everyConditionOfTheGateCounts() throws {
        var world = World(random: Random(seed: 1))
        let report = try OffPolicyEvaluation(world.rows(1500, clusters: 100, target: Self.good))
        func passes(_ facts: PromotionGate.Facts, _ change: (inout PromotionGate) -> Void = { _ in }) -> Bool {
            var gate = PromotionGate()
            change(&gate)
            return gate.judge(report, facts).passes
        }
        let sound = PromotionGate.Facts(isCalibrated: true, guardrailViolations: 0, shadowDays: 14)
        #expect(passes(sound))
        #expect(!passes(.init(isCalibrated: false, guardrailViolations: 0, shadowDays: 14)))
        #expect(!passes(.init(isCalibrated: true, guardrailViolations: 1, shadowDays: 14)))
        #expect(!passes(.init(isCalibrated: true, guardrailViolations: 0, shadowDays: 13)))
        #expect(!passes(sound) { $0.effectiveSize = report.effectiveSize.nextUp })
        #expect(!passes(sound) { $0.tolerance = -1 })
    }

    @Test func aPolicyJudgedOnItsOwnLogIsItself() throws {
        let (key, policy) = (try Trials.key(), try Trials.policy())
        var random = Random(seed: 4)
        let learner = try Trials.learner(&random, events: 100)
        let records = (0..<300).map {
            DecisionEngine.decide(
                Trials.request(random.unit(), number: $0), policy: policy, learner: learner, key: key)
        }
        let same = records.map { LoggedRow($0, reward: 0.1, cluster: 1, under: policy) }
        for row in same { #expect(abs(row.target.sum - 1) < 1e-12 && row.target == row.logged) }
        var stricter = policy
        stricter.thresholds = try LaneThresholds(bas: 0.2, haut: 0.5, tHard: 0.9)
        let moved = records.map { LoggedRow($0, reward: 0.1, cluster: 1, under: stricter) }
        #expect(moved.contains { $0.target != $0.logged })
        #expect(try OffPolicyEvaluation(moved).noChoice > 0)
    }

    @Test func aConfidenceSequenceHoldsAtEveryLook() throws {
        var missed = 0
        for seed in 0..<100 {
            var random = Random(seed: UInt64(seed))
            var sequence = ConfidenceSequence()
            var isMissed = false
            for _ in 0..<1500 {
                sequence.append(random.unit() - 0.5)
                if sequence.count >= 50, let interval = sequence.interval(), !(interval.low <= 0 && 0 <= interval.high)
                {
                    isMissed = true
                }
            }
            missed += isMissed ? 1 : 0
        }
        #expect(missed <= 8, "\(missed)")
        var few = ConfidenceSequence()
        for _ in 0..<9 { few.append(1) }
        #expect(few.interval() == nil)
        few.append(.nan)
        #expect(few.count == 9)
    }
}
