import Decisions
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct BanditRoutesTests {
    private static let found: JSONValue = [
        "user_decision": "fraude", "evidence": "physique", "montant_redresse": 800_000, "minutes": 30,
        "justification": "valeur très au-dessous des factures trouvées",
    ]

    private func named(_ name: String, _ value: JSONValue) -> JSONValue {
        .object((Self.found.members ?? []) + [.init(name, value)])
    }

    @Test func verdictsByTheChapterAreVerdicts() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        let (_, sent) = try office.upload(world.file(0..<30))
        let analyses = sent["declarations"]?.array ?? []
        let number = try #require(analyses[0]["numero_declaration"])
        let prediction = try #require(analyses[1]["prediction_id"])
        let path = "/predict/tous/rl/feedback"
        let (status, value) = try office.ask("POST", path, json: named("numero_declaration", number))
        #expect(status == 201 && value["etat"] == "final" && value["numero_declaration"] == number, "\(value)")
        let (second, other) = try office.ask("POST", path, json: named("prediction_id", prediction))
        #expect(second == 201 && other["numero_declaration"] == analyses[1]["numero_declaration"], "\(other)")
        // The same act: a second verdict is refused here as there.
        #expect(try office.ask("POST", path, json: named("numero_declaration", number)).status == 409)
        #expect(try office.value("SELECT count(*) FROM feedbacks") == "2")
        #expect(try office.ask("POST", path, json: named("numero_declaration", "2026/18N/nulle")).status == 404)
        #expect(
            try office.ask("POST", path, json: named("prediction_id", .string(UUIDv7.make().description))).status == 404
        )
        #expect(try office.ask("POST", path, json: Self.found).status == 422)
        let both = JSONValue.object(
            (named("numero_declaration", number).members ?? []) + [.init("prediction_id", prediction)])
        #expect(try office.ask("POST", path, json: both).status == 422)
        // Another office does not have it.
        let elsewhere = office.service.token(.inspector, bureau: "99Z")
        #expect(try office.ask("POST", path, elsewhere, json: named("prediction_id", prediction)).status == 404)
    }

    @Test func everyNumberIsCountedFromRows() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        let (_, empty) = try office.ask("GET", "/predict/tous/rl/stats", office.expert)
        #expect(empty["par_jour"]?.array?.isEmpty == true && empty["verdicts"]?["rendus"] == 0, "\(empty)")
        #expect(empty["issues_verifiees"]?["fraude"]?["part"] == .null)
        let (_, sent) = try office.upload(world.file(0..<40))
        let analyses = sent["declarations"]?.array ?? []
        for analysis in analyses.prefix(5) {
            let body = named("numero_declaration", analysis["numero_declaration"] ?? .null)
            try #require(try office.ask("POST", "/predict/tous/rl/feedback", json: body).status == 201)
        }
        let (status, state) = try office.ask("GET", "/predict/tous/rl/status", office.expert)
        let last = try #require(try office.value("SELECT count(*) FROM bandit_events").flatMap { Int($0) })
        #expect(status == 200 && state["apprentissage"]?["appris"] == .int(last), "\(state)")
        #expect(state["apprentissage"]?["journal"] == .int(last) && state["politique"]?["version"] == "tous-1")
        #expect(state["aujourd_hui"]?[0]?["decisions"] == .int(analyses.count))
        let (_, stats) = try office.ask("GET", "/predict/tous/rl/stats?jours=1", office.expert)
        for lane in ["conforme", "zone_grise", "fraude"] {
            let count = analyses.count { $0["rl_decision"]?.string == lane }
            #expect(stats["par_jour"]?[0]?[lane] == .int(count))
        }
        #expect(stats["verdicts"]?["rendus"] == 5 && stats["verdicts"]?["minutes_medianes"]?.double == 30, "\(stats)")
        let (_, learned) = try office.ask("GET", "/predict/tous/rl/bandit-stats", office.expert)
        #expect(learned["apprentissage"]?["evenements"] == .int(last), "\(learned)")
        #expect(try office.ask("GET", "/predict/tous/rl/stats?jours=0", office.expert).status == 422)
        #expect(try office.ask("GET", "/predict/tous/rl/stats", office.inspector).status == 403)
        #expect(try office.ask("GET", "/predict/99/rl/stats", office.expert).status == 404)
    }

    @Test func recordsComeByPagesAndOnlyToExperts() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        let (_, sent) = try office.upload(world.file(0..<30))
        let numbers = (sent["declarations"]?.array ?? []).compactMap { $0["numero_declaration"]?.string }
        for number in numbers.prefix(3) {
            let body = named("numero_declaration", .string(number))
            try #require(try office.ask("POST", "/predict/tous/rl/feedback", json: body).status == 201)
        }
        var (seen, cursor): ([String], String?) = ([], nil)
        repeat {
            let path = "/predict/tous/rl/decision-records?limit=7" + (cursor.map { "&cursor=\($0)" } ?? "")
            let (status, page) = try office.ask("GET", path, office.expert)
            try #require(status == 200, "\(page)")
            for line in page["data"]?.array ?? [] {
                seen += line["numero_declaration"]?.string.map { [$0] } ?? []
                let chances = (line["propensions"]?.array ?? []).compactMap(\.double)
                #expect(chances.count == 3 && abs(chances.reduce(0, +) - 1) < 1e-12)
            }
            cursor = page["page"]?["next_cursor"]?.string
        } while cursor != nil
        #expect(seen.count == numbers.count && Set(seen) == Set(numbers))
        let (_, feedback) = try office.ask("GET", "/predict/tous/rl/feedback-records?limit=2", office.expert)
        #expect(feedback["data"]?.array?.count == 2 && feedback["page"]?["next_cursor"]?.string != nil, "\(feedback)")
        #expect(feedback["data"]?[0]?["preuve"] == "physique" && feedback["data"]?[0]?["montant"] == 800_000)
        #expect(feedback["data"]?[0]?["appris"]?[0]?["poids"]?.double ?? 0 > 0)
        #expect(try office.ask("GET", "/predict/tous/rl/decision-records", office.inspector).status == 403)
        #expect(try office.ask("GET", "/predict/tous/rl/decision-records?cursor=x", office.expert).status == 422)
        #expect(try office.ask("GET", "/predict/tous/rl/decision-records?limit=201", office.expert).status == 422)
        let elsewhere = office.service.token(.expert, bureau: "99Z")
        let (_, none) = try office.ask("GET", "/predict/tous/rl/decision-records", elsewhere)
        #expect(none["data"]?.array?.isEmpty == true)
    }
}
