import JSON
import Platform
import Testing

@testable import Decisions

@Suite struct SegmentLearnerTests {
    private let prior = PriorLines(thresholds: .standard, slopes: (0.2, 0.2))

    private func evidence(_ learner: SegmentLearner, _ p: Double, heading: Int = 3004, day: Int32 = 20_000)
        -> SegmentEvidence
    {
        let segment = Segment(
            decile: learner.deciles.decile(of: p), heading: heading, isNewTrader: true, originDiffers: false)
        return learner.evidence(p, segment, on: day, prior: prior, shrinkage: 20, spread: 0.25)
    }

    @Test func theFirstDayDecidesAsTheThresholds() {
        let learner = SegmentLearner()
        for k in 0...10_000 {
            let p = Double(k) / 10_000
            let best = Strategy.best(evidence(learner, p).values, among: .all)
            #expect(best == LaneSet(LaneThresholds.standard.lane(of: p)), "\(p)")
        }
    }

    @Test func incrementalStateIsTheRebuiltOneAtAnyEvent() throws {
        var random = Random(seed: 3)
        let log = try Trials.log(&random, events: 400)
        var learner = SegmentLearner()
        for event in log {
            let isNew = learner.apply(event)
            #expect(isNew)
            if event.sequence % 80 == 0 {
                #expect(learner == SegmentLearner.rebuilt(from: log, upTo: event.sequence))
                // A snapshot goes on to the same bits.
                learner = try SegmentLearner(parsing: learner.jsonBytes())
            }
        }
        #expect(learner == SegmentLearner.rebuilt(from: log))
        let isKnown = !learner.apply(log[5])
        #expect(isKnown)
        #expect(learner == SegmentLearner.rebuilt(from: log))
    }

