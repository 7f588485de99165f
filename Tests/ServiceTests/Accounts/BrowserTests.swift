import Crypto
import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// A browser: it keeps cookies, says where it comes from, and posts the forms that it was shown.
final class Browser {
    private let office: Office
    private(set) var cookies: [String: String] = [:]
    /// The Set-Cookie fields of the last answer.
    private(set) var given: [String] = []
    var extra: [String: String] = [:]

    init(_ office: Office) { self.office = office }

    func get(_ path: String) throws -> RawResponse { try ask("GET", path, ["Accept": "text/html"]) }

    /// Posts the form of the page `shown` whose action is `action`, with its hidden fields.
    func post(_ action: String, on shown: RawResponse, _ values: [String: String] = [:]) throws -> RawResponse {
        var fields = Self.hidden(in: shown.text, action: action)
        fields.merge(values) { $1 }
        return try post(action, fields)
    }

    func post(_ action: String, _ fields: [String: String]) throws -> RawResponse {
        let body = fields.map { "\($0)=\(PercentCoding.encode($1))" }.joined(separator: "&")
        var head = ["Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"]
        // As browsers do on our pages.
        (head["Origin"], head["Sec-Fetch-Site"]) = ("null", "same-origin")
        return try ask("POST", action, head, Array(body.utf8))
    }

    func ask(_ method: String, _ path: String, _ fields: [String: String], _ body: [UInt8]? = nil) throws -> RawResponse
    {
        var head = fields.merging(extra) { $1 }
        if !cookies.isEmpty { head["Cookie"] = cookies.map { "\($0)=\($1)" }.joined(separator: "; ") }
        let answer = try office.service.ask(method, path, head, body: body, as: nil)
        given = answer.values("Set-Cookie")
        for line in given {
            let pair = line.split(separator: ";")[0].split(separator: "=", maxSplits: 1).map(String.init)
            cookies[pair[0]] = line.contains("Max-Age=0") ? nil : pair.count > 1 ? pair[1] : ""
        }
        return answer
    }

    func set(_ cookie: String, _ value: String?) { cookies[cookie] = value }

    private static func hidden(in page: String, action: String) -> [String: String] {
        guard let start = page.range(of: "action=\"\(action)\">"),
            let end = page[start.upperBound...].range(of: "</form>")
        else { return [:] }
        var fields: [String: String] = [:]
        for piece in page[start.upperBound..<end.lowerBound].split(separator: "<input type=\"hidden\" name=\"")
            .dropFirst()
        {
            let parts = piece.split(separator: "\"", maxSplits: 3, omittingEmptySubsequences: false)
            fields[String(parts[0])] = String(parts[2])
        }
        return fields
    }

    /// Signs in, with a code where one is asked for.
    func signIn(_ name: String) throws -> RawResponse {
        let answer = try post(
            "/connexion", on: get("/connexion"), ["username": name, "password": Office.password])
        guard answer.value("Location")?.hasPrefix("/connexion/code") == true else { return answer }
        return try post("/connexion/code", on: get("/connexion/code"), ["code": office.code(of: name)])
    }
}

extension StringProtocol {
    fileprivate func range(of text: String) -> Range<String.Index>? {
        ranges(of: text).first
    }
}

@Suite struct BrowserTests {
    private static let pages = [
        "/compte", "/compte/mot-de-passe", "/compte/sessions", "/compte/second-facteur", "/connexion/confirmation",
    ]

    // MARK: Signing in

