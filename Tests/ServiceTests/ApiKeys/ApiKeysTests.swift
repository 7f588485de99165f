import Crypto
import Glibc
import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct ApiKeysTests {
    /// An administrator's token, and how to ask with it.
    private struct Administration {
        let office: Office
        let token: String

        init(_ office: Office, _ name: String = "admin", bureau: String? = nil) throws {
            self.office = office
            try office.add(name, .admin)
            let code = bureau.map { "'\($0)'" } ?? "NULL"
            try office.database.value("UPDATE users SET bureau = \(code) WHERE username = '\(name)'")
            token = try office.tokens(name).access
        }

        func create(_ body: JSONValue) throws -> RawResponse { try office.ask("POST", "/api/v2/api-keys", token, body) }

        func key(_ permissions: [JSONValue] = ["read_metrics"]) throws -> (secret: String, id: String) {
            let answer = try create(["nom": "superviseur", "permissions": .array(permissions)])
            try #require(answer.status == 201, "\(answer.text)")
            let made = try JSONValue(parsing: answer.body)
            return (try #require(made["cle"]?.string), try #require(made.at("/details/id")?.string))
        }

        func show(_ id: String) throws -> JSONValue {
            try JSONValue(parsing: office.ask("GET", "/api/v2/api-keys/\(id)", token).body)
        }
    }

    private func metrics(_ office: Office, _ secret: String) throws -> Int {
        try office.ask("GET", "/metrics", secret).status
    }

    private func waitUntil(_ condition: () throws -> Bool) throws {
        let deadline = Instant.now() + .seconds(20)
        while try !condition() {
            try #require(Instant.now() < deadline)
            usleep(5_000)
        }
    }

    @Test func aKeyOpensWhatItIsForAndNothingElse() throws {
        let office = try Office()
        let admin = try Administration(office)
        let (secret, id) = try admin.key()
        #expect(secret.utf8.count == ApiKeySecret.length && secret.hasPrefix("ia_"))
        #expect(try metrics(office, secret) == 200)
        // The scheme's name in any case, the key to the last sign.
        #expect(try office.service.ask("GET", "/metrics", ["Authorization": "bEARER \(secret)"], as: nil).status == 200)
        let last: Character = secret.last == "A" ? "E" : "A"
        for wrong in [String(secret.dropLast()) + String(last), secret + "A", String(secret.dropLast()), "ia_"] {
            #expect(try metrics(office, wrong) == 401)
        }
        // Keys open no account's affairs, nor what their permissions do not name.
        for path in ["/auth/me", "/docs", "/api/v2/audit", "/api/v2/api-keys", "/auth/sessions"] {
            #expect(try office.ask("GET", path, secret).status == 403, "\(path)")
        }
        let other = try admin.key(["upload_documents"])
        #expect(try metrics(office, other.secret) == 403)
        // The secret is nowhere, and its hash in one place.
        let rows = "SELECT set_config('inspectia.bureau', '*', true); SELECT count(*) FROM"
        for table in ["api_keys", "audit_events"] {
            let sql = "\(rows) \(table) t WHERE t::text LIKE '%\(secret.dropFirst(12))%'"
            #expect(try office.database.value(sql) == "0")
        }
        let hash = SHA256.hash(secret.utf8).hexadecimal
        #expect(try office.database.value("\(rows) api_keys WHERE hash = '\\x\(hash)'") == "1")
        #expect(try admin.show(id)["prefixe"]?.string == String(secret.prefix(11)))
        #expect(try office.verifyJournal())
        office.service.stop()
    }

    @Test func whatAKeyMayNotBeIsRefused() throws {
        let office = try Office()
        let admin = try Administration(office)
        let refused: [JSONValue] = [
            ["nom": "x", "permissions": ["manage_users"]], ["nom": "x", "permissions": ["roi"]],
            ["nom": "x", "permissions": []], ["nom": "", "permissions": ["read_metrics"]],
            ["nom": "x", "permissions": ["read_metrics", "read_metrics"]], ["permissions": ["read_metrics"]],
            ["nom": .string(String(repeating: "x", count: 101)), "permissions": ["read_metrics"]],
            ["nom": "x", "permissions": ["read_metrics"], "jours": 0],
            ["nom": "x", "permissions": ["read_metrics"], "jours": 401],
            ["nom": "x", "permissions": ["read_metrics"], "bureau": "18 N"],
            ["nom": "x", "permissions": ["read_metrics"], "created_by": "moi"], ["nom": "a\nb", "permissions": []],
        ]
        for body in refused { #expect(try admin.create(body).status == 422, "\(body)") }
        for days in [1, 400] {
            let body: JSONValue = [
                "nom": .string(String(repeating: "é", count: 100)), "permissions": ["read_metrics"],
                "jours": .int(days),
            ]
            #expect(try admin.create(body).status == 201)
        }
        #expect(try office.ask("POST", "/api/v2/api-keys/\(UUIDv7.make())/rotate", admin.token, [:]).status == 404)
        office.service.stop()
    }

    @Test func rotationReplacesTheSecretAtOnceOrAfterAWhile() throws {
        let office = try Office()
        let admin = try Administration(office)
        let (first, id) = try admin.key()
        func rotate(_ body: JSONValue) throws -> String {
            let answer = try office.ask("POST", "/api/v2/api-keys/\(id)/rotate", admin.token, body)
            try #require(answer.status == 200, "\(answer.text)")
            return try #require(try JSONValue(parsing: answer.body)["cle"]?.string)
        }
        let second = try rotate([:])
        #expect(try metrics(office, first) == 401)
        #expect(try metrics(office, second) == 200)
        #expect(first.prefix(11) == second.prefix(11))
        let third = try rotate(["recouvrement_minutes": 5])
        #expect(try metrics(office, second) == 200)
        #expect(try metrics(office, third) == 200)
        for minutes in [-1, 1441] {
            let answer = try office.ask(
                "POST", "/api/v2/api-keys/\(id)/rotate", admin.token, ["recouvrement_minutes": .int(minutes)])
            #expect(answer.status == 422)
        }
        try office.database.value(
            """
            SELECT set_config('inspectia.bureau', '*', true);
            UPDATE api_keys SET previous_until = now(); SELECT pg_notify('cles_api', 'changee:toutes')
            """)
        try waitUntil { try metrics(office, second) == 401 }
        #expect(try metrics(office, third) == 200)
        #expect(try office.verifyJournal())
        office.service.stop()
    }

    @Test func revocationHoldsAtOnceInEveryInstance() throws {
        let keys = try TemporaryDirectory()
        let variables = ["INSPECTIA_ACCOUNTS_TOKEN_KEYS": keys.path + "/tokens.json"]
        let here = try Office(variables)
        let there = try Office(variables, sharing: here)
        let admin = try Administration(here)
        let (secret, id) = try admin.key()
        let other = try admin.key()
        #expect(try metrics(here, secret) == 200)
        try waitUntil { try metrics(there, secret) == 200 }
        #expect(try here.ask("DELETE", "/api/v2/api-keys/\(id)", admin.token).status == 204)
        #expect(try metrics(here, secret) == 401)
        try waitUntil { try metrics(there, secret) == 401 }
        #expect(try metrics(there, other.secret) == 200)
        // For good: neither twice, nor back by rotation.
        #expect(try here.ask("DELETE", "/api/v2/api-keys/\(id)", admin.token).status == 404)
        #expect(try here.ask("POST", "/api/v2/api-keys/\(id)/rotate", admin.token, [:]).status == 404)
        #expect(try admin.show(id)["revoquee"] != .null)
        #expect(
            try here.database.value(
                "SELECT string_agg(evenement, ' ' ORDER BY seq) FROM audit_events WHERE objet = 'cle_api:\(id)'")
                == "cle_api.creee cle_api.revoquee")
        // One that starts later knows it too.
        let later = try Office(variables, sharing: here)
        #expect(try metrics(later, secret) == 401)
        #expect(try metrics(later, other.secret) == 200)
        for office in [here, there, later] { office.service.stop() }
    }

    @Test func useIsNotedOnceAMinute() throws {
        let office = try Office()
        let admin = try Administration(office)
        let (secret, id) = try admin.key()
        #expect(try admin.show(id)["derniere_utilisation"] == .null)
        for _ in 0..<20 { #expect(try metrics(office, secret) == 200) }
        try waitUntil { try admin.show(id)["derniere_utilisation"] != .null }
        // Every loop may have asked; the first write stood.
        let version = "SELECT set_config('inspectia.bureau', '*', true); SELECT xmin FROM api_keys"
        let before = try office.database.value(version)
        for _ in 0..<20 { #expect(try metrics(office, secret) == 200) }
        usleep(200_000)
        #expect(try office.database.value(version) == before)
        office.service.stop()
    }

    /// A reading that began before a revocation and ends after it brings nothing back; one that was overtaken counts
    /// for nothing.
    @Test func lateReadingsDoNotReviveKeys() throws {
        let known = KnownKeys()
        func valid(_ id: UUIDv7, _ text: String) -> ApiKeyStore.Valid {
            .init(
                id: id, name: "x", permissions: [], bureau: nil, hash: SHA256.hash(text.utf8),
                until: .now() + .seconds(60))
        }
        let rights: (ApiKeyStore.Valid) -> Principal.Rights = { _ in Principal.Rights([]) }
        let (a, b) = (UUIDv7.make(), UUIDv7.make())
        let early = known.beginReading()
        known.revoke(a)
        known.endReading(early, [valid(a, "a"), valid(b, "b")], rights: rights)
        #expect(known.snapshot.entries.count == 1)
        let slow = known.beginReading()
        let fast = known.beginReading()
        known.endReading(fast, [valid(b, "new")], rights: rights)
        known.endReading(slow, [valid(b, "old")], rights: rights)
        #expect(Array(known.snapshot.entries.keys) == [SHA256.hash("new".utf8)])
    }

    /// Administrators of an office see and make that office's keys only.
    @Test func anOfficesAdministratorSeesItsOwnKeys() throws {
        let office = try Office()
        let general = try Administration(office)
        let north = try Administration(office, "nord", bureau: "18N")
        let south = try Administration(office, "sud", bureau: "10S")
        func make(_ admin: Administration, _ bureau: JSONValue?) throws -> (Int, String) {
            var members: [JSONValue.Member] = [.init("nom", "x"), .init("permissions", ["read_metrics"])]
            if let bureau { members.append(.init("bureau", bureau)) }
            let answer = try admin.create(.object(members))
            return (answer.status, try JSONValue(parsing: answer.body).at("/details/id")?.string ?? "")
        }
        let ofNorth = try make(north, nil)
        let ofAll = try make(general, nil)
        #expect(ofNorth.0 == 201 && ofAll.0 == 201)
        #expect(try make(north, "10S").0 == 422)
        func count(_ admin: Administration) throws -> Int {
            let answer = try office.ask("GET", "/api/v2/api-keys", admin.token)
            return try JSONValue(parsing: answer.body)["cles"]?.array?.count ?? -1
        }
        #expect(try count(general) == 2)
        #expect(try count(north) == 1)
        #expect(try count(south) == 0)
        for id in [ofNorth.1, ofAll.1] {
            #expect(try office.ask("GET", "/api/v2/api-keys/\(id)", south.token).status == 404)
            #expect(try office.ask("POST", "/api/v2/api-keys/\(id)/rotate", south.token, [:]).status == 404)
            #expect(try office.ask("DELETE", "/api/v2/api-keys/\(id)", south.token).status == 404)
        }
        #expect(try office.ask("DELETE", "/api/v2/api-keys/\(ofAll.1)", north.token).status == 404)
        #expect(try office.ask("DELETE", "/api/v2/api-keys/\(ofNorth.1)", north.token).status == 204)
        office.service.stop()
    }
}
