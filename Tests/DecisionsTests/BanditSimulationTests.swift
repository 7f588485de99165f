import Platform
import Testing

@testable import Decisions

/// The bandit in a world whose truth is known: what it does over months.
@Suite struct BanditSimulationTests {
    /// Control brings 0.6 of a fraud less its cost, the doubtful lane 0.3: control is the better one above 0.4, though
    /// the thresholds say 0.7. After the change control brings no more than the doubtful lane and costs more.
    private struct World {
        var hasChanged = false
        func mean(_ lane: Lane, _ p: Double) -> Double {
            switch lane {
            case .conforme: -0.6 * p
            case .zoneGrise: 0.3 * p - 0.03
            case .fraude: (hasChanged ? 0.3 : 0.6) * p - 0.15
            }
        }
        func reward(_ lane: Lane, _ isFraud: Bool) -> Double { mean(lane, isFraud ? 1 : 0) }
    }

    private struct Office {
        var world = World()
        var learner = SegmentLearner()
        var random = Random(seed: 17)
        var waiting: [(day: Int32, step: LearningEvent)] = []
        var sequence = 0
        var number = 0
        let key: DrawKey
        let policy: DecisionPolicy

        init() throws { (key, policy) = (try Trials.key(), try Trials.policy()) }

        /// One day of forty declarations, whose outcomes are known ten days later; what the greedy lanes lost.
        mutating func live(_ day: Int32) throws -> Double {
            var lost = 0.0
            while let first = waiting.first, first.day <= day {
                learner.apply(first.step)
                waiting.removeFirst()
            }
            for _ in 0..<40 {
                let p = 0.3 + random.unit() * 0.6
                number += 1
                let record = DecisionEngine.decide(
                    Trials.request(p, number: number, day: day), policy: policy, learner: learner, key: key)
                let best = record.safe.lanes.map { world.mean($0, p) }.max()!
                lost += best - record.greedy.lanes.map { world.mean($0, p) }.reduce(0, +) / Double(record.greedy.count)
                let isFraud = random.unit() < p
                sequence += 1
                let weight = ObservationWeight.of(strength: 1, propensity: record.propensities[record.lane])!
                let event = try LearningEvent(
                    sequence: sequence, day: day, segment: record.segment, probability: p, lane: record.lane,
                    reward: world.reward(record.lane, isFraud), weight: weight)
                waiting.append((day + 10, event))
            }
            return lost
        }
    }

    @Test func regretGrowsLessAndLess() throws {
        var office = try Office()
        var months: [Double] = []
        for month in 0..<6 {
            var lost = 0.0
            for day in 0..<30 { lost += try office.live(Int32(20_000 + month * 30 + day)) }
            months.append(lost)
        }
        #expect(months[5] < months[0] / 3, "\(months)")
        #expect(months[3] + months[4] + months[5] < months[0] + months[1] + months[2])
    }

    @Test func afterAChangeItRecoversWithinTwoHalfLives() throws {
        var office = try Office()
        var lost: [Double] = []
        for day in 0..<250 {
            if day == 130 { office.world.hasChanged = true }
            lost.append(try office.live(Int32(20_000 + day)))
        }
        let shock = lost[130..<140].reduce(0, +) / 10
        let after = lost[220..<250].reduce(0, +) / 30
        #expect(shock > 0.5)
        #expect(after < shock / 4, "\(shock), \(after)")
    }
}