    @Test func aBrowserSignsInWithACookieThatNoScriptSees() throws {
        let office = try Office()
        try office.add("awa")
        let browser = Browser(office)
        let login = try browser.get("/connexion?suite=/compte/sessions")
        #expect(login.value("Cache-Control") == "no-store")
        let wrong = try browser.post("/connexion", on: login, ["username": "awa", "password": "faux"])
        #expect(wrong.status == 401)
        #expect(wrong.text.contains("role=\"alert\"") && wrong.text.contains("value=\"awa\""))
        #expect(!wrong.text.contains("faux"))
        #expect(browser.cookies["__Host-session"] == nil)
        let answer = try browser.post("/connexion", on: wrong, ["username": "awa", "password": Office.password])
        #expect(answer.status == 303)
        #expect(answer.value("Location") == "/compte/sessions")
        let cookie = try #require(browser.given.first { $0.hasPrefix("__Host-session=") })
        #expect(cookie.hasSuffix("; Path=/; Secure; HttpOnly; SameSite=Strict"))
        #expect(browser.cookies["__Host-etape"] == nil)
        for page in Self.pages {
            let answer = try browser.get(page)
            #expect(answer.status == 200, "\(page)")
            #expect(answer.value("Cache-Control") == "no-store")
            let markup = try Markup(answer.text)
            #expect(!answer.text.contains("<script") && !answer.text.contains(" style="))
            for link in markup.links where link.hasPrefix("/compte") { #expect(try browser.get(link).status == 200) }
        }
        #expect(try browser.ask("GET", "/auth/me", [:]).status == 200)
        #expect(try office.database.value("SELECT count(*) FROM refresh_tokens") == "0")
        office.service.stop()
    }

    @Test func aSecondFactorIsSetUpAndAskedForByPages() throws {
        let office = try Office()
        try office.add("chef", .chief)
        let browser = Browser(office)
        #expect(try browser.signIn("chef").value("Location") == "/compte/second-facteur")
        // Nothing else is open before.
        #expect(try browser.get("/docs").value("Location") == "/compte/second-facteur")
        let state = try browser.get("/compte/second-facteur")
        let offer = try browser.post("/compte/second-facteur", on: state)
        _ = try Markup(offer.text)
        #expect(offer.text.contains("<svg"))
        let key = try #require(
            offer.text.split(separator: "à la main : <code>").last?.split(separator: "</code>").first)
        let device = try #require(Office.decoded(key.filter { $0 != " " }))
        office.remember(device, of: "chef")
        let wrong = try browser.post("/compte/second-facteur/confirmation", on: offer, ["code": "000000"])
        #expect(wrong.status == 422)
        #expect(wrong.text.contains(String(key)))
        let done = try browser.post(
            "/compte/second-facteur/confirmation", on: wrong, ["code": office.code(of: "chef")])
        #expect(done.status == 200)
        #expect(done.text.ranges(of: "<li><code>").count == 10)
        #expect(try browser.get("/docs").status == 200)

        let other = Browser(office)
        let asked = try other.post(
            "/connexion", on: other.get("/connexion"), ["username": "chef", "password": Office.password])
        #expect(asked.value("Location") == "/connexion/code")
        #expect(other.cookies["__Host-session"] == nil)
        let page = try other.get("/connexion/code")
        #expect(try other.post("/connexion/code", on: page, ["code": "000000"]).status == 401)
        #expect(try other.post("/connexion/code", on: page, ["code": office.code(of: "chef")]).status == 303)
        #expect(try other.get("/compte").status == 200)
        office.service.stop()
    }

    @Test func anInvitationIsActivatedByAPage() throws {
        let office = try Office()
        let code = try office.bootstrap()
        let browser = Browser(office)
        let page = try browser.get("/activation")
        func activate(_ code: String, _ chosen: String, _ repeated: String) throws -> RawResponse {
            try browser.post(
                "/activation", on: page,
                ["code": code, "username": "chef", "nouveau": chosen, "repetition": repeated])
        }
        #expect(try activate(code, "quatre chevaux verts", "quatre chevaux bleus").status == 422)
        #expect(try activate(code, "court", "court").status == 422)
        #expect(try activate("AAAA", Office.password, Office.password).status == 401)
        #expect(try activate(code, Office.password, Office.password).value("Location") == "/connexion")
        #expect(try browser.signIn("chef").status == 303)
        office.service.stop()
    }

    // MARK: Requests from elsewhere

