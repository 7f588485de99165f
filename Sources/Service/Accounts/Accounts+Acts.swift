import Crypto
import HTTP
import JSON
import Platform
import Postgres

extension Accounts {
    // MARK: Sessions

    /// False when there is no such session of theirs.
    func end(_ session: UUIDv7, _ request: Request) async throws -> Bool {
        let principal = try request.signedIn()
        let hasEnded = try await database.transaction { transaction in
            guard try await SessionStore.end(session, of: principal.user, transaction) else { return false }
            try await notify(ended: [session], transaction)
            try await AuditStore.append(
                AuditEvent(name: "session.fermee", actor: request.actor, object: "session:\(session)"),
                in: transaction)
            return true
        }
        if hasEnded { revocations.end(session: session) }
        return hasEnded
    }

    func endOthers(_ request: Request) async throws {
        let principal = try request.signedIn()
        let ended = try await database.transaction { transaction in
            let ended = try await SessionStore.endAll(of: principal.user, but: principal.session, transaction)
            try await notify(ended: ended, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "sessions.fermees", actor: request.actor, object: AuditActor.user(principal.user),
                    details: [.init("nombre", .int(ended.count))]), in: transaction)
            return ended
        }
        for session in ended { revocations.end(session: session) }
    }

    // MARK: Passwords

    /// Changes one's own password and ends one's other sessions. False when the present one is not right.
    func changePassword(from current: String, to new: String, _ request: Request) async throws -> Bool {
        let principal = try request.signedIn()
        let key = LoginThrottle.Key.account(principal.username, from: "session")
        guard try await throttle.admits(key), let account = try await AccountStore.account(principal.user, database),
            try await passwords.matches(current, account)
        else { return false }
        try await throttle.succeeded(key)
        if let refusal = policy.refusal(of: new, username: account.username, bureau: account.bureau) {
            throw Self.refusal("/new_password", refusal)
        }
        let hash = try await passwords.hash(new)
        let ended = try await database.transaction { transaction -> [UUIDv7]? in
            guard let now = try await AccountStore.locked(account.id, transaction),
                now.passwordHash == account.passwordHash
            else { return nil }
            try await AccountStore.set(account.id, password: hash, transaction)
            try await SecondFactorStore.endChallenges(of: account.id, transaction)
            try await NoticeStore.add(
                .passwordChanged, to: account.id, from: request.client.address.description, transaction)
            let ended = try await SessionStore.endAll(of: account.id, but: principal.session, transaction)
            try await notify(ended: ended, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "mot_de_passe.change", actor: request.actor, object: AuditActor.user(account.id)),
                in: transaction)
            return ended
        }
        guard let ended else { throw Problem(.conflict) }
        for session in ended { revocations.end(session: session) }
        return true
    }

    static func refusal(_ pointer: String, _ message: String) -> Problem {
        Problem(.validationFailed, items: [.init(pointer: pointer, code: "refused_value", message: message)])
    }

    // MARK: Accounts

    /// Spaces and dashes are for the eye.
    static func hash(ofCode code: String) -> Digest {
        SHA256.hash(code.uppercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") })
    }

    static func check(username: String) throws(Problem) {
        let bytes = Array(username.utf8)
        let isAllowed = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: ".-_".utf8.contains(byte)
            }
        }
        guard 2...64 ~= bytes.count, isAllowed, !".-_".utf8.contains(bytes[0]) else {
            throw refusal(
                "/username", "Un nom de compte a de 2 à 64 signes : minuscules, chiffres, « . », « - » et « _ ».")
        }
    }

    static func check(bureau: String) throws(Problem) {
        let isCode = bureau.utf8.allSatisfy {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
        }
        guard 1...8 ~= bureau.utf8.count, isCode else {
            throw refusal("/bureau", "Un code de bureau a de 1 à 8 chiffres ou majuscules.")
        }
    }

    /// Changes what an account is; its tokens say so from the next request on. Nil when there is no such account.
    func change(
        _ id: UUIDv7, _ request: Request, _ edit: @escaping @Sendable (Revocations.UserState) -> Revocations.UserState
    ) async throws -> Account? {
        let changed = try await database.transaction { transaction -> Account? in
            let administrators = try await AccountStore.lockedAdministrators(transaction)
            guard let account = try await AccountStore.locked(id, transaction) else { return nil }
            try request.checkVersion(account.tag)
            let state = edit(account.state)
            guard state != account.state else { return account }
            // Whoever administers keeps at least their own account: somebody always can.
            guard id != request.principal?.user else {
                throw Problem(.conflict, "Nul ne change son propre rôle, bureau ou statut.")
            }
            if state.role != .admin || !state.isActive { try Self.keepOne(of: administrators, but: id) }
            if !state.isActive { try await SecondFactorStore.endChallenges(of: id, transaction) }
            try await AccountStore.set(id, state, transaction)
            let ended = state.isActive ? [] : try await SessionStore.endAll(of: id, but: nil, transaction)
            try await notify(ended: ended, transaction)
            try await notify(id, state, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "utilisateur.modifie", actor: request.actor, object: AuditActor.user(id),
                    details: [
                        .init("avant", .object(Self.details(account.state))),
                        .init("apres", .object(Self.details(state))),
                    ]), in: transaction)
            return try await AccountStore.account(id, transaction)
        }
        if let changed { revocations.set(user: id, changed.state) }
        return changed
    }

    /// Two administrators who take each other away at once would leave nobody.
    static func keepOne(of administrators: [UUIDv7], but id: UUIDv7) throws(Problem) {
        guard administrators == [id] else { return }
        throw Problem(.conflict, "C'est le dernier administrateur.")
    }

    private static func details(_ state: Revocations.UserState) -> [JSONValue.Member] {
        [
            .init("role", .string(state.role.rawValue)), .init("bureau", state.bureau.map { .string($0) } ?? .null),
            .init("actif", .bool(state.isActive)),
        ]
    }

    // MARK: Telling the other instances

    func notify(ended sessions: [UUIDv7], _ transaction: Transaction) async throws {
        for session in sessions { try await transaction.notify(Self.channel, "session:\(session)") }
    }

    private func notify(_ user: UUIDv7, _ state: Revocations.UserState, _ transaction: Transaction) async throws {
        let fields = [user.description, state.role.rawValue, state.isActive ? "1" : "0", state.bureau ?? ""]
        try await transaction.notify(Self.channel, "user:" + fields.joined(separator: ":"))
    }
}
