import HTTP
import Platform

/// A session that has just been opened, renewed or confirmed, and whose it is.
struct OpenSession: Sendable {
    /// By what the client shows it from now on.
    enum Carrier: Sendable { case tokens, cookie }

    let account: Account
    let state: SessionStore.State
    /// What it goes on with, when tokens carry it.
    let refresh: String?

    func claims(for seconds: Int64, now: Int64) -> AccessClaims {
        AccessClaims(
            user: account.id, username: account.username, role: account.role, bureau: account.bureau,
            session: state.id, proof: state.proof, authenticated: state.authenticated, issued: now,
            expires: now + seconds)
    }
}

extension Accounts {
    func accessToken(_ session: OpenSession) -> String {
        let claims = session.claims(for: AccessTokens.lifetime, now: Self.now)
        return tokens.make(
            claims, permissions: roles.rights(of: session.account.role).permissions.map(\.name).sorted())
    }

    /// Whether it may do no more than set up the second factor that its role asks for.
    func isEnrolling(_ session: OpenSession) -> Bool {
        secondFactors.isEnrolling(session.account.role, session.state.proof)
    }

    /// In seconds since 1970.
    static var now: Int64 { Timestamp.now().microseconds / 1_000_000 }
}
