import Crypto
import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct SecondFactorTests {
    private func challenge(_ office: Office, _ name: String) throws -> String {
        let value = try JSONValue(parsing: office.login(name).body)
        #expect(value["mfa_required"] == true)
        #expect(value["access_token"] == nil)
        return try #require(value["mfa_token"]?.string)
    }

    private func status(_ office: Office, _ method: String, _ path: String, _ token: String) throws -> Int {
        try office.ask(method, path, token).status
    }

    // MARK: Enrolment

    /// With a password alone they may set up the second factor, and nothing else.
    @Test(arguments: [Role.expert, .chief, .admin])
    func whoMustHaveOneCanOnlySetItUp(_ role: Role) throws {
        let office = try Office()
        try office.add("awa", role)
        let answer = try office.login("awa")
        #expect(try JSONValue(parsing: answer.body)["mfa_enrollment_required"] == true)
        let tokens = try Office.tokens(answer)
        for path in ["/docs", "/openapi.json"] {
            let refusal = try office.ask("GET", path, tokens.access)
            #expect(refusal.status == 403)
            #expect(try JSONValue(parsing: refusal.body)["code"] == "mfa_enrollment_required")
        }
        // Nor after a renewal.
        let renewed = try Office.tokens(office.refresh(tokens.refresh))
        #expect(try status(office, "GET", "/docs", renewed.access) == 403)
        for path in ["/auth/me", "/auth/mfa", "/auth/sessions", "/auth/notices"] {
            #expect(try status(office, "GET", path, renewed.access) == 200, "\(path)")
        }
        let enrolled = try office.enroll("awa", renewed.access)
        #expect(try status(office, "GET", "/docs", enrolled.access) == 200)
        // The session itself is another now, not only the token.
        #expect(try status(office, "GET", "/docs", Office.tokens(office.refresh(renewed.refresh)).access) == 200)
        #expect(try status(office, "DELETE", "/auth/mfa", enrolled.access) == 409)
        #expect(try office.verifyJournal())
        office.service.stop()
    }

    @Test func othersMayHaveOneAndSettingsMayAskForIt() throws {
        let office = try Office()
        try office.add("awa")
        let first = try office.tokens("awa")
        let second = try office.tokens("awa")
        #expect(try status(office, "GET", "/docs", first.access) == 200)
        let enrolled = try office.enroll("awa", first.access)
        // What was opened with less is over.
        #expect(try status(office, "GET", "/auth/me", second.access) == 401)
        let state = try JSONValue(parsing: office.ask("GET", "/auth/mfa", enrolled.access).body)
        #expect(state["actif"] == true && state["obligatoire"] == false && state["codes_de_secours_restants"] == 10)
        let again = try office.tokens("awa").access
        #expect(try status(office, "DELETE", "/auth/mfa", again) == 204)
        #expect(try status(office, "DELETE", "/auth/mfa", again) == 409)
        #expect(try JSONValue(parsing: office.login("awa").body)["access_token"] != nil)
        #expect(try office.database.value("SELECT count(*) FROM recovery_codes") == "0")

        let strict = try Office(["INSPECTIA_ACCOUNTS_MFA_ROLES": "inspecteur"], sharing: office)
        #expect(try JSONValue(parsing: strict.login("awa").body)["mfa_enrollment_required"] == true)
        for office in [office, strict] { office.service.stop() }
    }

    @Test func aPromotionAsksForOneAtOnce() throws {
        let office = try Office()
        try office.add("admin", .admin)
        let id = try office.add("awa")
        let (admin, awa) = (try office.tokens("admin").access, try office.tokens("awa").access)
        #expect(try status(office, "GET", "/docs", awa) == 200)
        #expect(try office.ask("PATCH", "/api/v2/users/\(id)", admin, ["role": "chef_service"]).status == 200)
        #expect(try status(office, "GET", "/docs", awa) == 403)
        #expect(try status(office, "GET", "/docs", office.enroll("awa", awa).access) == 200)
        office.service.stop()
    }

    @Test func onlyACodeOfWhatWasOfferedConfirms() throws {
        let office = try Office()
        try office.add("awa")
        let token = try office.tokens("awa").access
        func confirm(_ code: String) throws -> Int {
            try office.ask("POST", "/auth/mfa/confirm", token, ["code": .string(code)]).status
        }
        #expect(try confirm("000000") == 422)
        let offer = try JSONValue(parsing: office.ask("POST", "/auth/mfa/enroll", token).body)
        let address = try #require(offer["otpauth_uri"]?.string)
        #expect(address.hasPrefix("otpauth://totp/InspectIA:awa?secret=\(offer["secret"]?.string ?? "?")"))
        #expect(offer["qr_svg"]?.string == QRCode(address)?.svg)
        for wrong in ["", "12345", "abcdef", "1234567", "é"] { #expect(try confirm(wrong) == 422) }
        // The secret is nowhere in clear.
        let secret = try #require(offer["secret"]?.string)
        let found = "SELECT count(*) FROM second_factors t WHERE t::text LIKE '%\(secret)%'"
        #expect(try office.database.value(found) == "0")
        #expect(try JSONValue(parsing: office.login("awa").body)["access_token"] != nil)
        try office.database.value("UPDATE second_factors SET offered_at = now() - interval '11 minutes'")
        // Too late.
        office.remember(try #require(Office.decoded(secret)), of: "awa")
        #expect(try confirm(office.code(of: "awa")) == 422)
        office.service.stop()
    }

    /// A secret that is moved to another row opens nothing.
    @Test func aSealedSecretBelongsToItsRow() throws {
        let office = try Office()
        for name in ["awa", "moussa"] {
            try office.add(name)
            try office.enroll(name, office.tokens(name).access)
        }
        try office.database.value(
            "UPDATE second_factors f SET secret = (SELECT secret FROM second_factors o WHERE o.user_id <> f.user_id)")
        let awa = try challenge(office, "awa")
        #expect(try office.verify(awa, office.code(of: "moussa")).status == 500)
        #expect(try office.verify(awa, office.code(of: "awa")).status == 500)
        office.service.stop()
    }

    // MARK: Codes

    @Test func aCodeSignsInOnceHoweverManyComeAtOnce() throws {
        let office = try Office()
        try office.add("awa")
        try office.enroll("awa", office.tokens("awa").access)
        let challenges = try (0..<4).map { _ in try challenge(office, "awa") }
        let code = try office.code(of: "awa")
        let statuses = Monitor<[Int]>([])
        let threads = challenges.map { challenge in
            Thread.start("login") {
                let status = (try? office.verify(challenge, code).status) ?? 0
                statuses.withLock { $0.append(status) }
            }
        }
        for thread in threads { thread.join() }
        #expect(statuses.withLock { $0.sorted() } == [200, 401, 401, 401])
        #expect(
            try office.database.value(
                "SELECT count(*) FROM sessions WHERE proof = 'deux_facteurs' AND ended_at IS NULL")
                == "2")
        office.service.stop()
    }

    /// The step is used up in the database: no instance takes a code that another has taken.
    @Test func aCodeWorksOnceInWhateverInstance() throws {
        let here = try Office()
        let there = try Office(sharing: here)
        try here.add("awa")
        try here.enroll("awa", here.tokens("awa").access)
        let waiting = try [here, there, here, there].map { (office: $0, challenge: try challenge($0, "awa")) }
        let code = try here.code(of: "awa")
        let statuses = Monitor<[Int]>([])
        let threads = waiting.map { entry in
            Thread.start("login") {
                let status = (try? entry.office.verify(entry.challenge, code).status) ?? 0
                statuses.withLock { $0.append(status) }
            }
        }
        for thread in threads { thread.join() }
        #expect(statuses.withLock { $0.sorted() } == [200, 401, 401, 401])
        // Nor a recovery code.
        try there.add("moussa")
        let other = try there.enroll("moussa", there.tokens("moussa").access).recoveryCodes[0]
        #expect(try here.verify(challenge(here, "moussa"), other).status == 200)
        #expect(try there.verify(challenge(there, "moussa"), other).status == 401)
        for office in [here, there] { office.service.stop() }
    }

    @Test func aChallengeIsUsedOnceAndEnds() throws {
        let office = try Office()
        try office.add("awa")
        try office.enroll("awa", office.tokens("awa").access)
        let first = try challenge(office, "awa")
        #expect(try office.verify(first, office.code(of: "awa")).status == 200)
        #expect(try office.verify(first, office.code(of: "awa")).status == 401)
        let second = try challenge(office, "awa")
        try office.database.value("UPDATE login_challenges SET expires_at = now()")
        #expect(try office.verify(second, office.code(of: "awa")).status == 401)
        for nonsense in ["", "x", String(repeating: "A", count: 43)] {
            #expect(try office.verify(nonsense, office.code(of: "awa")).status == 401)
        }
        // What is no longer the password, or no longer an account, waits for no code.
        let third = try challenge(office, "awa")
        try office.database.value("UPDATE users SET status = 'desactive'")
        #expect(try office.verify(third, office.code(of: "awa")).status == 401)
        let stored = "SELECT count(*) FROM login_challenges t WHERE t::text LIKE '%\(third)%'"
        #expect(try office.database.value(stored) == "0")
        office.service.stop()
    }

    /// All refusals of a code look the same.
    @Test func everyRefusedCodeLooksTheSame() throws {
        let office = try Office()
        try office.add("awa")
        let codes = try office.enroll("awa", office.tokens("awa").access).recoveryCodes
        let used = try challenge(office, "awa")
        #expect(try office.verify(used, codes[0]).status == 200)
        let open = try challenge(office, "awa")
        let answers = [
            try office.verify(open, "000000"), try office.verify(open, codes[0]), try office.verify(open, ""),
            try office.verify("x", "000000"), try office.verify(used, office.code(of: "awa")),
        ]
        let bodies = try answers.map { answer in
            #expect(answer.status == 401)
            return try JSONValue(parsing: answer.body).members?.filter { $0.name != "trace_id" }
        }
        #expect(bodies.allSatisfy { $0 == bodies[0] })
        #expect(try office.verifyJournal())
        office.service.stop()
    }

    @Test func codesAreThrottledAsPasswordsAre() throws {
        let office = try Office(["INSPECTIA_HTTP_TRUSTED_PROXIES": "127.0.0.1"])
        try office.add("awa")
        try office.enroll("awa", office.tokens("awa").access)
        let waiting = try challenge(office, "awa")
        for _ in 0..<5 { #expect(try office.verify(waiting, "000000", from: "203.0.113.9").status == 401) }
        #expect(try office.verify(waiting, office.code(of: "awa"), from: "203.0.113.9").status == 401)
        #expect(try office.database.value("SELECT count(*) FROM notices WHERE kind = 'codes_refuses'") == "1")
        // From where it was used before, the account has a count of its own.
        try office.database.value("UPDATE sessions SET address = '198.51.100.7'")
        #expect(try office.verify(waiting, office.code(of: "awa"), from: "198.51.100.7").status == 200)
        office.service.stop()
    }

    // MARK: Recovery codes

    @Test func tenRecoveryCodesWorkOnceEach() throws {
        let office = try Office()
        try office.add("awa")
        let codes = try office.enroll("awa", office.tokens("awa").access).recoveryCodes
        #expect(Set(codes).count == 10)
        // 24 signs of five bits.
        #expect(codes.allSatisfy { $0.filter { $0 != "-" }.count == 24 })
        for code in codes.prefix(2) {
            let stored = "SELECT count(*) FROM recovery_codes t WHERE t::text LIKE '%\(code)%'"
            #expect(try office.database.value(stored) == "0")
        }
        var token = ""
        for (place, code) in codes.enumerated() {
            let given = place == 0 ? code.lowercased().replacing("-", with: " ") : code
            token = try Office.tokens(office.verify(challenge(office, "awa"), given)).access
            #expect(try office.verify(challenge(office, "awa"), given).status == 401)
            try office.database.value("DELETE FROM login_attempts")
        }
        #expect(
            try JSONValue(parsing: office.ask("GET", "/auth/mfa", token).body)["codes_de_secours_restants"] == 0)
        let renewed = try JSONValue(parsing: office.ask("POST", "/auth/mfa/recovery-codes", token).body)
        let fresh = Office.texts(renewed["recovery_codes"])
        let newer = try JSONValue(parsing: office.ask("POST", "/auth/mfa/recovery-codes", token).body)
        let newest = Office.texts(newer["recovery_codes"])
        #expect(try office.verify(challenge(office, "awa"), fresh[0]).status == 401)
        #expect(try office.verify(challenge(office, "awa"), newest[0]).status == 200)
        #expect(
            try office.database.value("SELECT count(*) FROM notices WHERE kind = 'code_de_secours_utilise'") == "11")
        office.service.stop()
    }

    // MARK: Confirming who one is

    @Test func aStaleSessionMustBeConfirmed() throws {
        let office = try Office()
        try office.add("admin", .admin)
        let tokens = try office.tokens("admin")
        try office.database.value("UPDATE sessions SET authenticated_at = now() - interval '10 minutes'")
        let stale = try Office.tokens(office.refresh(tokens.refresh)).access
        let body: JSONValue = ["username": "moussa", "role": "inspecteur"]
        let refusal = try office.ask("POST", "/api/v2/users", stale, body)
        #expect(refusal.status == 401)
        #expect(
            refusal.value("WWW-Authenticate")
                == #"Bearer error="insufficient_user_authentication", max_age=600"#)
        #expect(try JSONValue(parsing: refusal.body)["code"] == "reauthentication_required")
        #expect(try status(office, "GET", "/api/v2/users", stale) == 200)

        func confirm(_ password: String, _ code: String?) throws -> RawResponse {
            var body: [JSONValue.Member] = [.init("password", .string(password))]
            if let code { body.append(.init("code", .string(code))) }
            return try office.ask("POST", "/auth/reauthenticate", stale, .object(body))
        }
        #expect(try confirm("faux", office.code(of: "admin")).status == 401)
        #expect(try confirm(Office.password, nil).status == 401)
        #expect(try confirm(Office.password, "000000").status == 401)
        let confirmed = try confirm(Office.password, office.code(of: "admin"))
        #expect(confirmed.status == 200)
        let fresh = try #require(try JSONValue(parsing: confirmed.body)["access_token"]?.string)
        #expect(try office.ask("POST", "/api/v2/users", fresh, body).status == 201)
        #expect(try office.verifyJournal())
        office.service.stop()
    }
}
