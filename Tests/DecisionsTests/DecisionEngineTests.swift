import JSON
import Platform
import Testing

@testable import Decisions

@Suite struct DecisionEngineTests {
    @Test(arguments: Strategy.allCases) func frequenciesMatchThePropensities(strategy: Strategy) throws {
        let key = try Trials.key()
        var policy = try Trials.policy(strategy)
        policy.stratumRate = 0.03
        var random = Random(seed: 1)
        let learner = try Trials.learner(&random, events: 150)
        for p in [0.12, 0.5, 0.95] {
            var (counts, expected) = (LaneValues.zero, LaneValues.zero)
            let trials = 4000
            for number in 0..<trials {
                let request = Trials.request(p, number: number, epsilon: 0.15)
                let record = DecisionEngine.decide(request, policy: policy, learner: learner, key: key)
                counts[record.lane] += 1
                expected = record.propensities
            }
            var chiSquare = 0.0
            for lane in Lane.allCases {
                let mean = expected[lane] * Double(trials)
                if mean == 0 {
                    #expect(counts[lane] == 0)
                } else {
                    chiSquare += (counts[lane] - mean) * (counts[lane] - mean) / mean
                }
            }
            // p > 0.001 with two degrees of freedom.
            #expect(chiSquare < 13.8, "\(strategy), p = \(p)")
        }
    }

    @Test func theFirstDayIsTheThresholds() throws {
        let key = try Trials.key()
        for strategy in [Strategy.epsilonGreedy, .ucb, .hybrid] {
            let policy = try Trials.policy(strategy)
            for k in 0...1000 {
                let p = Double(k) / 1000
                let record = DecisionEngine.decide(
                    Trials.request(p, number: k), policy: policy, learner: SegmentLearner(), key: key)
                let lane = p >= 0.9 ? .fraude : policy.thresholds.lane(of: p)
                #expect(record.greedy == LaneSet(lane), "\(strategy), \(p)")
            }
        }
    }

