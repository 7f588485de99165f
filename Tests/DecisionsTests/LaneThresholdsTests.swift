import JSON
import Testing

@testable import Decisions

@Suite struct LaneThresholdsTests {
    @Test func limitsHoldAtTheirEdges() throws {
        let least = 0.0.nextUp
        #expect(throws: Never.self) { try LaneThresholds(bas: least, haut: 0.5) }
        #expect(throws: DecisionError.self) { try LaneThresholds(bas: 0, haut: 0.5) }
        #expect(throws: Never.self) { try LaneThresholds(bas: 0.3, haut: 1.0.nextDown) }
        #expect(throws: DecisionError.self) { try LaneThresholds(bas: 0.3, haut: 1) }
        #expect(throws: DecisionError.self) { try LaneThresholds(bas: 0.3, haut: 0.3) }
        #expect(throws: DecisionError.self) { try LaneThresholds(bas: .nan, haut: 0.3) }
        #expect(throws: DecisionError.self) { try LaneThresholds(bas: 0.3, haut: 0.7, tSoft: 0.3.nextDown) }
        #expect(throws: DecisionError.self) { try LaneThresholds(bas: 0.3, haut: 0.7, tSoft: 0.7) }
        #expect(throws: Never.self) { try LaneThresholds(bas: 0.3, haut: 0.7, tHard: 0.7) }
        #expect(throws: DecisionError.self) { try LaneThresholds(bas: 0.3, haut: 0.7, tHard: 0.7.nextDown) }
        #expect(throws: Never.self) { try LaneThresholds(bas: 0.3, haut: 0.7, tHard: 1) }
        #expect(throws: DecisionError.self) { try LaneThresholds(bas: 0.3, haut: 0.7, tHard: 1.0.nextUp) }
    }

    @Test func classicalRuleReleasesNothingThatIsNoProbability() {
        let thresholds = LaneThresholds.standard
        #expect(thresholds.lane(of: 0) == .conforme)
        #expect(thresholds.lane(of: 0.3.nextDown) == .conforme)
        #expect(thresholds.lane(of: 0.3) == .zoneGrise)
        #expect(thresholds.lane(of: 0.7.nextDown) == .zoneGrise)
        #expect(thresholds.lane(of: 0.7) == .fraude)
        for p in [-0.1, 1.1, .nan, .infinity, -.infinity] { #expect(thresholds.lane(of: p) == .zoneGrise) }
    }

    @Test func movingKeepsTheExpertsLimits() throws {
        let thresholds = try LaneThresholds(bas: 0.3, haut: 0.7, tHard: 0.9)
        #expect(thresholds.moving(haut: 0.5)?.haut == 0.5)
        #expect(thresholds.moving(haut: 0.5)?.bas == 0.3)
        #expect(thresholds.moving(haut: 0.2)?.bas == 0.2 - 0.05)
        #expect(thresholds.moving(haut: 0.95) == nil)
    }

    @Test func versionsAskForAReasonAndSurviveJSON() throws {
        let first = ThresholdVersion.first(chapter: "30", day: 20_000)
        let moved = try LaneThresholds(bas: 0.2, haut: 0.6)
        #expect(throws: DecisionError.self) {
            try first.next(moved, method: .expert, reason: "  ", author: "a", day: 1)
        }
        let next = try first.next(moved, method: .expert, reason: "Trop de contrôles vains", author: "awa", day: 20_001)
        #expect(next.number == 2)
        #expect(try ThresholdVersion(parsing: next.jsonBytes()) == next)
        #expect(throws: (any Error).self) { try LaneThresholds(parsing: Array(#"{"bas":0.8,"haut":0.7}"#.utf8)) }
    }
}
