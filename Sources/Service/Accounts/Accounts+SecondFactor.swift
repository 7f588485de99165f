import Crypto
import HTTP
import JSON
import Platform
import Postgres

extension Accounts {
    // MARK: Signing in with a code

    /// The session of a login whose password was right; nil for every failure, whatever it is.
    func verify(
        _ challenge: String, code: String, by carrier: OpenSession.Carrier, _ request: Request
    ) async throws -> OpenSession? {
        let address = request.client.address.description
        let source = LoginThrottle.Key.source(address)
        guard try await throttle.admits(source) else { return nil }
        guard let bytes = Base64.url.decode(challenge), bytes.count == 32 else { return nil }
        let hash = SHA256.hash(bytes)
        guard let user = try await SecondFactorStore.challenged(hash, database),
            let account = try await AccountStore.account(user, database)
        else { return nil }
        let isKnown = try await SessionStore.knows(address, of: user, database)
        let own = LoginThrottle.Key.code(account.username, from: isKnown ? address : nil)
        guard let tries = try await throttle.attempt(own) else { return nil }
        let session = try await database.transaction { transaction -> OpenSession? in
            guard let account = try await AccountStore.locked(user, transaction), account.isActive,
                try await accepts(code, of: account, request, transaction),
                try await SecondFactorStore.end(challenge: hash, transaction)
            else { return nil }
            return try await open(account, proof: .twoFactors, by: carrier, request, transaction)
        }
        guard let session else {
            try await recordRefusedCode(user, isBurst: tries == own.free, request)
            return nil
        }
        try await throttle.withdraw(source)
        try await throttle.succeeded(own)
        return session
    }

    private func recordRefusedCode(_ user: UUIDv7, isBurst: Bool, _ request: Request) async throws {
        try await database.transaction { transaction in
            if isBurst {
                try await NoticeStore.add(
                    .failedCodes, to: user, from: request.client.address.description, transaction)
            }
            try await AuditStore.append(
                AuditEvent(name: "second_facteur.refuse", actor: request.actor, object: AuditActor.user(user)),
                in: transaction)
        }
    }

    /// Uses a code up: that of a time step, or a recovery code. Each works once, however many come at once.
    func accepts(_ code: String, of account: Account, _ request: Request, _ transaction: Transaction) async throws
        -> Bool
    {
        let code = String(code.filter { !$0.isWhitespace && $0 != "-" })
        guard let factor = try await SecondFactorStore.factor(of: account.id, transaction) else { return false }
        guard code.utf8.count == 6 else {
            guard try await SecondFactorStore.use(recoveryCode: Self.hash(ofCode: code), of: account.id, transaction)
            else { return false }
            try await NoticeStore.add(
                .recoveryCodeUsed, to: account.id, from: request.client.address.description, transaction)
            return true
        }
        let password = OneTimePassword(secret: try seals.open(factor.secret, at: Self.place("secret", account.id)))
        let step = password.step(
            of: code, at: Self.now, tolerating: secondFactors.toleratesPreviousStep ? 1 : 0, lastUsed: factor.lastStep)
        guard let step else { return false }
        return try await SecondFactorStore.use(step: step, of: factor, account.id, transaction)
    }

    static func place(_ column: String, _ user: UUIDv7) -> String { "second_factors|\(column)|\(user)" }

    // MARK: Confirming

    /// The present session as of now, when the password, and the code where there is a second factor, are right.
    func reauthenticate(_ password: String, code: String?, _ request: Request) async throws -> OpenSession? {
        let principal = try request.signedIn()
        let key = LoginThrottle.Key.account(principal.username, from: "session")
        guard try await throttle.admits(key), let account = try await AccountStore.account(principal.user, database),
            try await passwords.matches(password, account)
        else { return nil }
        let session = try await database.transaction { transaction -> OpenSession? in
            guard let now = try await AccountStore.locked(account.id, transaction), now.isActive,
                now.passwordHash == account.passwordHash
            else { return nil }
            var proof = Proof.password
            if try await SecondFactorStore.factor(of: now.id, transaction) != nil {
                guard let code, try await accepts(code, of: now, request, transaction) else { return nil }
                proof = .twoFactors
            }
            guard let state = try await SessionStore.prove(principal.session, proof, transaction) else { return nil }
            try await AuditStore.append(
                AuditEvent(
                    name: "session.confirmee", actor: request.actor, object: "session:\(state.id)",
                    details: [.init("preuve", .string(state.proof.rawValue))]), in: transaction)
            return OpenSession(account: now, state: state, refresh: nil)
        }
        if session != nil { try await throttle.succeeded(key) }
        return session
    }

    // MARK: Setting up

    /// A new secret, which counts once a code of it was given. Nil when there is no such account.
    func offerSecondFactor(_ request: Request) async throws -> (secret: OneTimePassword, account: Account)? {
        let user = try request.signedIn().user
        let secret = OneTimePassword()
        let sealed = try seals.seal(secret.secret, at: Self.place("offered", user))
        return try await database.transaction { transaction in
            guard let account = try await AccountStore.locked(user, transaction), account.isActive else { return nil }
            try await SecondFactorStore.offer(sealed, to: user, transaction)
            try await AuditStore.append(
                AuditEvent(name: "second_facteur.propose", actor: request.actor, object: AuditActor.user(user)),
                in: transaction)
            return (secret, account)
        }
    }

