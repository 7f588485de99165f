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
    let secondFactors: SecondFactorPolicy
    let forms: FormTokens
    let vault: Vault
    /// Sign-ins at once: as many as may wait for a hash.
    private let seats = Seats(64)

    init(
        _ settings: ServiceSettings, _ database: Database, _ pool: WorkerPool, keys: KeyRing, vault: Vault
    ) throws {
        (self.database, self.vault) = (database, vault)
        tokens = AccessTokens(keys: keys)
        roles = try Roles(path: settings.resources + "/config/roles.json")
        policy = try PasswordPolicy(path: settings.resources + "/config/passwords.txt")
        passwords = try Passwords(pool: pool)
        revocations = Revocations()
        throttle = LoginThrottle(database: database)
        secondFactors = settings.secondFactors
        forms = FormTokens(keys)
    }

    static let channel: StaticString = "comptes"

    /// Seals what second factors are made of.
    var seals: UseKey { get throws(VaultError) { try vault.uses[.secondFactors] } }

    var emails: AccountEmails { AccountEmails(vault: vault) }

    /// Nil when it has none.
    func email(of account: Account) async throws -> String? { try await emails.open([account], database)[0] }

    // MARK: Signing in

    enum SignIn: Sendable {
        case opened(OpenSession)
        /// The password was right; the code is awaited with this token.
        case challenged(String)
    }

    /// Nil for every failure, whatever it is.
    func signIn(
        _ username: String, _ password: String, by carrier: OpenSession.Carrier, _ request: Request
    ) async throws -> SignIn? {
        // Not all of them back at the same moment.
        guard seats.take() else { throw Problem(.overloaded, retryAfter: .random(in: 1...5)) }
        defer { seats.leave() }
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
        guard let tries = try await throttle.attempt(own) else { return nil }
        let matches: Bool
        do { matches = try await passwords.matches(password, account) } catch {
            // Too many at once is not this one's failure.
            try await throttle.withdraw(source)
            try await throttle.withdraw(own)
            throw error
        }
        guard matches, let account, account.isActive else {
            try await recordRefusal(account, isRight: matches, isBurst: tries == own.free, request)
            return nil
        }
        try await throttle.withdraw(source)
        try await throttle.succeeded(own)
        let outcome = try await begin(account, by: carrier, request)
        if outcome != nil, passwords.isDated(account), let old = account.passwordHash {
            try await AccountStore.replace(old, by: passwords.hash(password), of: account.id, database)
        }
        return outcome
    }

    private func recordRefusal(_ account: Account?, isRight: Bool, isBurst: Bool, _ request: Request) async throws {
        let reason = account == nil ? "inconnu" : isRight ? "desactive" : "mot_de_passe"
        try await database.transaction { transaction in
            if isBurst, let account {
                try await NoticeStore.add(
                    .failedLogins, to: account.id, from: request.client.address.description, transaction)
            }
            // What was typed as a name may be a password: only that of an account is written down.
            let event = AuditEvent(
                name: "connexion.refusee", actor: request.actor, object: account.map { AuditActor.user($0.id) },
                details: [.init("raison", .string(reason))])
            try await AuditStore.append(event, in: transaction)
        }
    }

    /// The password is right: a session, or the wait for a code.
    private func begin(
        _ account: Account, by carrier: OpenSession.Carrier, _ request: Request
    ) async throws -> SignIn? {
        try await database.transaction { transaction in
            // It may have been changed since its password was checked.
            guard let now = try await AccountStore.locked(account.id, transaction), now.isActive,
                now.passwordHash == account.passwordHash
            else { return nil }
            guard try await SecondFactorStore.factor(of: now.id, transaction) != nil else {
                return .opened(try await open(now, proof: .password, by: carrier, request, transaction))
            }
            let challenge = SecureRandom.bytes(32)
            try await SecondFactorStore.add(challenge: SHA256.hash(challenge), of: now.id, transaction)
            return .challenged(Base64.url.encode(challenge))
        }
    }

    /// Opens a session for an account that is locked; the transaction's last step.
    func open(
        _ account: Account, proof: Proof, by carrier: OpenSession.Carrier, _ request: Request,
        _ transaction: Transaction
    ) async throws -> OpenSession {
        let address = request.client.address.description
        let agent = String((request.header("user-agent") ?? "").filter { !$0.isNewline && $0 != "\0" }.prefix(200))
        if try await SessionStore.isNew(address, agent, of: account.id, transaction) {
            try await NoticeStore.add(.newDevice, to: account.id, from: address, transaction)
        }
        let state = try await SessionStore.open(
            account.id, proof: proof, address: address, agent: agent, transaction)
        var refresh: String?
        if carrier == .tokens {
            let bytes = SecureRandom.bytes(32)
            try await SessionStore.add(refreshToken: SHA256.hash(bytes), to: state.id, transaction)
            refresh = Base64.url.encode(bytes)
        }
        var actor = request.actor
        (actor.role, actor.bureau) = (account.role.rawValue, account.bureau)
        let event = AuditEvent(
            name: "session.ouverte",
            actor: AuditActor(
                name: AuditActor.user(account.id), role: actor.role, bureau: actor.bureau, address: actor.address,
                trace: actor.trace),
            object: "session:\(state.id)", details: [.init("preuve", .string(proof.rawValue))])
        try await AuditStore.append(event, in: transaction)
        return OpenSession(account: account, state: state, refresh: refresh)
    }

    // MARK: Going on

    /// New tokens for a refresh token, which is used up; nil when it is worth nothing. One that comes a second time
    /// ends its session.
    func refresh(_ token: String, _ request: Request) async throws -> OpenSession? {
        guard let bytes = Base64.url.decode(token), bytes.count == 32 else { return nil }
        let next = SecureRandom.bytes(32)
        enum Outcome: Sendable { case renewed(OpenSession), ended(UUIDv7) }
        let outcome = try await database.transaction { transaction -> Outcome? in
            switch try await SessionStore.renew(SHA256.hash(bytes), transaction) {
            case .refused: return nil
            case .session(let state):
                guard let account = try await AccountStore.account(state.user, transaction), account.isActive else {
                    return nil
                }
                try await SessionStore.add(refreshToken: SHA256.hash(next), to: state.id, transaction)
                return .renewed(OpenSession(account: account, state: state, refresh: Base64.url.encode(next)))
            case .reused(let session):
                guard let user = try await SessionStore.end(session, transaction) else { return nil }
                try await notify(ended: [session], transaction)
                try await NoticeStore.add(
                    .tokenReplayed, to: user, from: request.client.address.description, transaction)
                let event = AuditEvent(
                    name: "session.jeton_rejoue", actor: request.actor, object: "session:\(session)",
                    details: [.init("utilisateur", .string(user.description))])
                try await AuditStore.append(event, in: transaction)
                return .ended(session)
            }
        }
        switch outcome {
        case .renewed(let session): return session
        case .ended(let session):
            revocations.end(session: session)
            return nil
        case nil: return nil
        }
    }

    /// The session of a browser as it is now; nil when it is over.
    func goOn(_ session: UUIDv7) async throws -> OpenSession? {
        guard let state = try await SessionStore.touch(session, database),
            let account = try await AccountStore.account(state.user, database), account.isActive
        else { return nil }
        return OpenSession(account: account, state: state, refresh: nil)
    }
}
