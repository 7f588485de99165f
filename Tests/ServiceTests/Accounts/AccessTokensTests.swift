import Crypto
import JSON
import Platform
import Testing

@testable import Service

@Suite struct AccessTokensTests {
    private let tokens: AccessTokens
    private let now: Int64 = 1_800_000_000

    init() throws { tokens = AccessTokens(keys: try .passing()) }

    private var claims: AccessClaims {
        AccessClaims(
            user: .make(), username: "awa", role: .chief, bureau: "18N", session: .make(), proof: .twoFactors,
            authenticated: now - 60, issued: now, expires: now + 600)
    }

    private func claims(_ token: String, now: Int64? = nil) -> AccessClaims? {
        tokens.claims(of: Array(token.utf8), now: now ?? self.now)
    }

    /// A token whose payload says what the test wants, rightly signed.
    private func token(type: String = "at+jwt", _ change: (inout [JSONValue.Member]) -> Void) throws -> String {
        let made = tokens.make(claims, permissions: ["a"])
        let payload = try #require(Base64.url.decode(made.split(separator: ".")[1]))
        var members = try #require(try JSONValue(parsing: payload).members)
        change(&members)
        return SignedToken.make(
            payload: JSONValue.object(members).jsonBytes(), type: type, keyID: tokens.keys.current.identifier,
            key: tokens.keys.current.pair)
    }

    @Test func whatWasSaidIsReadBack() {
        let claims = claims
        #expect(self.claims(tokens.make(claims, permissions: ["a", "b"])) == claims)
    }

    @Test func itLastsTenMinutes() {
        let token = tokens.make(claims, permissions: [])
        #expect(claims(token, now: now + 599) != nil)
        #expect(claims(token, now: now + 600) == nil)
        #expect(claims(token, now: now - 5) != nil)
        #expect(claims(token, now: now - 6) == nil)
    }

    @Test func everyClaimIsChecked() throws {
        #expect(claims(try token { _ in }) != nil)
        #expect(claims(try token(type: "JWT") { _ in }) == nil)
        for name in ["iss", "aud", "sub", "sid", "role", "exp", "nbf", "iat"] {
            #expect(claims(try token { $0.removeAll { $0.name == name } }) == nil, "\(name) is missing")
            #expect(claims(try token { $0 = $0.map { $0.name == name ? .init(name, "autre") : $0 } }) == nil, "\(name)")
        }
        #expect(claims(try token { $0.append(.init("admin", true)) }) == nil)
        #expect(
            claims(try token { $0 = $0.map { $0.name == "exp" ? .init("exp", .int(Int(now) + 3601)) : $0 } }) == nil)
    }

    @Test func anotherKeyIsNone() throws {
        let other = AccessTokens(keys: try .passing())
        #expect(claims(other.make(claims, permissions: [])) == nil)
        let ring = KeyRing(keys: other.keys.keys + tokens.keys.keys)
        let both = AccessTokens(keys: ring)
        #expect(both.claims(of: Array(tokens.make(claims, permissions: []).utf8), now: now) != nil)
    }
}
