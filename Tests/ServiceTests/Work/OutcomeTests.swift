import Decisions
import JSON
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct OutcomeTests {
    private func give(_ office: AnalysingService, _ number: String, _ decision: String, _ evidence: String) throws
        -> Int
    {
        try office.ask(
            "POST", "/api/v2/declarations/\(number)/feedback",
            json: [
                "user_decision": .string(decision), "evidence": .string(evidence),
                "justification": "tout a été vérifié",
            ]
        ).status
    }

    @Test func theLedgerShowsEachRevisionAndWhatItRestsOn() throws {
        let office = try AnalysingService(models: "/nonexistent")
        defer { office.service.stop() }
        #expect(try office.ask("POST", "/api/v2/declarations", json: ClaimTests.declaration(1)).status == 201)
        let path = "/api/v2/declarations/2026/18N/1/issues"
        let before = try office.ask("GET", path).value
        #expect(before["etat"] == "en_attente" && before["issues"]?.array?.isEmpty == true)
        #expect(before["attendue_jusqu_au"]?.string != nil)
        #expect(try give(office, "2026/18N/1", "conforme", "documentaire") == 201)
        #expect(try give(office, "2026/18N/1", "fraude", "a_posteriori") == 201)
        let (status, value) = try office.ask("GET", path)
        #expect(status == 200 && value["etat"] == "revise" && value["attendue_jusqu_au"] == .null)
        let issues = value["issues"]?.array ?? []
        #expect(issues.compactMap { $0["resultat"]?.string } == ["conforme", "fraude"])
        #expect(issues.compactMap { $0["preuve"]?.string } == ["documentaire", "a_posteriori"])
        #expect(issues[0]["remplace"] == .null && issues[1]["remplace"] == 1 && issues[1]["verifiee"] == true)
        let stranger = office.service.token(.inspector, bureau: "10S")
        #expect(try office.ask("GET", path, stranger).status == 404)
    }

    /// What the database notes is what `RewardTrack` says of each record.
    @Test func decisionsExpireAsTheirTrackSays() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        // So many that draws leave no lane out.
        let sent = try office.upload(world.file(0..<400)).value["declarations"]?.array ?? []
        let numbers = sent.compactMap { $0["numero_declaration"]?.string }
        for number in numbers.prefix(5) { #expect(try give(office, number, "conforme", "physique") == 201) }
        let records = try #require(
            try office.value("SELECT string_agg(enregistrement, E'\\n' ORDER BY id) FROM decisions")
        )
        .split(separator: "\n").map { try DecisionRecord(parsing: Array($0.utf8)) }
        let settled = try Set(
            #require(try office.value("SELECT string_agg(decision_id::text, ' ') FROM feedbacks")).split(separator: " ")
                .map(String.init))
        #expect(Set(records.map(\.lane)).count == 3 && settled.count == 5)
        let settings = try ServiceSettings.reading(["INSPECTIA_DATABASE_URL": office.database.connectionString])
        let taught = try office.value("SELECT count(*) FROM bandit_events")
        let today = AnalysisService.today
        for days in [0, 29, 30, 31, 60, 61, 180, 181, 400] {
            let day = CivilDate(daysSinceEpoch: today.daysSinceEpoch + days)
            let counts = try CommandDatabase.connect(office.database.connectionString, settings) { database in
                let windows = OutcomeWindows(database: database, readiness: Readiness())
                return [try await windows.expire(on: day), try await windows.expire(on: day)]
            }
            // The second time there is nothing left.
            #expect(counts[0] != nil && counts[1] == .zero)
            let noted = try office.value(
                "SELECT coalesce(string_agg(decision_id::text, ' '), '') FROM decisions_expirees")
            let found = Set((noted ?? "").split(separator: " ").map(String.init))
            var expected: Set<String> = []
            for record in records where !settled.contains(record.request.id) {
                var track = try RewardTrack(record)
                #expect(try track.apply(.day(Int32(day.daysSinceEpoch)), prices: PriceList()).isEmpty)
                if track.state == .expired { expected.insert(record.request.id) }
            }
            #expect(found == expected, "\(days)")
        }
        // It is counted, and it is no outcome.
        #expect(try office.value("SELECT count(*) FROM outcomes") == "5")
        #expect(try office.value("SELECT count(*) FROM bandit_events") == taught)
        let last = try #require(numbers.last)
        #expect(try office.ask("GET", "/api/v2/declarations/\(last)/issues").value["etat"] == "expire")
        // What becomes known later is taken all the same.
        #expect(try give(office, last, "conforme", "a_posteriori") == 201)
        #expect(try office.ask("GET", "/api/v2/declarations/\(last)/issues").value["etat"] == "final")
        office.service.stop()
    }
}
