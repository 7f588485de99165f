import HTTP
import Net
import Platform

/// Decides who may use a route, from what its row of the table says. Deny is the default.
///
/// A token is verified once a loop and then remembered with its bytes; what has been revoked is looked up at every
/// request. Neither asks the database. A browser's cookie is such a token; it is renewed when it is a minute old, and
/// for that the database is asked.
final class Gate: Sendable {
    private let accounts: Accounts
    private let keys: ApiKeys
    private let caches: [LoopCache]
    /// Hears of an account that asked for what it may not do.
    private let onForbidden: @Sendable (Principal, Request) -> Void

    private var tokens: AccessTokens { accounts.tokens }
    private var roles: Roles { accounts.roles }
    private var revocations: Revocations { accounts.revocations }

    init(
        _ accounts: Accounts, keys: ApiKeys, loops: Int,
        onForbidden: @escaping @Sendable (Principal, Request) -> Void
    ) {
        (self.accounts, self.keys, self.onForbidden) = (accounts, keys, onForbidden)
        caches = (0..<loops).map { _ in LoopCache() }
    }

    struct Admission: Sendable {
        /// Who asks; nil where nobody needs to be anybody.
        var principal: Principal?
        /// The cookie to go on with.
        var cookie: Response.Field?
    }

    private struct Identity {
        let claims: AccessClaims
        let principal: Principal
    }

    func admit(_ request: Request) async throws -> Admission {
        switch request.route.access {
        case .anyone: return Admission()
        case .localOr where request.isLocal && request.withHeader("authorization") { $0 == nil }: return Admission()
        case .signedIn, .permission, .localOr: break
        }
        var admission = Admission()
        let identity: Identity
        if let token = request.withHeader("authorization", Self.token) {
            if ApiKeySecret.isOne(token) { return Admission(principal: try machine(token, request)) }
            identity = try self.identity(token, .access)
        } else if request.withHeader("authorization", { $0 != nil }) {
            throw Self.refusal
        } else {
            (identity, admission.cookie) = try await browser(request)
        }
        if let permission = request.route.access.permission, !identity.principal.may(permission) {
            onForbidden(identity.principal, request)
            throw Problem(.forbidden)
        }
        try check(request.route.assurance, identity)
        admission.principal = identity.principal
        return admission
    }

    /// A machine has no session of which a route could ask anything: whoever wants a recent one takes no keys.
    private func machine(_ token: [UInt8], _ request: Request) throws(Problem) -> Principal {
        let route = request.route
        guard let principal = try keys.principal(of: token) else { throw Self.refusal }
        guard route.admitsKeys, !route.assurance.isRecent else {
            onForbidden(principal, request)
            throw Problem(.forbidden, "Une clé d'API n'ouvre pas cette ressource.")
        }
        if let permission = route.access.permission, !principal.may(permission) {
            onForbidden(principal, request)
            throw Problem(.forbidden)
        }
        return principal
    }

    /// What the route asks of the session.
    private func check(_ assurance: Assurance, _ identity: Identity) throws(Problem) {
        let claims = identity.claims
        // By the role of today, which the token may not know.
        let role = Role(rawValue: identity.principal.role) ?? claims.role
        if !assurance.admitsEnrolling, accounts.secondFactors.isEnrolling(role, claims.proof) {
            throw Problem(.enrollmentRequired)
        }
        if assurance.isRecent, Accounts.now - claims.authenticated >= SecondFactorPolicy.recency {
            throw Self.staleness
        }
    }

    private func browser(_ request: Request) async throws -> (Identity, Response.Field?) {
        guard let cookie = request.cookie(BrowserSession.cookie) else { throw Self.refusal }
        try request.checkOrigin()
        let known = try identity(Array(cookie.utf8), .browser)
        let age = Accounts.now - known.claims.issued
        guard age >= BrowserSession.renewal else { return (known, nil) }
        let session: OpenSession?
        do { session = try await accounts.goOn(known.claims.session) } catch {
            guard age < BrowserSession.unconfirmed else { throw error }
            return (known, nil)
        }
        guard let session else { throw Self.refusal }
        let claims = session.claims(for: BrowserSession.idle, now: Accounts.now)
        let identity = Identity(
            claims: claims, principal: principal(claims, role: claims.role, bureau: claims.bureau))
        return (identity, accounts.cookie(session))
    }

