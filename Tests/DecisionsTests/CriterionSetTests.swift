import Customs
import JSON
import Testing

@testable import Decisions

@Suite struct CriterionSetTests {
    private let schema = FactSchema([("valeur", .nombre), ("pays", .texte)])

    private func facts(_ value: Double, _ country: String? = nil) -> Facts {
        var facts = Facts(for: schema)
        (facts.numbers[0], facts.texts[0]) = (value, country)
        return facts
    }

    private func set(
        _ criteria: [Criterion], lists: [ControlList] = [], chapter: String = "30", day: Int32 = 60
    ) throws -> CriterionSet {
        try CriterionSet(
            chapter: chapter, day: day, version: "c-1", criteria: criteria, lists: lists, schema: schema)
    }

    @Test func onlyWhatIsInForceIsAsked() throws {
        let criterion = try CriterionTests.active(CriterionTests.make(chapters: ["30"]))
        #expect(try set([criterion]).codes == ["prix"])
        #expect(try set([criterion], chapter: "84").codes.isEmpty)
        #expect(try set([criterion], day: 100).codes == ["prix"])
        #expect(try set([criterion], day: 101).codes.isEmpty)
        #expect(try set([CriterionTests.make()]).codes.isEmpty)
        #expect(throws: DecisionError.self) { try set([criterion, criterion]) }
        let wrong = try CriterionTests.active(CriterionTests.make(formula: "valeurr > 3"))
        #expect(throws: DecisionError.self) { try set([wrong]) }
    }

    @Test func fiveHundredCriteriaAndNotOneMore() throws {
        let many = try (0...500).map { try CriterionTests.active(CriterionTests.make("c\($0)", formula: "vrai")) }
        #expect(try set(Array(many.dropLast())).codes.count == 500)
        #expect(throws: DecisionError.self) { try set(many) }
        let entry = try ControlList.Entry(value: "SN1", validFrom: 0, validTo: 1, reason: "r", author: "a")
        func list(_ count: Int) throws {
            _ = try ControlList(
                code: "l", sentence: "s", key: .importateur, action: nil,
                entries: Array(repeating: entry, count: count))
        }
        #expect(throws: Never.self) { try list(100_000) }
        #expect(throws: DecisionError.self) { try list(100_001) }
    }

    @Test func aMissingFactHoldsNothing() throws {
        let criteria = try set([CriterionTests.active(CriterionTests.make())])
        let workspace = FormulaWorkspace()
        #expect(criteria.hits(facts(11), subject: ListSubject(), in: workspace).map(\.code) == ["prix"])
        #expect(criteria.hits(facts(10), subject: ListSubject(), in: workspace).isEmpty)
        #expect(criteria.hits(facts(.nan), subject: ListSubject(), in: workspace).isEmpty)
    }

    @Test func randomShareFallsOnItsShareAndIsSticky() throws {
        let criterion = try CriterionTests.active(CriterionTests.make(action: .randomShare, share: 0.2))
        let criteria = try set([criterion])
        let (workspace, key) = (FormulaWorkspace(), try Trials.key())
        var drawn = 0
        for number in 0..<5000 {
            let draw = key.draw(Trials.fingerprint(number), policy: "p-1")
            let hit = criteria.hits(facts(11), subject: ListSubject(), in: workspace, draw: draw)[0]
            drawn += hit.isDrawn ? 1 : 0
            if number % 500 == 0 {
                let again = key.draw(Trials.fingerprint(number), policy: "p-2")
                #expect(criteria.hits(facts(11), subject: ListSubject(), in: workspace, draw: again)[0] == hit)
            }
        }
        // Five standard deviations of a binomial law.
        #expect(abs(drawn - 1000) < 142)
        #expect(criteria.hits(facts(11), subject: ListSubject(), in: workspace)[0].isDrawn)
    }

    @Test func listsAreMetByTheirKey() throws {
        let entries = [
            try ControlList.Entry(value: "sn 0012-34", validFrom: 0, validTo: 70, reason: "Enquête", author: "awa"),
            try ControlList.Entry(value: "8517", validFrom: 0, validTo: 70, reason: "Enquête", author: "awa"),
        ]
        let importers = try ControlList(
            code: "surveilles", sentence: "Importateur surveillé", key: .importateur, action: .mandatory,
            entries: entries)
        let codes = try ControlList(
            code: "positions", sentence: "Position surveillée", key: .codeSH, action: .removeConforme, entries: entries)
        let workspace = FormulaWorkspace()
        var subject = ListSubject()
        (subject.importers, subject.codes) = (["SN001234"], ["3004.20.00.00", "8517130000"])
        let hits = try set([], lists: [importers, codes]).hits(facts(1), subject: subject, in: workspace)
        #expect(hits.map(\.code) == ["surveilles", "positions"])
        #expect(hits.map(\.action) == [.mandatory, .removeConforme])
        #expect(try set([], lists: [importers], day: 71).hits(facts(1), subject: subject, in: workspace).isEmpty)
        subject.importers = ["SN00123"]
        #expect(try set([], lists: [importers]).hits(facts(1), subject: subject, in: workspace).isEmpty)
        #expect(try ControlList(parsing: codes.jsonBytes()) == codes)
    }

    @Test func exemptionSparesWhatIsNotMandatory() throws {
        let entry = try ControlList.Entry(
            value: "SN1", validFrom: 0, validTo: 70, reason: "Opérateur agréé", author: "awa", criteria: ["doux"])
        let exempt = try ControlList(
            code: "agrees", sentence: "Opérateur agréé", key: .importateur, action: nil, entries: [entry])
        let criteria = try [
            CriterionTests.active(CriterionTests.make("dur")),
            CriterionTests.active(CriterionTests.make("doux", action: .removeConforme)),
            CriterionTests.active(CriterionTests.make("autre", action: .removeConforme)),
        ]
        var subject = ListSubject()
        subject.importers = ["SN1"]
        let hits = try set(criteria, lists: [exempt]).hits(facts(11), subject: subject, in: FormulaWorkspace())
        #expect(hits.map(\.action) == [.mandatory, .advise, .removeConforme])
        #expect(try ControlList(parsing: exempt.jsonBytes()) == exempt)
    }

    @Test func simulationCountsWhatWouldHaveBeenHit() throws {
        var past: [PastDeclaration] = []
        for k in 0..<100 {
            let isFraud: Bool? = k % 2 == 0 ? k >= 80 : nil
            let recovered: Double = k >= 80 ? 1000 : 0
            past.append(
                PastDeclaration(
                    facts: facts(Double(k)), day: 10 + Int32(k % 20), isFraud: isFraud, recovered: recovered))
        }
        past.append(PastDeclaration(facts: facts(.nan), day: 12))
        let criterion = try CriterionTests.make(formula: "valeur >= 60")
        let report = try CriterionSimulation.run(criterion, over: past, schema: schema, on: 50)
        #expect(report.declarations == 101 && report.hits == 40 && report.undecided == 1)
        #expect(report.verified == 20 && report.frauds == 10 && report.recovered == 10_000)
        #expect(report.verifiedOfAll == 50 && report.fraudsOfAll == 10)
        #expect((report.firstDay, report.lastDay) == (10, 29))
        #expect(report.hitsPerDay == 2)
        #expect(report.precision.share == 0.5)
        #expect(try CriterionSimulation(parsing: report.jsonBytes()) == report)
    }
}
