import Analysis
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Postgres
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

    /// An outcome stands for those of its lane that never became known.
    @Test func whatIsTaughtWeighsOneOverTheChanceThatItBecomesKnown() async throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let analysis = office.service.service.analysis
        let running = try analysis.loaded()
        let principal = Principal(
            user: .make(), username: "awa", role: Role.inspector.rawValue, bureau: nil, session: .make(),
            rights: office.service.service.accounts.roles.rights(of: .inspector))
        let actor = AuditActor(name: AuditActor.user(principal.user))
        func handIn(_ rows: Range<Int>, daysAgo: Int64) async throws -> [Answer] {
            var submission = Submission(principal: principal, actor: actor)
            submission.moment = .now() - .seconds(daysAgo * 86_400)
            let declarations = try ImaginedWorld.made.get().declarations(rows, running)
            return try await analysis.submit(Handed(declarations.map { ($0, nil) }), submission)
        }
        func verdict() throws -> Verdict {
            let body: JSONValue = [
                "user_decision": "conforme", "evidence": "physique", "justification": "rien n'a été trouvé du tout",
            ]
            return try Verdict(parsing: body.jsonBytes())
        }
        func lesson(_ answer: Answer) async throws -> (weight: Double, record: DecisionRecord) {
            _ = try await analysis.take(try verdict(), on: answer.number, by: principal, actor)
            let found =
                "FROM bandit_events e JOIN decisions x ON x.id = e.decision_id JOIN declarations d ON d.id = x.declaration_id WHERE d.numero_declaration = '\(answer.number)' ORDER BY e.sequence LIMIT 1"
            let event = try LearningEvent(parsing: Array((try office.value("SELECT e.contenu \(found)") ?? "").utf8))
            let record = try DecisionRecord(
                parsing: Array((try office.value("SELECT x.enregistrement \(found)") ?? "").utf8))
            return (event.weight, record)
        }
        // Nearly everything is held.
        let strict: JSONValue = [
            "seuils": ["bas": 0.000_1, "t_soft": 0.000_1, "haut": 0.98, "t_hard": 0.99], "numero": 1,
            "motif": "presque tout est retenu",
        ]
        try #require(try office.ask("PUT", "/ml/policies/tous", office.expert, json: strict).status == 200)
        // Two months and more ago: the windows of both kinds of controls have passed.
        let old = try await handIn(0..<80, daysAgo: 70).filter { $0.lane == "zone_grise" }
        try #require(old.count >= 8)
        // Nothing is corrected as long as nothing was counted.
        let first = try await lesson(old[0])
        #expect(first.weight == min(1 / first.record.propensities.zoneGrise, ObservationWeight.largest))
        for one in old.dropFirst().prefix(2) {
            _ = try await analysis.take(try verdict(), on: one.number, by: principal, actor)
        }
        let tomorrow = CivilDate(daysSinceEpoch: AnalysisService.today.daysSinceEpoch + 1)
        try await running.countObserved(on: tomorrow, analysis.database.under(OfficeScope.all))
        let last = try await lesson(old[3])
        let chapter = last.record.policy.chapter
        let matured = try #require(
            Int(
                try office.value(
                    "SELECT count(*) FROM decisions WHERE voie = 'zone_grise' AND chapitre = '\(chapter)'") ?? ""))
        let observed = 4 / Double(matured + 2)
        #expect(last.weight == min(1 / (last.record.propensities.zoneGrise * observed), ObservationWeight.largest))
        #expect(last.weight > first.weight)
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATABASE_URL": office.database.connectionString,
            "INSPECTIA_DATA_DIR": office.service.directory.path,
        ])
        #expect(try DecisionCommands.replay(settings, .last(1000)).isGood)
    }
}