    /// What has been offered and not yet confirmed.
    func offeredSecondFactor(_ user: UUIDv7) async throws -> OneTimePassword? {
        guard let sealed = try await SecondFactorStore.offered(to: user, database) else { return nil }
        return OneTimePassword(secret: try seals.open(sealed, at: Self.place("offered", user)))
    }

    struct Confirmed: Sendable {
        let session: OpenSession
        /// Shown once, kept as hashes.
        let recoveryCodes: [String]
    }

    /// The secret that was offered counts from now on. Nil when the code is not one of it.
    func confirmSecondFactor(_ code: String, _ request: Request) async throws -> Confirmed? {
        let principal = try request.signedIn()
        let user = principal.user
        let code = String(code.filter { !$0.isWhitespace })
        guard let sealed = try await SecondFactorStore.offered(to: user, database) else { return nil }
        let secret = OneTimePassword(secret: try seals.open(sealed, at: Self.place("offered", user)))
        // The owner reads it from the device for the first time: the code that has just changed will do.
        guard let step = secret.step(of: code, at: Self.now, tolerating: 1, lastUsed: nil) else { return nil }
        let codes = Self.recoveryCodes()
        let confirmed = try await database.transaction { transaction -> (Confirmed, [UUIDv7])? in
            guard let account = try await AccountStore.locked(user, transaction), account.isActive,
                try await SecondFactorStore.confirm(
                    seals.seal(secret.secret, at: Self.place("secret", user)), offered: sealed, step: step, of: user,
                    transaction),
                let state = try await SessionStore.prove(principal.session, .twoFactors, transaction)
            else { return nil }
            try await SecondFactorStore.replaceRecoveryCodes(
                by: codes.map(Self.hash(ofCode:)), of: user, transaction)
            try await SecondFactorStore.endChallenges(of: user, transaction)
            // They were opened with less.
            let ended = try await SessionStore.endAll(of: user, but: principal.session, transaction)
            try await notify(ended: ended, transaction)
            try await tell(user, .factorSet, "second_facteur.installe", request, transaction)
            let session = OpenSession(account: account, state: state, refresh: nil)
            return (Confirmed(session: session, recoveryCodes: codes), ended)
        }
        for session in confirmed?.1 ?? [] { revocations.end(session: session) }
        return confirmed?.0
    }

    /// New ones; those from before are worth nothing. Nil without a second factor.
    func renewRecoveryCodes(_ request: Request) async throws -> [String]? {
        let user = try request.signedIn().user
        let codes = Self.recoveryCodes()
        return try await database.transaction { transaction in
            guard try await SecondFactorStore.factor(of: user, transaction) != nil else { return nil }
            try await SecondFactorStore.replaceRecoveryCodes(
                by: codes.map(Self.hash(ofCode:)), of: user, transaction)
            try await tell(user, .recoveryCodesRenewed, "second_facteur.codes_renouveles", request, transaction)
            return codes
        }
    }

    /// False when there was none.
    func removeSecondFactor(_ request: Request) async throws -> Bool {
        let user = try request.signedIn().user
        return try await database.transaction { transaction in
            guard let account = try await AccountStore.locked(user, transaction) else { return false }
            guard !secondFactors.roles.contains(account.role) else {
                throw Problem(.conflict, "Votre rôle exige un second facteur : remplacez-le au lieu de le retirer.")
            }
            guard try await SecondFactorStore.remove(of: user, transaction) else { return false }
            try await tell(user, .factorRemoved, "second_facteur.retire", request, transaction)
            return true
        }
    }

    struct SecondFactorState: Sendable {
        let confirmed: Timestamp?
        let isRequired: Bool
        let recoveryCodesLeft: Int
    }

    func secondFactorState(_ request: Request) async throws -> SecondFactorState {
        let principal = try request.signedIn()
        return SecondFactorState(
            confirmed: try await SecondFactorStore.factor(of: principal.user, database)?.confirmed,
            isRequired: Role(rawValue: principal.role).map { secondFactors.roles.contains($0) } ?? true,
            recoveryCodesLeft: try await SecondFactorStore.recoveryCodesLeft(principal.user, database))
    }

    /// Ten codes of 120 random bits.
    private static func recoveryCodes() -> [String] { (0..<10).map { _ in code(bytes: 15) } }

    /// Random, in groups of four signs.
    static func code(bytes: Int) -> String {
        let digits = Array(Base32.encode(SecureRandom.bytes(bytes)))
        return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<min($0 + 4, digits.count)]) }.joined(
            separator: "-")
    }

    /// The owner's notice and the trail's event of one act: the transaction's last step.
    func tell(
        _ user: UUIDv7, _ kind: Notice.Kind, _ event: String, _ request: Request, _ transaction: Transaction,
        details: [JSONValue.Member] = []
    ) async throws {
        try await NoticeStore.add(kind, to: user, from: request.client.address.description, transaction)
        try await AuditStore.append(
            AuditEvent(name: event, actor: request.actor, object: AuditActor.user(user), details: details),
            in: transaction)
    }
}
