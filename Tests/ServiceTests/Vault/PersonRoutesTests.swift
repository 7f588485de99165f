import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// Over HTTP, with an account as the person.
@Suite struct PersonRoutesTests {
    private func account(_ office: Office, _ name: String, email: String) throws -> String {
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATABASE_URL": office.database.connectionString,
            "INSPECTIA_DATA_DIR": office.service.directory.path,
        ])
        return try AccountCommands.add(
            settings, username: name, role: "inspecteur", bureau: "18N", email: email, password: Office.password)
    }

    @Test func thePersonsRightsAreExercised() throws {
        let office = try Office()
        let user = try account(office, "awa", email: "awa.diop@douanes.sn")
        let token = try office.tokens("awa").access
        #expect(try office.ask("PATCH", "/auth/me", token, ["nom": "Awa Diop"]).status == 200)
        let service = office.service
        func ask(_ method: String, _ path: String, _ body: JSONValue? = nil) throws -> RawResponse {
            try service.ask(method, "/api/v2/personnes/" + path, body: body?.jsonBytes())
        }
        func search(_ classe: String, _ value: String) throws -> RawResponse {
            try ask("POST", "recherche", ["classe": .string(classe), "valeur": .string(value)])
        }
        #expect(try search("compte", UUIDv7.make().description).status == 404)
        #expect(try search("roi", "x").status == 422)
        #expect(try search("ninea", "--").status == 422)
        #expect(try search("ninea", String(repeating: "1", count: 1025)).status == 422)
        let found = try search("compte", user)
        #expect(found.status == 200)
        let id = try #require(try JSONValue(parsing: found.body)["id"]?.string)

        // Access.
        let export = try ask("GET", "\(id)/donnees")
        #expect(export.status == 200)
        #expect(export.value("Content-Disposition") == "attachment; filename=\"personne-\(id).json\"")
        #expect(export.value("Cache-Control") == "no-store")
        let data = try JSONValue(parsing: export.body)
        #expect(data.at("/donnees/0/valeur") == "awa.diop@douanes.sn")
        #expect(data.at("/donnees/0/ligne")?.string == user)
        #expect(data.at("/autres/0/valeurs/username") == "awa")
        #expect(data.at("/autres/0/valeurs/nom") == "Awa Diop")
        #expect(data.at("/autres/1/table") == "sessions")
        #expect(data.at("/autres/2/table") == "notices")
        #expect(data.at("/autres/2/valeurs/genre") == "profil_modifie")

        // Rectification.
        func rectify(_ column: String, _ value: String, _ row: String? = nil) throws -> Int {
            try ask(
                "PATCH", "\(id)/donnees",
                [
                    "table": "users", "colonne": .string(column), "ligne": .string(row ?? user),
                    "valeur": .string(value),
                ]
            ).status
        }
        #expect(try rectify("email_scelle", "a.diop@douanes.sn") == 204)
        #expect(try rectify("password_hash", "x") == 422)
        #expect(try rectify("email_scelle", " ") == 422)
        #expect(try rectify("email_scelle", "x", UUIDv7.make().description) == 404)
        let list = try JSONValue(parsing: service.ask("GET", "/api/v2/users").body)
        #expect(list["comptes"]?.array?.first { $0["username"] == "awa" }?["email"] == "a.diop@douanes.sn")

        // Hold and erasure.
        let motif: JSONValue = ["motif": "contentieux 7"]
        let placed = try ask("POST", "\(id)/conservations", motif)
        #expect(placed.status == 201)
        let hold = try #require(try JSONValue(parsing: placed.body)["id"]?.string)
        let refused = try ask("POST", "\(id)/effacement", ["motif": "demande"])
        #expect(refused.status == 409)
        #expect(refused.text.contains("contentieux 7"))
        let shown = try JSONValue(parsing: ask("GET", id).body)
        #expect(shown.at("/conservations/0/motif") == "contentieux 7")
        #expect(try ask("DELETE", "\(id)/conservations/\(hold)").status == 204)
        #expect(try ask("DELETE", "\(id)/conservations/\(hold)").status == 404)
        #expect(try ask("POST", "\(id)/effacement", ["motif": ""]).status == 422)
        #expect(
            try ask("POST", "\(id)/effacement", ["motif": .string(String(repeating: "a", count: 501))]).status == 422)
        let reason = String(repeating: "é", count: 500)
        #expect(try ask("POST", "\(id)/effacement", ["motif": .string(reason)]).status == 204)
        #expect(try ask("POST", "\(id)/effacement", ["motif": "encore"]).status == 409)
        #expect(try ask("GET", "\(id)/donnees").status == 410)
        #expect(try ask("POST", "\(id)/conservations", motif).status == 410)
        #expect(try JSONValue(parsing: ask("GET", id).body)["effacee_le"] != nil)
        let after = try JSONValue(parsing: service.ask("GET", "/api/v2/users").body)
        let erased = after["comptes"]?.array?.first { $0["username"] == "awa" }
        #expect(erased?["email"] == .null && erased?["nom"] == .null)
        #expect(try office.verifyJournal())
        service.stop()
    }

    /// Sessions are about somebody too.
    @Test func anAccountWithoutAddressIsAPersonAsWell() throws {
        let office = try Office()
        let user = try office.add("moussa")
        _ = try office.tokens("moussa")
        func search() throws -> String? {
            let body: JSONValue = ["classe": "compte", "valeur": .string(user)]
            let answer = try office.service.ask("POST", "/api/v2/personnes/recherche", body: body.jsonBytes())
            return try JSONValue(parsing: answer.body)["id"]?.string
        }
        let id = try #require(try search())
        #expect(try search() == id)
        let data = try JSONValue(parsing: office.service.ask("GET", "/api/v2/personnes/\(id)/donnees").body)
        #expect(data["donnees"]?.array?.isEmpty == true)
        #expect(data["autres"]?.array?.map { $0["table"] } == ["users", "sessions"])
        office.service.stop()
    }

    @Test func addressesInClearAreSealedAtTheNextStart() throws {
        let office = try Office()
        let ids = try (0..<3).map { try office.add("agent\($0)") }
        office.service.stop()
        try office.database.value("UPDATE users SET email = username || '@douanes.sn' WHERE username <> 'agent2'")
        let again = try RunningService(
            database: office.database, ["INSPECTIA_DATA_DIR": office.service.directory.path])
        let list = try JSONValue(parsing: again.ask("GET", "/api/v2/users").body)["comptes"]?.array ?? []
        #expect(list.map { $0["email"] } == ["agent0@douanes.sn", "agent1@douanes.sn", .null])
        #expect(try office.database.value("SELECT count(*) FROM users u WHERE u::text LIKE '%douanes.sn%'") == "0")
        #expect(try office.database.value("SELECT count(*) FROM personnes") == "2")
        #expect(
            try office.database.value(
                "SELECT canonical::jsonb #>> '{details,nombre}' FROM audit_events WHERE evenement = 'donnees.chiffrees'"
            )
                == "2")
        #expect(ids.count == 3)
        again.stop()
    }
}
