import Testing

@testable import Decisions

@Suite struct RewardTrackTests {
    private let prices = PriceList()

    private func record(_ p: Double = 0.8, where wanted: (DecisionRecord) -> Bool) throws -> DecisionRecord {
        let (key, policy) = (try Trials.key(), try Trials.policy())
        for number in 0..<20_000 {
            let record = DecisionEngine.decide(
                Trials.request(p, number: number), policy: policy, learner: SegmentLearner(), key: key)
            if wanted(record) { return record }
        }
        throw DecisionError(.badData, "aucun enregistrement de ce genre")
    }

    private func facts(_ lane: Lane, _ recovered: Double) -> RewardFacts {
        var facts = RewardFacts(lane: lane)
        facts.recovered = recovered
        return facts
    }

    @Test func fromNothingToAVerdictAndItsRevision() throws {
        let record = try record { $0.lane == .fraude && !$0.isInStratum }
        var track = try RewardTrack(record)
        #expect(track.state == .pending)
        #expect(try track.apply(.partial(facts(.fraude, 10), .documentaire), prices: prices).isEmpty)
        #expect(track.state == .partial)
        let first = try track.apply(.verdict(facts(.fraude, 1e6), .physique), prices: prices)
        #expect(first.count == 1 && !first[0].isWithdrawal && track.state == .final)
        #expect(first[0].weight == 1 / record.propensities.fraude)
        // The verdict is given once; only an audit or an appeal overrides it.
        #expect(throws: DecisionError.self) {
            try track.apply(.verdict(facts(.fraude, 2e6), .physique), prices: prices)
        }
        #expect(throws: DecisionError.self) { try track.apply(.revision(facts(.fraude, 0), .physique), prices: prices) }
        let second = try track.apply(.revision(facts(.fraude, 0), .recours), prices: prices)
        #expect(track.state == .revised && second.count == 2)
        #expect(second[0].isWithdrawal && second[0].reward == first[0].reward && second[0].weight == first[0].weight)
        #expect(!second[1].isWithdrawal && second[1].reward < first[0].reward)
        let event = try #require(try second[1].event(sequence: 9, of: record))
        #expect(event.day == record.request.day && event.lane == .fraude && event.segment.decile == 8)
    }

    @Test func timeWithoutAnOutcomeTeachesNothing() throws {
        let record = try record { $0.lane == .fraude && !$0.isInStratum }
        var track = try RewardTrack(record)
        let last = record.request.day + 30
        #expect(try track.apply(.day(last), prices: prices).isEmpty && track.state == .pending)
        #expect(try track.apply(.day(last + 1), prices: prices).isEmpty && track.state == .expired)
        // What comes late all the same is worth having.
        #expect(try track.apply(.verdict(facts(.fraude, 1), .physique), prices: prices).count == 1)
        var half = try RewardTrack(record)
        _ = try half.apply(.partial(facts(.fraude, 10), .documentaire), prices: prices)
        let steps = try half.apply(.day(last + 1), prices: prices)
        #expect(half.state == .final && steps.count == 1 && steps[0].weight < 1)
    }

    @Test func whatWasRarelySeenWeighsMoreUpToTwenty() throws {
        let record = try record { $0.lane == .zoneGrise && !$0.isInStratum }
        var rare = try RewardTrack(record, observed: 0.001)
        let steps = try rare.apply(.verdict(facts(.zoneGrise, 1), .physique), prices: prices)
        #expect(steps[0].weight == 20)
        #expect(throws: DecisionError.self) { try RewardTrack(record, observed: 0) }
        let usual = try self.record(0.5) { $0.lane == .zoneGrise && !$0.isInStratum }
        var half = try RewardTrack(usual, observed: 0.5)
        let taught = try half.apply(.verdict(facts(.zoneGrise, 1), .physique), prices: prices)
        #expect(taught[0].weight == 1 / (usual.propensities.zoneGrise * 0.5))
        var rates = ObservationRates()
        #expect(rates.rate(.conforme) == 0.5)
        for k in 0..<98 { rates.count(.conforme, isKnown: k < 9) }
        #expect(rates.rate(.conforme) == 0.1 && rates.censored(.conforme) == 89)
        #expect(rates.teachingRate(.conforme) == 0.1 && rates.teachingRate(.fraude) == 1)
        var counted = ObservationRates()
        counted.count(.conforme, matured: 98, known: 9)
        #expect(counted == rates)
    }

    @Test func theStratumAlsoTellsWhatReleaseWouldHaveLetGo() throws {
        let record = try record(0.05) { $0.isInStratum }
        var track = try RewardTrack(record)
        let steps = try track.apply(.verdict(facts(.fraude, 2_500_000), .physique), prices: prices)
        #expect(steps.map(\.lane) == [.fraude, .conforme])
        #expect(steps[1].reward == -0.5)
        #expect(steps[1].weight == 20)
        let held = try self.record(0.5) { $0.isInStratum }
        var other = try RewardTrack(held)
        #expect(try other.apply(.verdict(facts(.fraude, 1), .physique), prices: prices).count == 1)
    }

    @Test func syntheticLabelsAndOtherLanesTeachNothing() throws {
        let record = try record { $0.lane == .fraude && !$0.isInStratum }
        var track = try RewardTrack(record)
        #expect(throws: DecisionError.self) {
            try track.apply(.verdict(facts(.conforme, 1), .physique), prices: prices)
        }
        #expect(track.state == .pending)
        #expect(try track.apply(.verdict(facts(.fraude, 1), .regleSynthetique), prices: prices).isEmpty)
    }
}
