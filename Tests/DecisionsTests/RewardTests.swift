import JSON
import Testing

@testable import Decisions

@Suite struct RewardTests {
    private let prices = PriceList()

    private func value(_ lane: Lane, recovered: Double = 0, missed: Double = 0, hours: Double = 0) throws -> Double {
        var facts = RewardFacts(lane: lane)
        (facts.recovered, facts.missed, facts.hours) = (recovered, missed, hours)
        return try RewardParts(facts, prices: prices).value
    }

    @Test func componentsAddUpOnTheScale() throws {
        var facts = RewardFacts(lane: .fraude)
        (facts.recovered, facts.hours, facts.minutes) = (1_000_000, 10, 120)
        let parts = try RewardParts(facts, prices: prices)
        #expect((parts.recovered, parts.control, parts.delay, parts.missed) == (1_000_000, 30_000, 10_000, 0))
        #expect(parts.value == 960_000.0 / 5_000_000)
        facts.minutes = nil
        #expect(try RewardParts(facts, prices: prices).control == 40_000)
        #expect(try RewardFacts(parsing: facts.jsonBytes()) == facts)
    }

    @Test func whatIsBetterIsWorthMore() throws {
        let order = [
            try value(.conforme, missed: 2_000_000), try value(.fraude, hours: 24), try value(.fraude),
            try value(.zoneGrise), try value(.conforme), try value(.zoneGrise, recovered: 500_000),
            try value(.fraude, recovered: 2_000_000), try value(.fraude, recovered: 4_000_000),
        ]
        for (worse, better) in zip(order, order.dropFirst()) { #expect(worse < better) }
    }

    @Test func oneHugeCaseDoesNotOutweighAll() throws {
        #expect(try value(.fraude, recovered: 1e14) == (5_000_000.0 - 40_000) / 5_000_000)
        #expect(try value(.conforme, missed: 1e14) == -1)
        #expect(throws: DecisionError.self) { try value(.fraude, recovered: .nan) }
        #expect(throws: DecisionError.self) { try value(.fraude, recovered: -1) }
    }

    @Test func anotherPriceListPricesTheSameFacts() throws {
        var facts = RewardFacts(lane: .fraude)
        facts.recovered = 1_000_000
        var dear = prices
        (dear.version, dear.control) = (2, LaneValues(0, 5_000, 400_000))
        #expect(try RewardParts(facts, prices: dear).value < RewardParts(facts, prices: prices).value)
        #expect(try PriceList(parsing: dear.jsonBytes()) == dear)
        dear.scale = 0
        #expect(throws: DecisionError.self) { try dear.check() }
        #expect(throws: (any Error).self) { try PriceList(parsing: dear.jsonBytes()) }
    }

    @Test func theScaleIsTheNinetyNinthPercentile() {
        #expect(PriceList.scale(fromRecoveries: (1...100).map(Double.init)) == 99)
        #expect(PriceList.scale(fromRecoveries: (1...1000).map(Double.init)) == 990)
        #expect(PriceList.scale(fromRecoveries: (1...99).map(Double.init)) == nil)
    }

    @Test func onlyControlsTeach() {
        #expect(prices.strength(of: .documentaire) == 0.7)
        for evidence in Evidence.allCases { #expect((prices.strength(of: evidence) > 0) == evidence.isVerified) }
    }
}
