import Crypto
import HTTP
import JSON
import Net
import Platform
import Postgres

/// Signing in and what follows from it. Every act is in the audit trail, in its own transaction.
struct Accounts: Sendable {
    let database: Database
    let tokens: AccessTokens
    let roles: Roles
    let policy: PasswordPolicy
    let passwords: Passwords
    let revocations: Revocations
    let throttle: LoginThrottle

    init(_ settings: ServiceSettings, _ database: Database, _ pool: WorkerPool, keys: KeyRing) throws {
        self.database = database
        tokens = AccessTokens(keys: keys)
        roles = try Roles(path: settings.resources + "/config/roles.json")
        policy = try PasswordPolicy(path: settings.resources + "/config/passwords.txt")
        passwords = try Passwords(pool: pool)
        revocations = Revocations()
        throttle = LoginThrottle(database: database)
    }

    struct Tokens: Sendable {
        let access: String
        let refresh: String
    }

    static let channel: StaticString = "comptes"

    // MARK: Signing in

    /// Nil for every failure, whatever it is.
    func signIn(_ username: String, _ password: String, _ request: Request) async throws -> Tokens? {
        let username = username.lowercased()
        let address = request.client.address.description
        // First: a flood from one source costs one statement a try.
        let source = LoginThrottle.Key.source(address)
        guard try await throttle.admits(source) else { return nil }
        // What cannot be a name is nobody's, and is not asked for.
        let isName = (try? Self.check(username: username)) != nil
        let account = isName ? try await AccountStore.account(named: username, database) : nil
        let isKnown = if let account { try await SessionStore.knows(address, of: account.id, database) } else { false }
        let own = LoginThrottle.Key.account(username, from: isKnown ? address : nil)
        guard try await throttle.admits(own) else { return nil }
        let matches: Bool
        do { matches = try await passwords.matches(password, account) } catch {
            // Too many at once is not this one's failure.
            try await throttle.withdraw(source)
            try await throttle.withdraw(own)
            throw error
        }
        guard matches, let account, account.isActive else {
            try await recordRefusal(account, isRight: matches, request)
            return nil
        }
        try await throttle.withdraw(source)
        try await throttle.succeeded(own)
        let tokens = try await open(account, request)
        if tokens != nil, passwords.isDated(account) {
            try await AccountStore.replace(
                account.passwordHash, by: passwords.hash(password), of: account.id, database)
        }
        return tokens
    }

    private func recordRefusal(_ account: Account?, isRight: Bool, _ request: Request) async throws {
        let reason = account == nil ? "inconnu" : isRight ? "desactive" : "mot_de_passe"
        try await database.transaction { transaction in
            // What was typed as a name may be a password: only that of an account is written down.
            let event = AuditEvent(
                name: "connexion.refusee", actor: request.actor, object: account.map { AuditActor.user($0.id) },
                details: [.init("raison", .string(reason))])
            try await AuditStore.append(event, in: transaction)
        }
    }

    private func open(_ account: Account, _ request: Request) async throws -> Tokens? {
        let refresh = SecureRandom.bytes(32)
        let agent = String((request.header("user-agent") ?? "").filter { !$0.isNewline && $0 != "\0" }.prefix(200))
        let opened = try await database.transaction { transaction -> (Account, UUIDv7)? in
            // It may have been changed since its password was checked.
            guard let now = try await AccountStore.locked(account.id, transaction), now.isActive,
                now.passwordHash == account.passwordHash
            else { return nil }
            let session = try await SessionStore.open(
                now.id, address: request.client.address.description, agent: agent, transaction)
            try await SessionStore.add(refreshToken: SHA256.hash(refresh), to: session, transaction)
            var actor = request.actor
            (actor.role, actor.bureau) = (now.role.rawValue, now.bureau)
            let event = AuditEvent(
                name: "session.ouverte",
                actor: AuditActor(
                    name: AuditActor.user(now.id), role: actor.role, bureau: actor.bureau, address: actor.address,
                    trace: actor.trace),
                object: "session:\(session)")
            try await AuditStore.append(event, in: transaction)
            return (now, session)
        }
        return opened.map { Tokens(access: access($0, session: $1), refresh: Base64.url.encode(refresh)) }
    }

    func access(_ account: Account, session: UUIDv7, seconds: Int64 = AccessTokens.lifetime) -> String {
        let now = Timestamp.now().microseconds / 1_000_000
        let claims = AccessClaims(
            user: account.id, username: account.username, role: account.role, bureau: account.bureau, session: session,
            issued: now, expires: now + seconds)
        return tokens.make(claims, permissions: roles.rights(of: account.role).permissions.map(\.name).sorted())
    }

    /// New tokens for a refresh token, which is used up; nil when it is worth nothing. One that comes a second time
    /// ends its session.
    func refresh(_ token: String, _ request: Request) async throws -> Tokens? {
        guard let bytes = Base64.url.decode(token), bytes.count == 32 else { return nil }
        let next = SecureRandom.bytes(32)
        let outcome = try await database.transaction { transaction -> (account: Account?, session: UUIDv7)? in
            switch try await SessionStore.renew(SHA256.hash(bytes), transaction) {
            case .refused: return nil
            case .session(let session, let user):
                guard let account = try await AccountStore.account(user, transaction), account.isActive else {
                    return nil
                }
                try await SessionStore.add(refreshToken: SHA256.hash(next), to: session, transaction)
                return (account, session)
            case .reused(let session):
                guard let user = try await SessionStore.end(session, transaction) else { return nil }
                try await notify(ended: [session], transaction)
                let event = AuditEvent(
                    name: "session.jeton_rejoue", actor: request.actor, object: "session:\(session)",
                    details: [.init("utilisateur", .string(user.description))])
                try await AuditStore.append(event, in: transaction)
                return (nil, session)
            }
        }
        guard let outcome else { return nil }
        guard let account = outcome.account else {
            revocations.end(session: outcome.session)
            return nil
        }
        return Tokens(access: access(account, session: outcome.session), refresh: Base64.url.encode(next))
    }
}
