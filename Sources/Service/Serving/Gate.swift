import HTTP
import Net
import Platform

/// Decides who may use a route, from what its row of the table says. Deny is the default.
///
/// A token is verified once a loop and then remembered with its bytes; what has been revoked is looked up at every
/// request. Neither asks the database.
final class Gate: Sendable {
    private let tokens: AccessTokens
    private let roles: Roles
    private let revocations: Revocations
    private let caches: [LoopCache]

    init(tokens: AccessTokens, roles: Roles, revocations: Revocations, loops: Int) {
        (self.tokens, self.roles, self.revocations) = (tokens, roles, revocations)
        caches = (0..<loops).map { _ in LoopCache() }
    }

    /// Who asks; nil where nobody needs to be anybody.
    func admit(_ request: Request) throws(Problem) -> Principal? {
        switch request.route.access {
        case .anyone: return nil
        case .localOr where request.isLocal && request.withHeader("authorization") { $0 == nil }: return nil
        case .signedIn: return try principal(request)
        case .permission(let permission), .localOr(let permission):
            let principal = try principal(request)
            guard principal.may(permission) else { throw Problem(.forbidden) }
            return principal
        }
    }

    private func principal(_ request: Request) throws(Problem) -> Principal {
        guard let token = request.withHeader("authorization", Self.token) else { throw Self.refusal }
        let now = Timestamp.now().microseconds / 1_000_000
        guard let loop = EventLoop.current, loop.index < caches.count else {
            return try judge(token, revocations.snapshot, now)
        }
        return try caches[loop.index].withSnapshot(of: revocations) { cache, snapshot throws(Problem) in
            try judge(token, snapshot, now, cache)
        }
    }

    private func judge(
        _ token: [UInt8], _ snapshot: Revocations.Snapshot, _ now: Int64, _ cache: LoopCache? = nil
    ) throws(Problem) -> Principal {
        // Without knowing what was revoked nobody can be let in.
        guard snapshot.isComplete else { throw Problem(.unavailable, retryAfter: 2) }
        guard let known = cache?.known(token) ?? verified(token, now, cache), known.claims.expires > now,
            snapshot.endedSessions[known.claims.session] == nil
        else { throw Self.refusal }
        guard let state = snapshot.users[known.claims.user]?.state else { return known.principal }
        guard state.isActive else { throw Self.refusal }
        if state.role == known.claims.role, state.bureau == known.claims.bureau { return known.principal }
        return principal(known.claims, role: state.role, bureau: state.bureau)
    }

    private func verified(_ token: [UInt8], _ now: Int64, _ cache: LoopCache?) -> LoopCache.Known? {
        guard let claims = tokens.claims(of: token, now: now) else { return nil }
        let known = LoopCache.Known(
            claims: claims, principal: principal(claims, role: claims.role, bureau: claims.bureau))
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

    func known(_ token: [UInt8]) -> Known? { tokens[token] }

    func remember(_ token: [UInt8], _ known: Known) {
        // Whoever still comes is verified again.
        if tokens.count >= Self.most { tokens.removeAll(keepingCapacity: true) }
        tokens[token] = known
    }
}
