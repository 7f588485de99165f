import Crypto
import Glibc
import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct AccountsTests {
    // MARK: First accounts

    @Test func aFreshInstallationHasNoAccount() throws {
        let office = try Office()
        for name in ["admin", "inspecteur", "expert_ml", "chef_service", "root", "postgres"] {
            #expect(try office.login(name, name).status == 401)
        }
        #expect(try office.database.value("SELECT count(*) FROM users") == "0")
        office.service.stop()
    }

    @Test func theFirstAdministratorComesWithACode() throws {
        let office = try Office()
        let old = try office.bootstrap()
        let code = try office.bootstrap()
        func activate(_ code: String, _ name: String = "chef", _ password: String = Office.password) throws -> Int {
            try office.ask(
                "POST", "/auth/activate", nil,
                ["code": .string(code), "username": .string(name), "password": .string(password)]
            ).status
        }
        #expect(try activate(old) == 401)
        #expect(try activate(code, "chef", "court") == 422)
        #expect(try activate(code, "Chef!") == 422)
        try office.database.value("UPDATE activation_codes SET expires_at = now()")
        #expect(try activate(code) == 401)
        try office.database.value("UPDATE activation_codes SET expires_at = now() + interval '1 hour'")
        #expect(try activate(code.lowercased().replacing("-", with: " ")) == 201)
        #expect(try activate(code, "autre") == 401)
        let me = try JSONValue(parsing: office.ask("GET", "/auth/me", office.tokens("chef").access).body)
        #expect(me["role"] == "admin")
        #expect(throws: AccountCommandError.self) { try office.bootstrap() }
        #expect(
            try office.database.value("SELECT count(*) FROM activation_codes WHERE hash::text LIKE '%\(code)%'") == "0")
        office.service.stop()
    }

    // MARK: Signing in

    @Test func whoSignsInIsKnown() throws {
        let office = try Office()
        let id = try office.add("awa")
        let tokens = try Office.tokens(office.login("AWA"))
        let me = try JSONValue(parsing: office.ask("GET", "/auth/me", tokens.access).body)
        #expect(me["id"]?.string == id)
        #expect(me["username"] == "awa")
        #expect(me["bureau"] == "18N")
        #expect(me["permissions"]?.array?.contains("upload_documents") == true)
        #expect(try office.ask("GET", "/api/v2/audit", tokens.access).status == 403)
        #expect(try office.ask("GET", "/docs", tokens.access).status == 200)
        // Secrets are in no table and in no event.
        for table in ["users", "sessions", "refresh_tokens", "audit_events"] {
            for secret in [Office.password, tokens.refresh, tokens.access] {
                let sql = "SELECT count(*) FROM \(table) t WHERE t::text LIKE '%\(secret)%'"
                #expect(try office.database.value(sql) == "0")
            }
        }
        #expect(try office.verifyJournal())
        office.service.stop()
    }

    /// Nothing tells an unknown account from a wrong password, a disabled account or a throttled one.
    @Test func everyFailureLooksTheSame() throws {
        let office = try Office()
        try office.add("awa")
        try office.add("ndeye")
        try office.add("moussa")
        try office.database.value("UPDATE users SET status = 'desactive' WHERE username = 'ndeye'")
        for _ in 0..<5 { #expect(try office.login("moussa", "faux").status == 401) }
        let answers = [
            try office.login("personne"), try office.login("awa", "faux"), try office.login("ndeye"),
            try office.login("moussa"), try office.login("é\u{1f}" + String(repeating: "x", count: 2000)),
            try office.login("awa\u{0}", "a\u{0}"),
        ]
        let bodies = try answers.map { answer in
            #expect(answer.status == 401)
            return try JSONValue(parsing: answer.body).members?.filter { $0.name != "trace_id" }
        }
        #expect(bodies.allSatisfy { $0 == bodies[0] })
        let names = answers.map { $0.fields.map(\.name) }
        #expect(names.allSatisfy { $0 == names[0] })
        let raisons = try office.database.value(
            "SELECT string_agg(canonical::jsonb #>> '{details,raison}', ' ' ORDER BY seq DESC) FROM audit_events WHERE evenement = 'connexion.refusee'"
        )
        #expect(raisons?.hasPrefix("inconnu inconnu desactive mot_de_passe inconnu mot_de_passe") == true)
        office.service.stop()
    }

    /// However long a failure took to be found, its answer tells only a whole number of beats.
    @Test func failuresAreAnsweredOnTheBeat() {
        let received = Instant.now()
        for milliseconds in [0, 1, 30, 399, 400, 401, 799, 800, 5_000, 5_001] {
            let now = received + .milliseconds(milliseconds)
            let answered = AuthRoutes.evened(received, now: now)
            #expect(answered >= now && answered - now <= .milliseconds(400))
            let beats = max(1, (milliseconds + 399) / 400)
            #expect(answered - received == .milliseconds(400 * beats))
        }
    }

    @Test func anOldHashIsRenewed() throws {
        let office = try Office()
        try office.add("awa")
        let cheap = try PasswordHash(Array(Office.password.utf8), cost: .init(kibibytes: 64, passes: 1)).text
        try office.database.value("UPDATE users SET password_hash = '\(cheap)'")
        _ = try office.tokens("awa")
        #expect(try office.database.value("SELECT password_hash LIKE '%m=19456,t=2,p=1%' FROM users") == "t")
        _ = try office.tokens("awa")
        office.service.stop()
    }

    // MARK: Throttling

    @Test func aThousandTriesAtOnceMakeFive() throws {
        let base = try PreparedDatabase()
        let admitted = try base.use { database in
            let throttle = LoginThrottle(database: database)
            return try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<1000 { group.addTask { try await throttle.admits(.account("awa", from: nil)) } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }
        #expect(admitted == 5)
    }

    /// What was tried is in the database: another instance knows it, and one that starts later.
    @Test func triesAreCountedInEveryInstance() throws {
        let here = try Office()
        try here.add("awa")
        for _ in 0..<5 { #expect(try here.login("awa", "faux").status == 401) }
        here.service.stop()
        let later = try Office(sharing: here)
        #expect(try later.login("awa").status == 401)
        try later.database.value("UPDATE login_attempts SET blocked_until = now()")
        #expect(try later.login("awa").status == 200)
        later.service.stop()
    }

    /// The delay doubles up to fifteen minutes, and always ends.
    @Test func nobodyIsLockedOutForGood() throws {
        let office = try Office()
        try office.add("awa")
        var delays: [Int] = []
        for attempt in 1...13 {
            #expect(try office.login("awa", "faux").status == 401)
            if attempt < 5 { continue }
            #expect(try office.login("awa").status == 401)
            let left = "SELECT ceil(extract(epoch FROM max(blocked_until - last_at)))::int FROM login_attempts"
            delays.append(Int(try office.database.value(left) ?? "") ?? 0)
            try office.database.value("UPDATE login_attempts SET blocked_until = now()")
        }
        #expect(delays == [15, 30, 60, 120, 240, 480, 900, 900, 900])
        _ = try office.tokens("awa")
        #expect(try office.database.value("SELECT count(*) FROM login_attempts WHERE count > 5 AND count < 10") == "0")
        office.service.stop()
    }

    /// Strangers who fail at a chief's account do not shut the chief's own office out.
    @Test func strangersDoNotShutTheOwnerOut() throws {
        let office = try Office(["INSPECTIA_HTTP_TRUSTED_PROXIES": "127.0.0.1"])
        try office.add("chef", .chief)
        #expect(try office.login("chef", from: "198.51.100.7").status == 200)
        for _ in 0..<6 { #expect(try office.login("chef", "faux", from: "203.0.113.9").status == 401) }
        #expect(try office.login("chef", from: "203.0.113.10").status == 401)
        #expect(try office.login("chef", from: "198.51.100.7").status == 200)
        office.service.stop()
    }

    @Test func aSourceThatTriesManyAccountsIsSlowedDown() throws {
        let base = try PreparedDatabase()
        let admitted = try base.use { database in
            let throttle = LoginThrottle(database: database)
            var admitted = 0
            for _ in 0..<30 where try await throttle.admits(.source("203.0.113.9")) { admitted += 1 }
            try await throttle.withdraw(.source("203.0.113.9"))
            return (admitted, try await throttle.admits(.source("203.0.113.9")))
        }
        #expect(admitted == (20, true))
    }

    // MARK: Sessions

    @Test func aRefreshTokenWorksOnceAndTwiceEndsItsSession() throws {
        let office = try Office()
        try office.add("awa")
        let first = try office.tokens("awa")
        let second = try Office.tokens(office.refresh(first.refresh))
        let third = try Office.tokens(office.refresh(second.refresh))
        #expect(try office.ask("GET", "/auth/me", third.access).status == 200)
        #expect(try office.refresh(second.refresh).status == 401)
        for token in [first.access, second.access, third.access] {
            #expect(try office.ask("GET", "/auth/me", token).status == 401)
        }
        #expect(try office.refresh(third.refresh).status == 401)
        #expect(
            try office.database.value("SELECT count(*) FROM audit_events WHERE evenement = 'session.jeton_rejoue'")
                == "1")
        for token in ["", "x", String(repeating: "A", count: 43)] { #expect(try office.refresh(token).status == 401) }
        office.service.stop()
    }

    @Test(arguments: ["last_seen_at = now() - interval '30 minutes'", "expires_at = now()"])
    func aSessionEndsByItself(_ change: String) throws {
        let office = try Office()
        try office.add("awa")
        let tokens = try office.tokens("awa")
        #expect(try office.database.value("SELECT expires_at - created_at = interval '10 hours' FROM sessions") == "t")
        try office.database.value("UPDATE sessions SET \(change)")
        #expect(try office.refresh(tokens.refresh).status == 401)
        office.service.stop()
    }

    @Test func sessionsAreSeenAndEnded() throws {
        let office = try Office()
        try office.add("awa")
        try office.add("moussa")
        let (one, two, three) = (try office.tokens("awa"), try office.tokens("awa"), try office.tokens("awa"))
        let stranger = try office.tokens("moussa")
        let list = try JSONValue(parsing: office.ask("GET", "/auth/sessions", one.access).body)["sessions"]?.array ?? []
        #expect(list.count == 3)
        #expect(list.filter { $0["actuelle"] == true }.count == 1)
        let id = try #require(list[0]["id"]?.string)
        #expect(try office.ask("DELETE", "/auth/sessions/\(id)", stranger.access).status == 404)
        #expect(try office.ask("DELETE", "/auth/sessions/\(id)", one.access).status == 204)
        #expect(try office.ask("DELETE", "/auth/sessions/\(id)", one.access).status == 404)
        #expect(try office.ask("GET", "/auth/me", three.access).status == 401)
        #expect(try office.refresh(three.refresh).status == 401)
        #expect(try office.ask("DELETE", "/auth/sessions", one.access).status == 204)
        #expect(try office.ask("GET", "/auth/me", two.access).status == 401)
        let out = try office.ask("POST", "/auth/logout", one.access)
        #expect(out.status == 204)
        #expect(out.value("Clear-Site-Data") != nil)
        #expect(try office.ask("GET", "/auth/me", one.access).status == 401)
        #expect(try office.refresh(one.refresh).status == 401)
        #expect(try office.ask("GET", "/auth/me", stranger.access).status == 200)
        #expect(try office.verifyJournal())
        office.service.stop()
    }

    @Test func aPasswordIsChangedByWhoKnowsIt() throws {
        let office = try Office()
        try office.add("awa")
        let (one, two) = (try office.tokens("awa"), try office.tokens("awa"))
        func change(_ current: String, _ new: String) throws -> Int {
            let body: JSONValue = ["current_password": .string(current), "new_password": .string(new)]
            return try office.ask("POST", "/auth/password", one.access, body).status
        }
        let new = "é 🐘 " + String(repeating: "longueur ", count: 27)
        #expect(try change("faux", new) == 422)
        #expect(try change(Office.password, "awa") == 422)
        #expect(try change(Office.password, new) == 204)
        #expect(try office.ask("GET", "/auth/me", one.access).status == 200)
        #expect(try office.ask("GET", "/auth/me", two.access).status == 401)
        #expect(try office.login("awa").status == 401)
        // Not one character is cut off.
        #expect(try office.login("awa", String(new.dropLast())).status == 401)
        #expect(try office.login("awa", new).status == 200)
        office.service.stop()
    }

    // MARK: Changes of an account

    @Test func whatAnAdministratorChangesHoldsFromTheNextRequestInEveryInstance() throws {
        let keys = try TemporaryDirectory()
        let variables = ["INSPECTIA_ACCOUNTS_TOKEN_KEYS": keys.path + "/tokens.json"]
        let here = try Office(variables)
        let there = try Office(variables, sharing: here)
        try here.add("admin", .admin)
        let chief = try here.add("chef", .chief)
        let (admin, token) = (try here.tokens("admin").access, try here.tokens("chef"))
        func status(_ office: Office) throws -> Int { try office.ask("GET", "/api/v2/audit", token.access).status }
        func change(_ edit: JSONValue, _ id: String = chief) throws -> Int {
            try here.ask("PATCH", "/api/v2/users/\(id)", admin, edit).status
        }
        func waitFor(_ expected: Int) throws {
            let deadline = Instant.now() + .seconds(20)
            while try status(there) != expected {
                try #require(Instant.now() < deadline)
                usleep(2_000)
            }
        }
        #expect(try status(here) == 200)
        #expect(try status(there) == 200)
        #expect(try change(["role": "inspecteur"]) == 200)
        #expect(try status(here) == 403)
        try waitFor(403)
        #expect(try change(["role": "chef_service", "bureau": nil]) == 200)
        #expect(try status(here) == 200)
        try waitFor(200)
        let me = try JSONValue(parsing: here.ask("GET", "/auth/me", token.access).body)
        #expect(me["bureau"] == .null)
        #expect(try change(["statut": "desactive"]) == 200)
        #expect(try status(here) == 401)
        #expect(try here.refresh(token.refresh).status == 401)
        try waitFor(401)
        // A third that starts later knows it too.
        let later = try Office(variables, sharing: here)
        #expect(try status(later) == 401)

        let own = try #require(try JSONValue(parsing: here.ask("GET", "/auth/me", admin).body)["id"]?.string)
        #expect(try change(["role": "inspecteur"], own) == 409)
        #expect(try change(["role": "roi"]) == 422)
        #expect(try change(["mot_de_passe": "x"]) == 422)
        #expect(try change(["bureau": "trop long pour un code"]) == 422)
        #expect(try change(["role": "admin"], UUIDv7.make().description) == 404)
        #expect(try here.verifyJournal())
        for office in [here, there, later] { office.service.stop() }
    }

    @Test func floodsOfLoginsAreBounded() throws {
        let pool = WorkerPool(name: "password", limits: .init(threads: 1))
        defer { pool.stop() }
        let passwords = try Passwords(pool: pool, cost: .init(kibibytes: 64, passes: 1))
        let done = Monitor<(Int, Int)?>(nil)
        Task {
            let outcome = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<2000 {
                    group.addTask { (try? await passwords.matches("x", nil)) != nil }
                }
                return await group.reduce(into: (0, 0)) { if $1 { $0.0 += 1 } else { $0.1 += 1 } }
            }
            done.withLock { $0 = outcome }
            done.signal()
        }
        let outcome = done.wait { $0 }
        #expect(outcome.0 + outcome.1 == 2000 && outcome.0 > 0)
        #expect(pool.load.waiting == 0)
    }
}
