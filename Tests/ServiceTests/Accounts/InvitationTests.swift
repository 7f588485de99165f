import Crypto
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct InvitationTests {
    /// A service with an administrator.
    private struct Administration {
        let office: Office
        let admin: String

        init() throws {
            office = try Office()
            try office.add("admin", .admin)
            admin = try office.tokens("admin").access
        }

        func invite(_ body: JSONValue) throws -> RawResponse { try office.ask("POST", "/api/v2/users", admin, body) }

        func invited(_ name: String, _ role: String = "inspecteur") throws -> (id: String, code: String) {
            let answer = try invite(["username": .string(name), "role": .string(role), "bureau": "18N"])
            try #require(answer.status == 201, "\(answer.text)")
            let value = try JSONValue(parsing: answer.body)
            return (try #require(value["compte"]?["id"]?.string), try #require(value["code"]?.string))
        }

        func activate(_ code: String, _ name: String, _ password: String = Office.password) throws -> Int {
            try office.ask(
                "POST", "/auth/activate", nil,
                ["code": .string(code), "username": .string(name), "password": .string(password)]
            ).status
        }
    }

    // MARK: Invitations

    @Test func theInvitedChooseTheirPasswordThemselves() throws {
        let here = try Administration()
        let (id, code) = try here.invited("awa")
        #expect(try here.office.login("awa", "").status == 401)
        #expect(try here.office.login("awa", code).status == 401)
        let shown = try JSONValue(parsing: here.office.ask("GET", "/api/v2/users/\(id)", here.admin).body)
        #expect(shown["statut"] == "invite")
        #expect(try here.activate(code, "moussa") == 401)
        #expect(try here.activate(code, "awa", "court") == 422)
        // Made of the account's office: known only to whoever has the code.
        #expect(try here.activate(code, "awa", "18N-18N-18N-douane") == 422)
        #expect(try here.activate(code, "AWA") == 201)
        #expect(try here.activate(code, "awa", "cinq chevaux bleus") == 401)
        let me = try JSONValue(parsing: here.office.ask("GET", "/auth/me", here.office.tokens("awa").access).body)
        #expect(me["id"]?.string == id && me["role"] == "inspecteur" && me["bureau"] == "18N")
        let stored = "SELECT count(*) FROM activation_codes t WHERE t::text LIKE '%\(code)%'"
        #expect(try here.office.database.value(stored) == "0")
        #expect(try here.office.verifyJournal())
        here.office.service.stop()
    }

    @Test func anInvitationEndsAfterADay() throws {
        let here = try Administration()
        let (_, code) = try here.invited("awa")
        let left =
            "SELECT expires_at > now() + interval '1439 minutes' AND expires_at <= now() + interval '1 day' FROM activation_codes"
        #expect(try here.office.database.value(left) == "t")
        try here.office.database.value("UPDATE activation_codes SET expires_at = now()")
        #expect(try here.activate(code, "awa") == 401)
        // A code for the first administrator leaves invitations alone.
        let (_, other) = try here.invited("moussa")
        try here.office.database.value("UPDATE users SET status = 'desactive' WHERE username = 'admin'")
        _ = try here.office.bootstrap()
        #expect(try here.activate(other, "moussa") == 201)
        here.office.service.stop()
    }

    @Test func whatIsWrongInAnInvitationIsNamed() throws {
        let here = try Administration()
        let wrong: [(JSONValue, String)] = [
            (["username": "awa"], "/role"), (["role": "inspecteur"], "/username"),
            (["username": "awa", "role": "roi"], "/role"), (["username": "Awa", "role": "admin"], "/username"),
            (["username": "awa", "role": "admin", "bureau": "trop long"], "/bureau"),
            (["username": "awa", "role": "admin", "email": "awa"], "/email"),
            (["username": "awa", "role": "admin", "nom": ""], "/nom"),
            (["username": "awa", "role": "admin", "password": "quatre chevaux verts"], "/password"),
            (["username": "awa", "role": "admin", "statut": "actif"], "/statut"),
        ]
        for (body, pointer) in wrong {
            let answer = try here.invite(body)
            #expect(answer.status == 422)
            let item = try JSONValue(parsing: answer.body)["errors"]?.array?.first
            #expect(item?["pointer"]?.string == pointer, "\(answer.text)")
        }
        #expect(try here.invite(["username": "admin", "role": "inspecteur"]).status == 409)
        let (_, awa) = try here.invited("awa")
        #expect(try here.activate(awa, "awa") == 201)
        let token = try here.office.tokens("awa").access
        #expect(try here.office.ask("POST", "/api/v2/users", token, ["username": "x", "role": "admin"]).status == 403)
        here.office.service.stop()
    }

    // MARK: Lost passwords

    /// The administrator never chooses the password, and the second factor is asked for all the same.
    @Test func aPasswordIsResetByItsOwner() throws {
        let here = try Administration()
        let office = here.office
        let id = try office.add("awa")
        let before = try office.tokens("awa")
        try office.enroll("awa", before.access)
        let waiting = try #require(try JSONValue(parsing: office.login("awa").body)["mfa_token"]?.string)
        let answer = try office.ask("POST", "/api/v2/users/\(id)/password-reset", here.admin)
        #expect(answer.status == 200)
        let code = try #require(try JSONValue(parsing: answer.body)["code"]?.string)
        #expect(try office.ask("GET", "/auth/me", before.access).status == 401)
        #expect(try office.refresh(before.refresh).status == 401)
        #expect(try office.login("awa").status == 401)
        #expect(try office.verify(waiting, office.code(of: "awa")).status == 401)
        #expect(try here.activate(code, "awa", "cinq chevaux bleus") == 201)
        let value = try JSONValue(parsing: office.login("awa", "cinq chevaux bleus").body)
        #expect(value["mfa_required"] == true && value["access_token"] == nil)
        _ = try office.tokens("awa", "cinq chevaux bleus")

        let own = try #require(try JSONValue(parsing: office.ask("GET", "/auth/me", here.admin).body)["id"]?.string)
        #expect(try office.ask("POST", "/api/v2/users/\(own)/password-reset", here.admin).status == 409)
        let nobody = UUIDv7.make()
        #expect(try office.ask("POST", "/api/v2/users/\(nobody)/password-reset", here.admin).status == 404)
        office.service.stop()
    }

    // MARK: Lost second factors

    @Test func aLostSecondFactorTakesTwoPeople() throws {
        let here = try Administration()
        let office = here.office
        try office.add("autre", .admin)
        let id = try office.add("awa", .chief)
        let (other, awa) = (try office.tokens("autre").access, try office.tokens("awa"))
        func request(_ who: String, _ reason: String = "téléphone volé") throws -> RawResponse {
            try office.ask("POST", "/api/v2/users/\(id)/mfa-reset", who, ["motif": .string(reason)])
        }
        func close(_ reset: String, _ verb: String, _ who: String) throws -> Int {
            try office.ask("POST", "/api/v2/mfa-resets/\(reset)/\(verb)", who).status
        }
        #expect(try request(here.admin, "").status == 422)
        #expect(try request(awa.access).status == 403)
        let reset = try #require(try JSONValue(parsing: request(here.admin).body)["id"]?.string)
        let pending = try JSONValue(parsing: office.ask("GET", "/api/v2/mfa-resets", other).body)["demandes"]?.array
        #expect(pending?.count == 1 && pending?[0]["username"] == "awa" && pending?[0]["demandeur"] == "admin")
        // Neither who asked, nor whose it is.
        #expect(try close(reset, "approve", here.admin) == 409)
        #expect(try close(reset, "approve", awa.access) == 409)
        #expect(try close(reset, "refuse", other) == 204)
        #expect(try close(reset, "approve", other) == 404)
        let second = try #require(try JSONValue(parsing: request(here.admin).body)["id"]?.string)
        #expect(try close(second, "approve", other) == 204)
        #expect(try office.ask("GET", "/auth/me", awa.access).status == 401)
        let answer = try JSONValue(parsing: office.login("awa").body)
        #expect(answer["mfa_enrollment_required"] == true)
        #expect(try request(here.admin).status == 409)
        #expect(try office.database.value("SELECT count(*) FROM recovery_codes WHERE user_id = '\(id)'") == "0")
        // The database itself knows that it takes two.
        #expect(throws: (any Error).self) {
            try office.database.value("UPDATE second_factor_resets SET approved_by = requested_by")
        }
        #expect(try office.verifyJournal())
        office.service.stop()
    }

    // MARK: Changes

    @Test func aChangeOfWhatHasChangedIsRefused() throws {
        let here = try Administration()
        let id = try here.office.add("awa")
        let shown = try here.office.ask("GET", "/api/v2/users/\(id)", here.admin)
        let tag = try #require(shown.value("ETag"))
        func change(_ tag: String, _ body: JSONValue) throws -> RawResponse {
            try here.office.service.ask(
                "PATCH", "/api/v2/users/\(id)", ["Authorization": "Bearer \(here.admin)", "If-Match": tag],
                body: body.jsonBytes(), as: nil)
        }
        let first = try change(tag, ["bureau": "10S"])
        #expect(first.status == 200)
        #expect(try change(tag, ["bureau": "18N"]).status == 412)
        #expect(try change("\"v999\"", ["bureau": "18N"]).status == 412)
        #expect(try change(try #require(first.value("ETag")), ["bureau": "18N"]).status == 200)
        here.office.service.stop()
    }

    /// Two administrators who take each other away at once: one of them stays.
    @Test(arguments: [["statut": "desactive"], ["role": "inspecteur"]] as [JSONValue])
    func anAdministratorAlwaysRemains(_ edit: JSONValue) throws {
        let here = try Administration()
        let office = here.office
        let other = try office.add("autre", .admin)
        let token = try office.tokens("autre").access
        let own = try #require(try JSONValue(parsing: office.ask("GET", "/auth/me", here.admin).body)["id"]?.string)
        // Someone who has not chosen a password yet administers nothing.
        _ = try here.invited("futur", "admin")
        let statuses = Monitor<[Int]>([])
        let threads = [(here.admin, other), (token, own)].map { who, whom in
            Thread.start("admin") {
                let status = (try? office.ask("PATCH", "/api/v2/users/\(whom)", who, edit).status) ?? 0
                statuses.withLock { $0.append(status) }
            }
        }
        for thread in threads { thread.join() }
        let outcome = statuses.withLock { $0.sorted() }
        #expect(outcome.first == 200 && [401, 403, 409].contains(outcome.last ?? 0), "\(outcome)")
        let left = "SELECT count(*) FROM users WHERE role = 'admin' AND status = 'actif' AND password_hash IS NOT NULL"
        #expect(try office.database.value(left) == "1")
        office.service.stop()
    }

    @Test func everyoneChangesTheirOwnNameAndAddress() throws {
        let office = try Office()
        try office.add("awa")
        let token = try office.tokens("awa").access
        func change(_ body: JSONValue) throws -> RawResponse { try office.ask("PATCH", "/auth/me", token, body) }
        let changed = try JSONValue(parsing: change(["nom": "Awa Diop", "email": "awa@douane.sn"]).body)
        #expect(changed["nom"] == "Awa Diop" && changed["email"] == "awa@douane.sn")
        let kept = "SELECT count(*) FROM users u WHERE email_scelle IS NOT NULL AND u::text NOT LIKE '%douane.sn%'"
        #expect(try office.database.value(kept) == "1")
        let cleared = try JSONValue(parsing: change(["email": nil]).body)
        #expect(cleared["nom"] == "Awa Diop" && cleared["email"] == .null)
        #expect(try office.database.value(kept) == "0")
        for wrong in [["role": "admin"], ["nom": ""], ["email": "a b@c"], ["email": "a@b@c"], ["nom": "a\nb"]]
            as [JSONValue]
        {
            #expect(try change(wrong).status == 422)
        }
        #expect(try change(["nom": .string(String(repeating: "é", count: 120))]).status == 200)
        #expect(try change(["nom": .string(String(repeating: "é", count: 121))]).status == 422)
        office.service.stop()
    }
}
