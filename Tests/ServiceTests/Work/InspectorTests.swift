import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct InspectorTests {
    @Test func aProfileCountsVerdictsAndWhatOthersVerifiedLater() throws {
        let office = try AnalysingService(models: "/nonexistent")
        defer { office.service.stop() }
        let (awa, binta) = (UUIDv7.make(), UUIDv7.make())
        let (first, second) = (
            office.service.token(.inspector, user: awa), office.service.token(.inspector, user: binta)
        )
        func give(_ number: Int, _ decision: String, _ evidence: String?, _ token: String, _ minutes: Int = 20) throws {
            var members: [JSONValue.Member] = [
                .init("user_decision", .string(decision)), .init("minutes", .int(minutes)),
                .init("justification", "tout a été vérifié"),
            ]
            if let evidence { members.append(.init("evidence", .string(evidence))) }
            let answer = try office.ask(
                "POST", "/api/v2/declarations/2026/18N/\(number)/feedback", token, json: .object(members))
            try #require(answer.status == 201, "\(answer.value)")
        }
        for number in 0..<5 {
            #expect(try office.ask("POST", "/api/v2/declarations", json: ClaimTests.declaration(number)).status == 201)
        }
        try give(0, "conforme", "physique", first, 10)
        try give(1, "fraude", "physique", first, 30)
        try give(2, "conforme", "documentaire", first, 50)
        try give(3, "zone_grise", nil, first)
        try give(4, "conforme", "physique", second)
        // Others look again: once they agree, once they don't. One's own second look proves nothing.
        try give(0, "conforme", "a_posteriori", second)
        try give(1, "conforme", "recours", second)
        try give(2, "fraude", "a_posteriori", first)

        let mine = try office.ask("GET", "/api/v2/profil", first).value
        #expect(mine["doutes"] == 1 && mine["inspecteur_id"]?.string == awa.description)
        let profile = mine["profil"]
        #expect(profile?["verdicts"] == 4 && profile?["part_fraude"]?["nombre"] == 2)
        #expect(profile?["accord_verifie"]?["nombre"] == 1 && profile?["accord_verifie"]?["sur"] == 2)
        #expect(profile?["minutes_medianes"]?.double == 25 && profile?["tendance"] == "insuffisant")
        #expect(profile?["positions"]?[0]?["position"] == 3004 && profile?["specialisation"]?.double == 1)

        let (status, all) = try office.ask("GET", "/predict/chap30/rl/inspector-profiles", office.expert)
        try #require(status == 200, "\(all)")
        let people = (all["profils"]?.array ?? []).compactMap { $0["inspecteur_id"]?.string }
        #expect(people == [awa, binta].map(\.description) && all["verdicts_lus"] == 8)
        #expect(
            try office.ask("GET", "/predict/chap84/rl/inspector-profiles", office.expert).value["profils"]?.array == [])
        #expect(try office.ask("GET", "/predict/99/rl/inspector-profiles", office.expert).status == 404)
        let elsewhere = office.service.token(.expert, bureau: "10S")
        let none = try office.ask("GET", "/predict/30/rl/inspector-profiles", elsewhere).value
        #expect(none["profils"]?.array?.isEmpty == true)
    }
}
