import Crypto
import Platform
import Postgres

/// An account.
struct Account: Sendable {
    let id: UUIDv7
    let username: String
    let person: UUIDv7?
    let sealedEmail: [UInt8]?
    let role: Role
    let bureau: String?
    let isActive: Bool
    /// Nil until its owner has chosen one.
    let passwordHash: String?
    /// What the owner is called.
    let name: String?
    /// Changes with every change that an administrator sees.
    let version: Int

    var state: Revocations.UserState { .init(role: role, bureau: bureau, isActive: isActive) }

    init(_ row: Row) throws {
        (id, username) = (try row.get("id"), try row.get("username"))
        (bureau, passwordHash) = (try row.get("bureau"), try row.get("password_hash"))
        (person, sealedEmail) = (try row.get("personne_id"), try row.get("email_scelle"))
        guard let role = Role(rawValue: try row.get("role")) else {
            throw DatabaseError(.decoding(column: "role"), "an unknown role")
        }
        self.role = role
        isActive = try row.get("status", as: String.self) == "actif"
        (name, version) = (try row.get("name"), try row.get("version"))
    }
}

/// The accounts' table, and the codes that make the first of them.
enum AccountStore {
    static func account(named username: String, _ database: some Queryable) async throws -> Account? {
        try await database.queryOne("SELECT * FROM users WHERE username = $1", username).map { try Account($0) }
    }

    static func account(_ id: UUIDv7, _ database: some Queryable) async throws -> Account? {
        try await database.queryOne("SELECT * FROM users WHERE id = $1", id).map { try Account($0) }
    }

    /// Locked until the transaction ends.
    static func locked(_ id: UUIDv7, _ transaction: Transaction) async throws -> Account? {
        try await transaction.queryOne("SELECT * FROM users WHERE id = $1 FOR UPDATE", id).map { try Account($0) }
    }

    static func page(after username: String?, count: Int, _ database: some Queryable) async throws -> [Account] {
        try await database.query(
            "SELECT * FROM users WHERE username > $1 ORDER BY username LIMIT $2", username ?? "", count
        ).map { try Account($0) }
    }

    /// Nil when the name is taken.
    static func add(
        _ username: String, role: Role, bureau: String?, name: String? = nil, password: PasswordHash?,
        _ transaction: Transaction
    ) async throws -> UUIDv7? {
        let id = UUIDv7.make()
        let added = try await transaction.execute(
            """
            INSERT INTO users (id, username, role, bureau, name, password_hash) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (username) DO NOTHING
            """, id, username, role.rawValue, bureau, name, password?.text)
        return added == 1 ? id : nil
    }

    static func set(_ id: UUIDv7, _ state: Revocations.UserState, _ transaction: Transaction) async throws {
        try await transaction.execute(
            "UPDATE users SET role = $2, bureau = $3, status = $4, version = version + 1, updated_at = now() WHERE id = $1",
            id,
            state.role.rawValue, state.bureau, state.isActive ? "actif" : "desactive")
    }

    /// Nil: there is none until its owner has chosen another.
    static func set(_ id: UUIDv7, password: PasswordHash?, _ database: some Queryable) async throws {
        try await database.execute(
            """
            UPDATE users SET password_hash = $2::text, password_changed_at = now(),
                version = version + CASE WHEN (password_hash IS NULL) = ($2::text IS NULL) THEN 0 ELSE 1 END
            WHERE id = $1
            """, id, password?.text)
    }

    static func set(_ id: UUIDv7, name: String?, _ transaction: Transaction) async throws {
        try await transaction.execute("UPDATE users SET name = $2, version = version + 1 WHERE id = $1", id, name)
    }

    /// The same password under today's cost, unless it was changed meanwhile.
    static func replace(_ old: String, by new: PasswordHash, of id: UUIDv7, _ database: some Queryable) async throws {
        try await database.execute(
            "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2", id, old, new.text)
    }

    static func hasActiveAdministrator(_ database: some Queryable) async throws -> Bool {
        try await database.queryOne(
            "SELECT 1 FROM users WHERE role = 'admin' AND status = 'actif' AND password_hash IS NOT NULL LIMIT 1")
            != nil
    }

    /// Those who can administer, locked until the transaction ends. Always asked for first: whoever takes one away
    /// waits here for whoever takes another away.
    static func lockedAdministrators(_ transaction: Transaction) async throws -> [UUIDv7] {
        try await transaction.query(
            """
            SELECT id FROM users WHERE role = 'admin' AND status = 'actif' AND password_hash IS NOT NULL
            ORDER BY id FOR UPDATE
            """
        ).map { try $0.get("id") }
    }

    // MARK: Activation

    /// Codes given before are worth nothing any more.
    static func replaceActivationCodes(by hash: Digest, role: Role, _ transaction: Transaction) async throws {
        try await transaction.execute("DELETE FROM activation_codes WHERE used_at IS NULL AND role IS NOT NULL")
        try await transaction.execute(
            "INSERT INTO activation_codes (hash, role, expires_at) VALUES ($1, $2, now() + interval '24 hours')",
            hash.bytes, role.rawValue)
    }

    /// For an account that is there; its codes from before are worth nothing any more.
    static func replaceActivationCode(of user: UUIDv7, by hash: Digest, _ transaction: Transaction) async throws {
        try await transaction.execute("DELETE FROM activation_codes WHERE user_id = $1 AND used_at IS NULL", user)
        try await transaction.execute(
            "INSERT INTO activation_codes (hash, user_id, expires_at) VALUES ($1, $2, now() + interval '24 hours')",
            hash.bytes, user)
    }

    /// What an activation code is for.
    enum Activation: Sendable, Equatable {
        /// A new account of that role.
        case role(Role)
        /// The password of an account that is there.
        case account(UUIDv7)

        init?(_ row: Row) throws {
            if let user: UUIDv7 = try row.get("user_id") {
                self = .account(user)
            } else {
                guard let role = Role(rawValue: try row.get("role")) else { return nil }
                self = .role(role)
            }
        }
    }

    static func activation(_ hash: Digest, _ database: some Queryable) async throws -> Activation? {
        try await database.queryOne(
            "SELECT role, user_id FROM activation_codes WHERE hash = $1 AND used_at IS NULL AND expires_at > now()",
            hash.bytes
        ).flatMap { try Activation($0) }
    }

    /// What the code gives, once.
    static func use(activationCode hash: Digest, _ transaction: Transaction) async throws -> Activation? {
        try await transaction.queryOne(
            """
            UPDATE activation_codes SET used_at = now() WHERE hash = $1 AND used_at IS NULL AND expires_at > now()
            RETURNING role, user_id
            """, hash.bytes
        ).flatMap { try Activation($0) }
    }
}