    /// What another site's page makes the browser send is refused, cookie or not.
    @Test(
        arguments: [
            (["Origin": "https://ailleurs.example"], 403), (["Origin": "null"], 403), ([:], 403),
            (["Origin": "null", "Sec-Fetch-Site": "same-origin"], 204),
            (["Origin": "null", "Sec-Fetch-Site": "none"], 403),
            (["Origin": "https://ailleurs.example", "Sec-Fetch-Site": "same-origin"], 403),
            (["Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"], 403),
            (["Origin": "http://localhost", "Sec-Fetch-Site": "same-site"], 403),
            (["Sec-Fetch-Site": "same-origin"], 204),
            (["Origin": "http://localhost"], 204), (["Origin": "https://localhost"], 204),
            (["Origin": "http://localhost.ailleurs.example"], 403),
        ] as [([String: String], Int)])
    func onlyOurOwnPagesActWithTheCookie(_ fields: [String: String], _ status: Int) throws {
        let office = try Office()
        try office.add("awa")
        let browser = Browser(office)
        _ = try browser.signIn("awa")
        #expect(try browser.ask("DELETE", "/auth/sessions", fields).status == status)
        let login = try browser.ask(
            "POST", "/connexion", fields.merging(["Content-Type": Form.mediaType]) { $1 }, Array("a=b".utf8))
        #expect((login.status == 403) == (status == 403))
        office.service.stop()
    }

    @Test func aFormWithoutItsTokenIsRefused() throws {
        let office = try Office()
        try office.add("awa")
        let (browser, other) = (Browser(office), Browser(office))
        let login = ["username": "awa", "password": Office.password, "suite": ""]
        #expect(try browser.post("/connexion", login).status == 403)
        let page = try browser.get("/connexion")
        #expect(try browser.post("/connexion", login.merging(["jeton": "x"]) { $1 }).status == 403)
        // Another browser's.
        _ = try other.get("/connexion")
        #expect(try other.post("/connexion", on: page, login).status == 403)
        _ = try browser.signIn("awa")
        _ = try other.signIn("awa")
        let profile = try browser.get("/compte")
        #expect(try browser.post("/compte/profil", ["nom": "x", "email": ""]).status == 403)
        #expect(try other.post("/compte/profil", on: profile, ["nom": "x", "email": ""]).status == 403)
        let unknown = try browser.post("/compte/profil", on: profile, ["nom": "x", "role": "admin"])
        #expect(unknown.status == 422)
        #expect(try browser.post("/compte/profil", on: profile, ["nom": "Awa", "email": ""]).status == 303)
        office.service.stop()
    }

    @Test(arguments: [
        "//ailleurs.example/", "https://ailleurs.example/", "/\\ailleurs.example", "compte", "/a\u{1}b", "",
    ])
    func nobodyIsSentElsewhere(_ path: String) throws {
        #expect(FormParts.local(path) == nil)
        #expect(FormParts.local("/compte/sessions") != nil)
    }

    // MARK: The session

    @Test func aCookieAndATokenDoNotStandForEachOther() throws {
        let office = try Office()
        try office.add("awa")
        let browser = Browser(office)
        _ = try browser.signIn("awa")
        let cookie = try #require(browser.cookies["__Host-session"])
        #expect(try browser.get("/auth/me").status == 200)
        #expect(try office.ask("GET", "/auth/me", cookie).status == 401)
        let token = try office.tokens("awa").access
        #expect(try office.ask("GET", "/auth/me", token).status == 200)
        browser.set("__Host-session", token)
        #expect(try browser.ask("GET", "/auth/me", [:]).status == 401)
        browser.set("__Host-session", "x")
        #expect(try browser.ask("GET", "/auth/me", [:]).status == 401)
        // Somebody who is not signed in is shown where to.
        #expect(try browser.get("/compte/sessions").value("Location") == "/connexion?suite=%2Fcompte%2Fsessions")
        office.service.stop()
    }

