import Crypto
import HTTP
import Platform

/// The session of a browser: a signed cookie that no script sees. It says who asks for thirty minutes; the pipeline
/// renews it, with the database's consent, while somebody works with it.
enum BrowserSession {
    static let cookie = "__Host-session"
    /// What a browser holds between the steps of signing in.
    static let stepCookie = "__Host-etape"
    /// In seconds, as the next ones: without a request for so long it is over.
    static let idle: Int64 = 1800
    /// How old a cookie may be before it is renewed.
    static let renewal: Int64 = 60
    /// How old it may be while the database does not answer.
    static let unconfirmed: Int64 = 600

    /// The browser keeps it until it ends; `__Host-` asks for TLS, or for the machine itself.
    static func cookie(_ name: String, _ value: String) -> Response.Field? {
        SetCookie(name, value).map { Response.Field("Set-Cookie", $0.text) }
    }

    static func forgetting(_ name: String) -> Response.Field? {
        SetCookie(name, "", maxAge: 0).map { Response.Field("Set-Cookie", $0.text) }
    }
}

extension Request {
    /// Nil as well for a Cookie field that cannot be read, or that has it twice.
    func cookie(_ name: String) -> String? {
        withHeader("cookie") { field in field.flatMap { try? Cookies($0).value(name) } }
    }

    /// Refuses what another site's page made the browser send. Needed wherever a cookie decides.
    func checkOrigin() throws(Problem) {
        if method == .get || method == .head || method == .options { return }
        guard comesFromOurPages else {
            throw Problem(.forbidden, "Cette demande ne vient pas d'une page du service.")
        }
    }

    private var comesFromOurPages: Bool {
        let site = header("sec-fetch-site")
        if let site, site != "same-origin" { return false }
        // Our referrer policy makes browsers post forms from an origin "null"; then they must say whose page it is.
        guard let origin = header("origin"), origin != "null" else { return site != nil }
        guard let host = header("host")?.lowercased() else { return false }
        if origin == "https://" + host { return true }
        // Without TLS up to here, a proxy that ends it may not be known to us.
        return !client.isSecure && origin == "http://" + host
    }
}

extension Accounts {
    func cookie(_ session: OpenSession) -> Response.Field? {
        let now = Self.now
        let seconds = min(BrowserSession.idle, session.state.expires - now)
        let token = tokens.make(session.claims(for: seconds, now: now), permissions: [], kind: .browser)
        return BrowserSession.cookie(BrowserSession.cookie, token)
    }
}