    /// Every fault, alone and with others, over all probabilities: what is held is never released, whatever the draw.
    @Test func theGuardrailHoldsUnderEveryFault() throws {
        var random = Random(seed: 7)
        let key = try Trials.key()
        let learner = try Trials.learner(&random, events: 300)
        let probabilities: [Double?] = [nil, .nan, -1, 2, .infinity, 0, 0.1, 0.29, 0.3, 0.5, 0.7, 0.9, 1]
        let actions: [Criterion.Action?] = [nil] + Criterion.Action.allCases
        for number in 0..<5_460 {
            var policy = try Trials.policy(Strategy.allCases[number % 4])
            policy.stratumRate = number % 3 == 0 ? 0 : 0.03
            var request = Trials.request(
                probabilities[number % 13], number: number, epsilon: [0.01, 1, .nan, -3, .infinity][number % 5])
            request.conditions = DecisionConditions(rawValue: UInt8(random.unit() * 8))
            if let action = actions[number % 5] {
                request.hits = [
                    CriterionHit(code: "c", sentence: "s", action: action, isDrawn: random.unit() < 0.5)
                ]
            }
            request.capacityLeft = number % 2 == 0 ? 0 : nil
            request.capacityPrice = [0, 0.1, .nan, .infinity, -1][number % 5]
            (request.duties, request.value, request.heading) = (.nan, -.infinity, Int.max)
            let broken = number % 7 == 0
            let record = DecisionEngine.decide(
                request, policy: policy, learner: broken ? nil : learner, key: key)
            let p = request.probability ?? .nan
            let hit = request.hits.first
            let isHeld = broken || !(p >= 0 && p < 0.3) || !request.conditions.isEmpty || hit?.action == .removeConforme
            let isMandatory =
                hit?.action == .mandatory || hit?.action == .randomShare && hit?.isDrawn == true || p >= 0.9 && p <= 1
            if isHeld || isMandatory { #expect(record.lane != .conforme && record.propensities.conforme == 0) }
            if isMandatory { #expect(record.lane == .fraude && record.propensities.fraude > 1 - 1e-12) }
            #expect(record.safe.has(record.lane))
            #expect(record.epsilon >= policy.floor && record.epsilon <= 1)
            #expect(abs(record.propensities.sum - 1) < 1e-12)
            #expect(record.propensities[record.lane] > 0)
            #expect(try DecisionRecord(parsing: record.jsonBytes()) == record)
            #expect(record.replay(key: key, learner: learner).isSame)
        }
    }

    @Test func aThousandSubmissionsAreOneDecision() throws {
        let (key, policy) = (try Trials.key(), try Trials.policy())
        let first = DecisionEngine.decide(
            Trials.request(0.28, number: 4), policy: policy, learner: SegmentLearner(), key: key)
        for number in 0..<1000 {
            // Another request on another day, about the same goods.
            var again = DecisionRequest(
                id: "encore-\(number)", fingerprint: Trials.fingerprint(4), probability: 0.28, epsilon: 0.1,
                day: 20_000 + Int32(number % 30))
            again.officeLoad = number
            let record = DecisionEngine.decide(again, policy: policy, learner: SegmentLearner(), key: key)
            #expect(record.lane == first.lane && record.draw == first.draw)
            #expect(first.stands(for: again, under: policy))
        }
        #expect(try !first.stands(for: Trials.request(0.28, number: 4), under: Trials.policy(version: "p-2")))
        #expect(!first.stands(for: Trials.request(0.28, number: 5), under: policy))
        var watched = Trials.request(0.28, number: 4)
        watched.hits = [CriterionHit(code: "c", sentence: "s", action: .mandatory)]
        #expect(first.lane == .fraude || !first.stands(for: watched, under: policy))
    }

    @Test func capacityIsACeilingForAllButWhatMustBe() throws {
        let (key, policy) = (try Trials.key(), try Trials.policy())
        for number in 0..<500 {
            var request = Trials.request(0.8, number: number)
            request.capacityLeft = 0
            let record = DecisionEngine.decide(request, policy: policy, learner: SegmentLearner(), key: key)
            #expect(record.lane == (record.isInStratum ? .fraude : .zoneGrise))
            request.capacityLeft = 1
            let open = DecisionEngine.decide(request, policy: policy, learner: SegmentLearner(), key: key)
            #expect(open.greedy == .fraude)
            request.capacityPrice = 0.5
            let priced = DecisionEngine.decide(request, policy: policy, learner: SegmentLearner(), key: key)
            #expect(priced.greedy == .zoneGrise)
        }
        var request = Trials.request(0.95)
        request.capacityLeft = 0
        #expect(DecisionEngine.decide(request, policy: policy, learner: nil, key: key).lane == .fraude)
    }

    @Test func theStratumIsDrawnApartAndAtItsRate() throws {
        let key = try Trials.key()
        var policy = try Trials.policy()
        policy.stratumRate = 0.02
        var drawn = 0
        for number in 0..<10_000 {
            let record = DecisionEngine.decide(
                Trials.request(0.05, number: number), policy: policy, learner: SegmentLearner(), key: key)
            if record.isInStratum {
                drawn += 1
                #expect(record.lane == .fraude && !record.isExploratory)
            }
        }
        #expect(abs(drawn - 200) < 70)
    }

    @Test func motifsSayWhyAndNeverThatItWasDrawn() throws {
        let (key, policy) = (try Trials.key(), try Trials.policy())
        var seen: Set<String> = []
        for number in 0..<2000 {
            var request = Trials.request([nil, 0.1, 0.5, 0.8, 0.97][number % 5], number: number)
            if number % 7 == 0 {
                request.hits = [CriterionHit(code: "prix", sentence: "Prix très bas", action: .advise)]
                request.conditions = [.outOfDomain, .unverifiedReading, .degraded]
            }
            let record = DecisionEngine.decide(request, policy: policy, learner: SegmentLearner(), key: key)
            let (shown, all) = (record.motifs, record.allMotifs)
            for motif in shown {
                #expect(!["exploration", "strate_aleatoire", "secours"].contains(motif.code))
                #expect(!motif.sentence.contains("ε") && !motif.sentence.contains("aléatoire"))
            }
            seen.formUnion(all.map(\.code))
        }
        #expect(
            seen == [
                "exploration", "strate_aleatoire", "secours", "prix", "hors_domaine", "lecture_non_verifiee",
                "mode_degrade", "sans_probabilite", "probabilite_basse", "probabilite_moyenne", "probabilite_haute",
                "probabilite_extreme", "politique",
            ])
        #expect(FrenchNumber.percent(0.4321) == "43,2 %")
    }

    /// The worked example of docs/decisions.md.
    @Test func theExampleOfTheDocumentation() throws {
        var request = Trials.request(0.5)
        request.originDiffers = true
        let record = DecisionEngine.decide(
            request, policy: try Trials.policy(), learner: SegmentLearner(), key: try Trials.key())
        #expect(record.safe == .held && record.greedy == .zoneGrise)
        #expect(abs(record.evidence.values.zoneGrise - 0.04) < 1e-8 && abs(record.evidence.values.fraude) < 1e-8)
        #expect(abs(record.chances.zoneGrise - 0.95) < 1e-12 && abs(record.chances.fraude - 0.05) < 1e-12)
        #expect(abs(record.propensities.zoneGrise - 0.931) < 1e-12 && abs(record.propensities.fraude - 0.069) < 1e-12)
        #expect(Strategy.lane(at: 0.97, of: record.chances) == .fraude)
        var facts = RewardFacts(lane: .fraude)
        (facts.recovered, facts.minutes, facts.hours) = (1_200_000, 120, 20)
        #expect(try RewardParts(facts, prices: PriceList()).value == 0.23)
        let weight = try #require(ObservationWeight.of(strength: 1, propensity: record.propensities.fraude))
        #expect((weight * 10).rounded() == 145)
    }

    @Test func confidenceGrowsWithDistanceAndSupport() throws {
        let policy = try Trials.policy()
        #expect(Confidence.of(nil, support: 0, policy) == nil)
        let onIt = try #require(Confidence.of(0.3, support: 0, policy))
        #expect(onIt == 0.5)
        var last = onIt
        for p in [0.35, 0.4, 0.45, 0.5] {
            let next = try #require(Confidence.of(p, support: 0, policy))
            #expect(next > last && next < 1)
            last = next
        }
        let few = try #require(Confidence.of(0.35, support: 0, policy))
        let many = try #require(Confidence.of(0.35, support: 500, policy))
        #expect(many > few)
        // No number of outcomes makes up for a calibration that is off.
        let limit = PortableMath.normalShare(below: 0.05 / policy.calibrationError)
        #expect(try #require(Confidence.of(0.35, support: 1e9, policy)) <= limit + 1e-3)
    }
}