    @Test func aSessionIsOverAfterThirtyIdleMinutesAndTenHours() throws {
        for change in ["last_seen_at = now() - interval '30 minutes'", "expires_at = now()", "ended_at = now()"] {
            let office = try Office()
            let id = try office.add("awa")
            let browser = Browser(office)
            _ = try browser.signIn("awa")
            let row = try #require(try office.database.value("SELECT id FROM sessions"))
            let session = try #require(UUIDv7(row))
            // As the browser holds it two minutes later.
            func aged(_ seconds: Int64) throws -> String {
                let now = Accounts.now
                let claims = AccessClaims(
                    user: try #require(UUIDv7(id)), username: "awa", role: .inspector, bureau: "18N", session: session,
                    proof: .password, authenticated: now - seconds, issued: now - seconds,
                    expires: now - seconds + BrowserSession.idle)
                return office.service.service.accounts.tokens.make(claims, permissions: [], kind: .browser)
            }
            browser.set("__Host-session", try aged(120))
            #expect(try browser.ask("GET", "/auth/me", [:]).status == 200)
            #expect(browser.given.contains { $0.hasPrefix("__Host-session=") })
            #expect(try browser.ask("GET", "/auth/me", [:]).status == 200)
            #expect(browser.given.isEmpty)
            browser.set("__Host-session", try aged(1800))
            #expect(try browser.ask("GET", "/auth/me", [:]).status == 401)
            browser.set("__Host-session", try aged(120))
            try office.database.value("UPDATE sessions SET \(change)")
            #expect(try browser.ask("GET", "/auth/me", [:]).status == 401)
            office.service.stop()
        }
    }

    @Test func confirmingIsAskedForByAPage() throws {
        let office = try Office()
        let id = try office.add("awa")
        let browser = Browser(office)
        _ = try browser.signIn("awa")
        try office.database.value("UPDATE sessions SET authenticated_at = now() - interval '11 minutes'")
        let row = try #require(try office.database.value("SELECT id FROM sessions"))
        browser.set(
            "__Host-session",
            office.service.token(
                .inspector, user: try #require(UUIDv7(id)), session: try #require(UUIDv7(row)), seconds: 1800,
                proof: .password, age: 660, kind: .browser))
        let asked = try browser.get("/compte/second-facteur")
        #expect(asked.value("Location") == "/connexion/confirmation?suite=%2Fcompte%2Fsecond-facteur")
        let page = try browser.get(try #require(asked.value("Location")))
        #expect(try browser.post("/connexion/confirmation", on: page, ["password": "faux"]).status == 401)
        let done = try browser.post("/connexion/confirmation", on: page, ["password": Office.password])
        #expect(done.value("Location") == "/compte/second-facteur")
        #expect(try browser.get("/compte/second-facteur").status == 200)
        office.service.stop()
    }

    @Test func leavingEndsEverything() throws {
        let office = try Office()
        try office.add("awa")
        let (browser, other) = (Browser(office), Browser(office))
        _ = try browser.signIn("awa")
        _ = try other.signIn("awa")
        let kept = try #require(browser.cookies["__Host-session"])
        let sessions = try browser.get("/compte/sessions")
        #expect(try browser.post("/compte/sessions/fin", on: sessions).status == 303)
        #expect(try other.get("/compte").value("Location")?.hasPrefix("/connexion") == true)
        let out = try browser.post("/deconnexion", on: sessions)
        #expect(out.value("Clear-Site-Data") == #""cache", "cookies", "storage""#)
        #expect(browser.cookies["__Host-session"] == nil)
        browser.set("__Host-session", kept)
        #expect(try browser.ask("GET", "/auth/me", [:]).status == 401)
        office.service.stop()
    }

    @Test func aPasswordIsChangedByAPage() throws {
        let office = try Office()
        try office.add("awa")
        let browser = Browser(office)
        _ = try browser.signIn("awa")
        let page = try browser.get("/compte/mot-de-passe")
        func change(_ present: String, _ chosen: String) throws -> RawResponse {
            try browser.post(
                "/compte/mot-de-passe", on: page, ["password": present, "nouveau": chosen, "repetition": chosen])
        }
        #expect(try change("faux", "cinq chevaux bleus").status == 422)
        #expect(try change(Office.password, "court").status == 422)
        let done = try change(Office.password, "cinq chevaux bleus")
        #expect(done.value("Location") == "/compte/mot-de-passe?fait=mot-de-passe")
        #expect(try browser.get("/compte/mot-de-passe?fait=mot-de-passe").text.contains("role=\"status\""))
        #expect(try browser.get("/compte").text.contains("Le mot de passe a été changé."))
        #expect(try office.login("awa", "cinq chevaux bleus").status == 200)
        office.service.stop()
    }
}