    @Test func valuesAreThoseOfTheirDefinition() throws {
        var random = Random(seed: 4)
        let log = try Trials.log(&random, events: 300)
        let learner = SegmentLearner.rebuilt(from: log)
        let day: Int32 = 20_010
        for p in [0.03, 0.17, 0.31, 0.45, 0.52, 0.68, 0.79, 0.99] {
            let (said, meant) = (evidence(learner, p, day: day), defined(log, p, day))
            for lane in Lane.allCases { #expect(abs(said.values[lane] - meant[lane]) < 1e-8, "\(p), \(lane)") }
        }
    }

    /// The values written down anew: level means from the log, then for each pair of neighbours the monotone sequence
    /// by its minimax formula, read between the deciles' middles.
    private func defined(_ log: [LearningEvent], _ p: Double, _ day: Int32) -> LaneValues {
        let levels: [(LearningEvent) -> Bool] = [
            { _ in true }, { $0.segment.flags == 1 }, { $0.segment.flags == 1 && $0.segment.heading == 3004 },
        ]
        func told(_ decile: Int, _ lane: Lane) -> (shift: Double, support: Double) {
            var (shift, support) = (0.0, 0.0)
            for belongs in levels {
                let seen = log.filter { belongs($0) && $0.segment.decile == decile && $0.lane == lane }
                if seen.isEmpty { continue }
                let fade = seen.map { Forgetting.standard.factor(after: Int(day) - Int($0.day)) }
                let weights = zip(seen, fade).map { $0.weight * $1 }
                let total = weights.reduce(0, +)
                let count = total * total / zip(seen, fade).reduce(0) { $0 + $1.0.weight * $1.0.weight * $1.1 }
                let reward = zip(seen, weights).reduce(0) { $0 + $1.0.reward * $1.1 } / total
                let mean = zip(seen, weights).reduce(0) { $0 + $1.0.probability * $1.1 } / total
                let lean = 20 / (count + 20)
                shift = (1 - lean) * (reward - prior.value(lane, mean)) + lean * shift
                support = count + min(support, 20) * lean
            }
            return (shift, support)
        }
        func lead(_ soft: Lane, _ strict: Lane, _ line: (Double) -> Double) -> Double {
            let nodes = (0..<10).map { decile -> (value: Double, weight: Double) in
                let (a, b, middle) = (told(decile, soft), told(decile, strict), (Double(decile) + 0.5) / 10)
                let (n, m) = (a.support + 20, b.support + 20)
                return (line(middle) + b.shift - a.shift, n * m / (n + m))
            }
            func mean(_ i: Int, _ j: Int) -> Double {
                let part = nodes[i...j]
                return part.reduce(0) { $0 + $1.value * $1.weight } / part.reduce(0) { $0 + $1.weight }
            }
            let shifts = (0..<10).map { k in
                (0...k).map { i in (k..<10).map { mean(i, $0) }.min()! }.max()! - line((Double(k) + 0.5) / 10)
            }
            let place = min(max(p * 10 - 0.5, 0), 9)
            let low = min(Int(place), 8)
            return line(p) + shifts[low] + (shifts[low + 1] - shifts[low]) * (place - Double(low))
        }
        let base = told(Deciles.even.decile(of: p), .conforme).shift
        let grey = base + lead(.conforme, .zoneGrise, prior.overConforme)
        return LaneValues(base, grey, grey + lead(.zoneGrise, .fraude, prior.overZoneGrise))
    }

    @Test func aHigherProbabilityNeverGetsASofterLane() throws {
        for seed in 1...60 {
            var random = Random(seed: UInt64(seed))
            let learner = try Trials.learner(&random, events: seed * 15)
            for open in [LaneSet.all, .held] {
                var last = Lane.conforme
                for k in 0...500 {
                    let values = evidence(learner, Double(k) / 500).values
                    let best = Strategy.best(values, among: open)
                    let lane = best.lanes[0]
                    #expect(lane >= last, "graine \(seed), p = \(Double(k) / 500)")
                    last = lane
                }
            }
        }
    }

    @Test func whatIsWithdrawnLeavesNothing() throws {
        var random = Random(seed: 8)
        let log = try Trials.log(&random, events: 50)
        var learner = SegmentLearner.rebuilt(from: log)
        for event in log {
            learner.apply(
                try LearningEvent(
                    sequence: event.sequence + 50, isWithdrawal: true, day: event.day, segment: event.segment,
                    probability: event.probability, lane: event.lane, reward: event.reward, weight: event.weight))
        }
        let said = evidence(learner, 0.5)
        #expect(abs(said.values.fraude - evidence(SegmentLearner(), 0.5).values.fraude) < 1e-6)
        #expect(said.segmentSupport < 1e-6)
    }

    @Test func otherDecilesAreLearnedAnewFromTheSameLog() throws {
        var random = Random(seed: 21)
        let log = try Trials.log(&random, events: 100)
        let narrow = try Deciles(edges: (1...9).map { Double($0) / 100 })
        let learner = SegmentLearner.rebuilt(from: log, deciles: narrow)
        // Nearly all of them lie in the last decile now, and speak for one another.
        #expect(evidence(learner, 0.5).support.sum > evidence(SegmentLearner.rebuilt(from: log), 0.5).support.sum)
    }

    @Test func anUnseenHeadingLeansOnTheChapter() throws {
        let log = try (1...200).map {
            try LearningEvent(
                sequence: $0, day: 20_000,
                segment: Segment(decile: 5, heading: 3003, isNewTrader: true, originDiffers: false), probability: 0.55,
                lane: .fraude, reward: 0.9, weight: 1)
        }
        let learner = SegmentLearner.rebuilt(from: log)
        #expect(Strategy.best(evidence(learner, 0.55).values, among: .held) == .fraude)
        // After twelve half-lives the lesson is gone.
        let later = evidence(learner, 0.55, day: 20_000 + 45 * 12)
        #expect(Strategy.best(later.values, among: .held) == .zoneGrise)
        #expect(later.support.fraude < 1)
    }

    @Test func forgettingHalvesExactly() throws {
        let forgetting = try Forgetting(halfLife: 45)
        #expect(forgetting.factor(after: 0) == 1 && forgetting.factor(after: -3) == 1)
        #expect(forgetting.factor(after: 45) == 0.5 && forgetting.factor(after: 90) == 0.25)
        #expect(abs(forgetting.factor(after: 1) - 0.984_714_9) < 1e-6)
        for day in 1..<1799 { #expect(forgetting.factor(after: day) < forgetting.factor(after: day - 1)) }
        #expect(forgetting.factor(after: 1800) == 0)
        #expect(throws: DecisionError.self) { try Forgetting(halfLife: 0) }
        #expect(throws: Never.self) { try Forgetting(halfLife: 3650) }
        #expect(throws: DecisionError.self) { try Forgetting(halfLife: 3651) }
    }

    @Test func hostileSnapshotsAreRefused() throws {
        let good = String(decoding: SegmentLearner().jsonBytes(), as: UTF8.self)
        for (from, to) in [
            ("\"cle\":-1", "\"cle\":-9"), ("\"cle\":-1", "\"cle\":0"), ("\"sequence\":0", "\"sequence\":-1"),
            ("\"demi_vie\":45", "\"demi_vie\":0"), ("\"cellules\":[]", "\"cellules\":[[99,1,1,1,1,1]]"),
            ("\"cellules\":[]", "\"cellules\":[[1,1]]"),
        ] {
            let bad = good.replacing(from, with: to)
            #expect(bad != good)
            #expect(throws: (any Error).self) { try SegmentLearner(parsing: Array(bad.utf8)) }
        }
    }

    @Test func eventsHaveBounds() throws {
        func event(reward: Double = 0, weight: Double = 1, p: Double = 0.5, sequence: Int = 1) throws {
            _ = try LearningEvent(
                sequence: sequence, day: 1,
                segment: Segment(decile: 1, heading: 0, isNewTrader: false, originDiffers: false), probability: p,
                lane: .fraude, reward: reward, weight: weight)
        }
        #expect(throws: Never.self) { try event(reward: -1, weight: 20) }
        #expect(throws: DecisionError.self) { try event(reward: -1.0.nextUp * 1.1) }
        #expect(throws: DecisionError.self) { try event(weight: 20.0.nextUp) }
        #expect(throws: DecisionError.self) { try event(weight: 0) }
        #expect(throws: DecisionError.self) { try event(p: .nan) }
        #expect(throws: DecisionError.self) { try event(sequence: 0) }
        #expect(ObservationWeight.of(strength: 0.7, propensity: 0.01) == 14)
        #expect(ObservationWeight.of(strength: 0, propensity: 0.5) == nil)
        #expect(ObservationWeight.of(strength: 1, propensity: 0) == nil)
    }
}
