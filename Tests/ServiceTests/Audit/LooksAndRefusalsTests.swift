import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// What the audit trail says of those who only looked, and of those who were not let.
@Suite struct LooksAndRefusalsTests {
    private func events(_ name: String, _ database: TestDatabase) throws -> [JSONValue] {
        let texts = try database.value(
            "SELECT coalesce(json_agg(canonical::json ORDER BY seq), '[]') FROM audit_events WHERE evenement = '\(name)'"
        )
        return try JSONValue(parsing: Array(try #require(texts).utf8)).array ?? []
    }

    @Test func whoOpensADeclarationIsWrittenDownOnceInAWhile() throws {
        let office = try AnalysingService(models: "/nonexistent")
        defer { office.service.stop() }
        #expect(try office.ask("POST", "/api/v2/declarations", json: ClaimTests.declaration(1)).status == 201)
        let (awa, moussa) = (UUIDv7.make(), UUIDv7.make())
        let path = "/api/v2/declarations/2026/18N/1"
        for user in [awa, moussa, awa] {
            let token = office.service.token(.inspector, user: user)
            #expect(try office.ask("GET", path, token).status == 200)
            #expect(
                try office.ask("GET", "/api/v2/declarations/detail?declaration_id=2026/18N/1", token).status == 200)
        }
        // Whoever does not see it has not looked at it.
        let stranger = office.service.token(.inspector, bureau: "10S")
        #expect(try office.ask("GET", path, stranger).status == 404)
        let looks = try events("declaration.consultee", office.database)
        #expect(looks.compactMap { $0["acteur"]?.string } == [awa, moussa].map { "utilisateur:\($0)" })
        #expect(looks.allSatisfy { $0["objet"] == "declaration:2026/18N/1" && $0["adresse"] == "127.0.0.1" })
    }

    @Test func whoAsksForWhatTheyMayNotDoIsWrittenDown() throws {
        let service = try RunningService(database: TestDatabase())
        defer { service.stop() }
        let database = try #require(service.database)
        let user = UUIDv7.make()
        let token = ["Authorization": "Bearer \(service.token(.inspector, user: user))"]
        for _ in 0..<3 { #expect(try service.ask("GET", "/api/v2/audit", token, as: nil).status == 403) }
        #expect(try service.ask("GET", "/api/v2/users", token, as: nil).status == 403)
        // It follows the answer.
        let deadline = Instant.now() + .seconds(20)
        while try events("acces.refuse", database).count < 2 {
            try #require(Instant.now() < deadline)
            Pause.milliseconds(10)
        }
        let refusals = try events("acces.refuse", database)
        #expect(refusals.count == 2)
        #expect(
            Set(refusals.compactMap { $0["objet"]?.string }) == ["route:GET /api/v2/audit", "route:GET /api/v2/users"])
        #expect(refusals.allSatisfy { $0["acteur"]?.string == "utilisateur:\(user)" && $0["role"] == "inspecteur" })
        #expect(refusals.allSatisfy { $0.at("/details/permission")?.string != nil })
    }
}
