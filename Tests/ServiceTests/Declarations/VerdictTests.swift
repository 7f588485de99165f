import Analysis
import Customs
import Decisions
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct VerdictTests {
    /// A service with some analysed declarations, and their lanes by number.
    private func office() throws -> (office: AnalysingService, lanes: [(number: String, lane: String)]) {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        let answer = try office.upload(world.file(0..<40))
        try #require(answer.status == 201, "\(answer.value)")
        let lanes = (answer.value["declarations"]?.array ?? []).compactMap { analysis in
            analysis["numero_declaration"]?.string.flatMap { number in
                analysis["rl_decision"]?.string.map { (number, $0) }
            }
        }
        return (office, lanes)
    }

    private func give(
        _ verdict: JSONValue, on number: String, _ office: AnalysingService
    ) throws -> (status: Int, value: JSONValue) {
        try office.ask("POST", "/api/v2/declarations/\(number)/feedback", json: verdict)
    }

    private func learner(_ office: AnalysingService, _ chapter: String) throws -> SegmentLearner? {
        try office.service.service.analysis.loaded().withLive { $0.learners[chapter] }
    }

    @Test func aVerdictIsRecordedLearnedAndReplayedAfterARestart() throws {
        let (office, lanes) = try office()
        for (place, (number, lane)) in lanes.prefix(8).enumerated() {
            let isFraud = place % 3 == 0
            let verdict: JSONValue = [
                "user_decision": isFraud ? "fraude" : "conforme", "evidence": "physique", "confidence_level": 4,
                "montant_redresse": isFraud ? 1_500_000 : 0, "minutes": 45,
                "justification": "vérification complète des colis et des factures",
            ]
            let (status, value) = try give(verdict, on: number, office)
            try #require(status == 201, "\(lane) \(value)")
            #expect(value["etat"] == "final")
        }
        let chapters = try office.service.service.analysis.loaded().withLive { $0.learners }
        #expect(chapters.values.reduce(0) { $0 + $1.sequence } >= 8)
        let (_, detail) = try office.ask("GET", "/api/v2/declarations/\(lanes[0].number)")
        #expect(detail["feedback"]?[0]?["user_decision"] == "fraude")
        #expect(detail["issues"]?[0]?["preuve"] == "physique" && detail["issues"]?[0]?["montant"] == 1_500_000)
        #expect(detail["declaration"]?["statut"] == "traitee")
        // What was decided after learning is made again with what had been learned by then.
        let more = try office.upload(ImaginedWorld.made.get().file(40..<60))
        #expect(more.status == 201)
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATABASE_URL": office.database.connectionString,
            "INSPECTIA_DATA_DIR": office.service.directory.path,
        ])
        let replayed = try DecisionCommands.replay(settings, .last(1000))
        #expect(replayed.isGood, "\(replayed.text(json: false))")
        #expect(replayed.drawn == replayed.decisions && replayed.learned == replayed.decisions)
        #expect(replayed.decisions > lanes.count)
        #expect(try DecisionCommands.replay(settings, .one(lanes[0].number)).decisions == 1)
        let grown = try office.service.service.analysis.loaded().withLive { $0.pasts.map { $0.history.snapshot() } }
        let again = try AnalysingService(models: ImaginedWorld.made.get().models, like: office)
        #expect(try again.service.service.analysis.loaded().withLive { $0.learners } == chapters)
        #expect(
            try again.service.service.analysis.loaded().withLive { $0.pasts.map { $0.history.snapshot() } } == grown)
        again.service.stop()
        // Whoever changes a record is found out, though its table is owned by whoever does.
        try office.value("ALTER TABLE decisions DISABLE TRIGGER decisions_final")
        try office.value(
            "UPDATE decisions SET enregistrement = replace(enregistrement, '\"strate\":false', '\"strate\":true')")
        #expect(try !DecisionCommands.replay(settings, .last(1000)).isGood)
        office.service.stop()
    }

    @Test func whoeverDecidesOtherwiseSaysWhy() throws {
        let (office, lanes) = try office()
        defer { office.service.stop() }
        let (number, lane) = try #require(lanes.first { $0.lane != "fraude" })
        let verdict: JSONValue = ["user_decision": "fraude", "evidence": "documentaire", "montant_redresse": 10]
        let (status, value) = try give(verdict, on: number, office)
        #expect(status == 422 && value["errors"]?[0]?["pointer"] == "/justification", "\(lane)")
        #expect(try office.value("SELECT count(*) FROM feedbacks") == "0")
    }

    @Test func aDoubtSettlesNothing() throws {
        let (office, lanes) = try office()
        defer { office.service.stop() }
        let doubt: JSONValue = ["user_decision": "zone_grise", "justification": "j'attends la facture"]
        let (status, value) = try give(doubt, on: lanes[0].number, office)
        #expect(status == 201 && value["etat"] == "sans_issue", "\(value)")
        #expect(try office.value("SELECT count(*) FROM outcomes") == "0")
        #expect(try office.value("SELECT count(*) FROM bandit_events") == "0")
    }

    @Test func onlyAnAuditOrAnAppealRevises() throws {
        let (office, lanes) = try office()
        defer { office.service.stop() }
        let number = lanes[0].number
        let chapter = try #require(try office.value("SELECT chapitre FROM decisions ORDER BY id LIMIT 1"))
        func verdict(_ decision: String, _ evidence: String, _ amount: Int = 0) -> JSONValue {
            [
                "user_decision": .string(decision), "evidence": .string(evidence), "montant_redresse": .int(amount),
                "justification": "contrôle de la déclaration entière",
            ]
        }
        #expect(try give(verdict("conforme", "physique"), on: number, office).status == 201)
        #expect(try give(verdict("fraude", "physique", 5), on: number, office).status == 409)
        let first = try #require(try learner(office, chapter)?.sequence)
        let revised = try give(verdict("fraude", "a_posteriori", 2_000_000), on: number, office)
        #expect(revised.status == 201 && revised.value["etat"] == "revise", "\(revised.value)")
        // What was taught is taken back, then taught anew.
        #expect(try learner(office, chapter)?.sequence == 3 * first)
        #expect(
            try office.value("SELECT string_agg(resultat, ' ' ORDER BY revision) FROM outcomes")
                == "conforme fraude")
    }

    @Test func impossibleVerdictsAreRefused() throws {
        let (office, lanes) = try office()
        defer { office.service.stop() }
        let refused: [JSONValue] = [
            [:], ["user_decision": "peut-etre", "evidence": "physique"], ["user_decision": "fraude"],
            ["user_decision": "conforme", "evidence": "simulation"],
            ["user_decision": "conforme", "evidence": "physique", "montant_redresse": 5],
            ["user_decision": "fraude", "evidence": "physique", "montant_redresse": -1],
            ["user_decision": "fraude", "evidence": "physique", "confidence_level": 6],
            ["user_decision": "fraude", "evidence": "physique", "autre": 1],
        ]
        for verdict in refused {
            #expect(try give(verdict, on: lanes[0].number, office).status == 422, "\(verdict)")
        }
        let good: JSONValue = ["user_decision": "fraude", "evidence": "physique"]
        #expect(try give(good, on: "2026/18N/inconnu", office).status == 404)
        #expect(try office.value("SELECT count(*) FROM feedbacks") == "0")
    }
}
