import Crypto
import HTTP
import JSON
import Net
import Platform
import Postgres

/// Machines' keys: made, changed and revoked by administrators, and recognised at every request.
struct ApiKeys: Sendable {
    static let channel: StaticString = "cles_api"
    /// Keys that are valid at once: all of them are in memory.
    static let most = 1000
    static let longestDays = 400
    static let longestOverlap = 1440

    let database: Database
    let roles: Roles
    let known = KnownKeys()
    private let loops: [LoopKeys]

    init(_ database: Database, roles: Roles, loops: Int) {
        (self.database, self.roles) = (database, roles)
        self.loops = (0..<loops).map { _ in LoopKeys() }
    }

    // MARK: At every request

    /// Whom a key stands for; nil when it is not good.
    func principal(of token: [UInt8]) throws(Problem) -> Principal? {
        guard let loop = EventLoop.current, loop.index < loops.count else { throw Problem(.unavailable, retryAfter: 2) }
        let now = Instant.now()
        let snapshot = loops[loop.index].snapshot(of: known)
        // Without knowing what was revoked nobody can be let in.
        guard let confirmed = snapshot.confirmed, now - confirmed < KnownKeys.patience else {
            throw Problem(.unavailable, retryAfter: 2)
        }
        guard let entry = snapshot.entries[SHA256.hash(token)], entry.until > .now() else { return nil }
        let id = entry.principal.user
        if loops[loop.index].isWorthNoting(id, at: now) {
            Task(executorPreference: loop) { [database] in
                try? await ApiKeyStore.noteUse(id, database.under(OfficeScope.all))
            }
        }
        return entry.principal
    }

    /// Reads all of them anew.
    func read() async throws {
        let number = known.beginReading()
        // Each may have two secrets.
        let keys = try await ApiKeyStore.allValid(most: 2 * Self.most, database.under(OfficeScope.all))
        known.endReading(number, keys) { key in
            Principal.Rights(roles.grantableToKeys.intersection(key.permissions.map { Permission($0) }))
        }
    }

    // MARK: Acts

    /// The key and its secret, which nobody can be shown again.
    func create(_ draft: ApiKeyStore.Draft, _ request: Request) async throws -> (ApiKey, ApiKeySecret) {
        let principal = try request.signedIn()
        try check(draft)
        if let own = principal.bureau, draft.bureau != own {
            throw Accounts.refusal("/bureau", "Vous ne créez de clés que pour le bureau \(own).")
        }
        let secret = ApiKeySecret()
        let made = try await database.under(OfficeScope.all).transaction { transaction -> ApiKey? in
            guard try await ApiKeyStore.countValid(transaction) < Self.most else {
                throw Problem(.conflict, "Il y a déjà \(Self.most) clés valables : révoquez-en.")
            }
            guard let key = try await ApiKeyStore.add(draft, secret, by: principal.user, transaction) else {
                return nil
            }
            try await record("cle_api.creee", key, request, transaction)
            return key
        }
        guard let made else { throw Problem(.conflict) }
        // Otherwise the notification brings it.
        try? await read()
        return (made, secret)
    }

    /// A new secret; nil when no valid key in scope has that id.
    func rotate(_ id: UUIDv7, overlap: Int, _ request: Request) async throws -> (ApiKey, ApiKeySecret)? {
        let rotated = try await database.seen(by: request.signedIn()).transaction { transaction in
            guard let key = try await ApiKeyStore.key(id, transaction) else { return nil as (ApiKey, ApiKeySecret)? }
            let secret = ApiKeySecret(prefix: key.prefix)
            guard
                let key = try await ApiKeyStore.rotate(id, to: secret, keepingOldFor: overlap, transaction)
            else { return nil }
            try await record(
                "cle_api.tournee", key, request, transaction, [.init("recouvrement_minutes", .int(overlap))])
            return (key, secret)
        }
        if rotated != nil { try? await read() }
        return rotated
    }

    /// False when no valid key in scope has that id.
    func revoke(_ id: UUIDv7, _ request: Request) async throws -> Bool {
        let isRevoked = try await database.seen(by: request.signedIn()).transaction { transaction in
            guard let key = try await ApiKeyStore.key(id, transaction),
                try await ApiKeyStore.revoke(id, transaction)
            else { return false }
            try await record("cle_api.revoquee", key, request, transaction)
            return true
        }
        if isRevoked { known.revoke(id) }
        return isRevoked
    }

    /// Tells the other instances, and the audit trail last.
    private func record(
        _ event: String, _ key: ApiKey, _ request: Request, _ transaction: Transaction,
        _ details: [JSONValue.Member] = []
    ) async throws {
        try await transaction.notify(
            Self.channel, event == "cle_api.revoquee" ? "revoquee:\(key.id)" : "changee:\(key.id)")
        let what: [JSONValue.Member] = [
            .init("nom", .string(key.name)), .init("prefixe", .string(key.prefix)),
            .init("permissions", .array(key.permissions.map { .string($0) })),
            .init("bureau", key.bureau.map { .string($0) } ?? .null),
            .init("expire", .string(key.expires.rfc3339(.seconds))),
        ]
        try await AuditStore.append(
            AuditEvent(
                name: event, actor: request.actor, object: AuditActor.apiKey(key.id), details: what + details),
            in: transaction)
    }

    private func check(_ draft: ApiKeyStore.Draft) throws(Problem) {
        guard 1...100 ~= draft.name.unicodeScalars.count, !draft.name.unicodeScalars.contains(where: Self.isControl)
        else { throw Accounts.refusal("/nom", "Un nom a de 1 à 100 signes.") }
        if let bureau = draft.bureau { try Accounts.check(bureau: bureau) }
        guard 1...Self.longestDays ~= draft.days else {
            throw Accounts.refusal("/jours", "Une clé vaut de 1 à \(Self.longestDays) jours.")
        }
        guard 1...50 ~= draft.permissions.count, Set(draft.permissions).count == draft.permissions.count else {
            throw Accounts.refusal("/permissions", "Une clé a de 1 à 50 permissions, chacune une fois.")
        }
        for (place, name) in draft.permissions.enumerated()
        where !roles.grantableToKeys.contains(Permission(name)) {
            throw Accounts.refusal("/permissions/\(place)", "Une clé ne peut pas avoir cette permission.")
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || scalar.value == 0x7f }
}

extension AuditActor {
    static func apiKey(_ id: UUIDv7) -> String { "cle_api:\(id)" }
}