    private func identity(_ token: [UInt8], _ kind: AccessTokens.Kind) throws(Problem) -> Identity {
        let now = Accounts.now
        guard let loop = EventLoop.current, loop.index < caches.count else {
            return try judge(token, kind, revocations.snapshot, now)
        }
        return try caches[loop.index].withSnapshot(of: revocations) { cache, snapshot throws(Problem) in
            try judge(token, kind, snapshot, now, cache)
        }
    }

    private func judge(
        _ token: [UInt8], _ kind: AccessTokens.Kind, _ snapshot: Revocations.Snapshot, _ now: Int64,
        _ cache: LoopCache? = nil
    ) throws(Problem) -> Identity {
        // Without knowing what was revoked nobody can be let in.
        guard snapshot.isComplete else { throw Problem(.unavailable, retryAfter: 2) }
        guard let known = cache?.known(token, kind) ?? verified(token, kind, now, cache), known.claims.expires > now,
            snapshot.endedSessions[known.claims.session] == nil
        else { throw Self.refusal }
        let claims = known.claims
        guard let state = snapshot.users[claims.user]?.state else {
            return Identity(claims: claims, principal: known.principal)
        }
        guard state.isActive else { throw Self.refusal }
        let isSame = state.role == claims.role && state.bureau == claims.bureau
        return Identity(
            claims: claims,
            principal: isSame ? known.principal : principal(claims, role: state.role, bureau: state.bureau))
    }

    private func verified(
        _ token: [UInt8], _ kind: AccessTokens.Kind, _ now: Int64, _ cache: LoopCache?
    ) -> LoopCache.Known? {
        guard let claims = tokens.claims(of: token, kind: kind, now: now) else { return nil }
        let known = LoopCache.Known(
            kind: kind, claims: claims, principal: principal(claims, role: claims.role, bureau: claims.bureau))
        cache?.remember(token, known)
        return known
    }

    private func principal(_ claims: AccessClaims, role: Role, bureau: String?) -> Principal {
        Principal(
            user: claims.user, username: claims.username, role: role.rawValue, bureau: bureau, session: claims.session,
            rights: roles.rights(of: role))
    }

    private static let scheme = Array("bearer ".utf8)
    private static var refusal: Problem {
        Problem(.unauthenticated, fields: [.init("WWW-Authenticate", "Bearer")])
    }

    /// As RFC 9470 has it.
    private static var staleness: Problem {
        let challenge =
            #"Bearer error="insufficient_user_authentication", max_age="# + String(SecondFactorPolicy.recency)
        return Problem(.reauthenticationRequired, fields: [.init("WWW-Authenticate", challenge)])
    }

    private static func token(_ field: UnsafeRawBufferPointer?) -> [UInt8]? {
        guard let field, field.count > scheme.count, zip(field, scheme).allSatisfy({ $0 | 0x20 == $1 }) else {
            return nil
        }
        return Array(field[scheme.count...])
    }
}

/// The tokens that a loop has verified, and what it knows to be revoked. Touched on its loop only.
final class LoopCache: @unchecked Sendable {
    struct Known {
        let kind: AccessTokens.Kind
        let claims: AccessClaims
        let principal: Principal
    }

    private static let most = 4096
    private var tokens: [[UInt8]: Known] = [:]
    private var version = -1
    private var snapshot = Revocations.Snapshot()

    func withSnapshot<Value>(
        of revocations: Revocations, _ body: (LoopCache, Revocations.Snapshot) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        let current = revocations.version
        if current != version { (version, snapshot) = (current, revocations.snapshot) }
        return try body(self, snapshot)
    }

    func known(_ token: [UInt8], _ kind: AccessTokens.Kind) -> Known? {
        guard let known = tokens[token], known.kind == kind else { return nil }
        return known
    }

    func remember(_ token: [UInt8], _ known: Known) {
        // Whoever still comes is verified again.
        if tokens.count >= Self.most { tokens.removeAll(keepingCapacity: true) }
        tokens[token] = known
    }
}
