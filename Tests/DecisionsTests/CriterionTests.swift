import JSON
import Testing

@testable import Decisions

@Suite struct CriterionTests {
    static func make(
        _ code: String = "prix", formula: String = "valeur > 10", action: Criterion.Action = .mandatory,
        share: Double = 1, chapters: [String] = [], from: Int32 = 0, to: Int32 = 100
    ) throws -> Criterion {
        try Criterion(
            code: code, sentence: "Prix très bas", owner: "awa", legalBasis: "art. 97", formula: formula,
            action: action, share: share, chapters: chapters, validFrom: from, validTo: to)
    }

    static func simulated(_ criterion: Criterion, on day: Int32 = 50, formula: String? = nil) -> CriterionSimulation {
        var report = CriterionSimulation(code: criterion.code, formula: formula ?? criterion.formula, day: day)
        (report.firstDay, report.lastDay, report.declarations) = (day - 90, day - 1, 10)
        return report
    }

    static func active(_ criterion: Criterion, on day: Int32 = 50) throws -> Criterion {
        var criterion = criterion
        try criterion.apply(.simulate(simulated(criterion, on: day)))
        try criterion.apply(.activate(by: "moussa", on: day))
        return criterion
    }

    @Test func lifeHasOneOrder() throws {
        var criterion = try Self.make()
        #expect(throws: DecisionError.self) { try criterion.apply(.activate(by: "awa", on: 1)) }
        #expect(throws: DecisionError.self) { try criterion.apply(.reopen(by: "awa")) }
        try criterion.apply(.simulate(Self.simulated(criterion)))
        #expect(criterion.state == .simulated)
        #expect(throws: DecisionError.self) { try criterion.apply(.activate(by: " ", on: 50)) }
        try criterion.apply(.activate(by: "moussa", on: 50))
        #expect(throws: DecisionError.self) { try criterion.apply(.simulate(Self.simulated(criterion))) }
        #expect(throws: DecisionError.self) { try criterion.apply(.retire(by: "awa", reason: "")) }
        try criterion.apply(.retire(by: "awa", reason: "Trop de fausses alertes"))
        #expect(criterion.state == .retired)
        try criterion.apply(.reopen(by: "awa"))
        #expect(criterion.state == .draft && criterion.simulation == nil)
    }

    @Test func activationAsksForAFreshSimulationOfTheSameFormula() throws {
        func after(_ report: CriterionSimulation, on day: Int32) throws {
            var criterion = try Self.make()
            try criterion.apply(.simulate(report))
            try criterion.apply(.activate(by: "moussa", on: day))
        }
        let criterion = try Self.make()
        #expect(throws: Never.self) { try after(Self.simulated(criterion), on: 80) }
        #expect(throws: DecisionError.self) { try after(Self.simulated(criterion), on: 81) }
        #expect(throws: DecisionError.self) { try after(Self.simulated(criterion), on: 49) }
        #expect(throws: DecisionError.self) { try after(Self.simulated(criterion, formula: "vrai"), on: 50) }
        #expect(throws: DecisionError.self) { try after(Self.simulated(criterion, on: 100), on: 101) }
        #expect(throws: DecisionError.self) {
            try after(CriterionSimulation(code: "prix", formula: "valeur > 10", day: 50), on: 50)
        }
        let other = try Self.make("autre")
        #expect(throws: DecisionError.self) { try after(Self.simulated(other), on: 50) }
    }

    @Test func whatIsRefusedWhenWritten() throws {
        #expect(throws: DecisionError.self) { try Self.make("Prix Bas") }
        #expect(throws: DecisionError.self) { try Self.make(from: 2, to: 1) }
        #expect(throws: DecisionError.self) { try Self.make(share: 0.5) }
        #expect(throws: DecisionError.self) { try Self.make(action: .randomShare, share: 0) }
        #expect(throws: DecisionError.self) { try Self.make(action: .randomShare, share: 1.1) }
        #expect(DecisionLimits.isText(String(repeating: "é", count: 500)))
        #expect(!DecisionLimits.isText(String(repeating: "é", count: 500) + "x"))
        let longest = String(repeating: "x", count: DecisionLimits.standard.codeBytes)
        #expect(throws: Never.self) { try Self.make(longest) }
        #expect(throws: DecisionError.self) { try Self.make(longest + "x") }
    }

    @Test func jsonKeepsItWhole() throws {
        var criterion = try Self.active(Self.make(action: .randomShare, share: 0.25, chapters: ["30", "84"]))
        #expect(try Criterion(parsing: criterion.jsonBytes()) == criterion)
        try criterion.apply(.retire(by: "awa", reason: "Fini"))
        #expect(try Criterion(parsing: criterion.jsonBytes()) == criterion)
        // A file cannot make a criterion active that nobody simulated.
        let text = String(decoding: try Self.make().jsonBytes(), as: UTF8.self)
        let forged = text.replacing("\"brouillon\"", with: "\"actif\"")
        #expect(throws: (any Error).self) { try Criterion(parsing: Array(forged.utf8)) }
    }

    @Test func countersSayWhenOneIsSurelyUseless() {
        var counters = CriterionCounters()
        (counters.verified, counters.frauds) = (49, 0)
        #expect(!counters.isBelow(floor: 0.2))
        counters.verified = 50
        #expect(counters.isBelow(floor: 0.2))
        counters.frauds = 10
        #expect(!counters.isBelow(floor: 0.2))
    }
}
