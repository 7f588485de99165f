import Crypto
import Platform
import Postgres

/// An account.
struct Account: Sendable {
    let id: UUIDv7
    let username: String
    let email: String?
    let role: Role
    let bureau: String?
    let isActive: Bool
    let passwordHash: String

    var state: Revocations.UserState { .init(role: role, bureau: bureau, isActive: isActive) }

    init(_ row: Row) throws {
        (id, username) = (try row.get("id"), try row.get("username"))
        (email, bureau, passwordHash) = (try row.get("email"), try row.get("bureau"), try row.get("password_hash"))
        guard let role = Role(rawValue: try row.get("role")) else {
            throw DatabaseError(.decoding(column: "role"), "an unknown role")
        }
        self.role = role
        isActive = try row.get("status", as: String.self) == "actif"
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
        _ username: String, email: String?, role: Role, bureau: String?, password: PasswordHash,
        _ transaction: Transaction
    ) async throws -> UUIDv7? {
        let id = UUIDv7.make()
        let added = try await transaction.execute(
            """
            INSERT INTO users (id, username, email, role, bureau, password_hash) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (username) DO NOTHING
            """, id, username, email, role.rawValue, bureau, password.text)
        return added == 1 ? id : nil
    }

    static func set(_ id: UUIDv7, _ state: Revocations.UserState, _ transaction: Transaction) async throws {
        try await transaction.execute(
            "UPDATE users SET role = $2, bureau = $3, status = $4, updated_at = now() WHERE id = $1", id,
            state.role.rawValue, state.bureau, state.isActive ? "actif" : "desactive")
    }

    static func set(_ id: UUIDv7, password: PasswordHash, _ database: some Queryable) async throws {
        try await database.execute(
            "UPDATE users SET password_hash = $2, password_changed_at = now() WHERE id = $1", id, password.text)
    }

    /// The same password under today's cost, unless it was changed meanwhile.
    static func replace(_ old: String, by new: PasswordHash, of id: UUIDv7, _ database: some Queryable) async throws {
        try await database.execute(
            "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2", id, old, new.text)
    }

    static func hasActiveAdministrator(_ database: some Queryable) async throws -> Bool {
        try await database.queryOne("SELECT 1 FROM users WHERE role = 'admin' AND status = 'actif' LIMIT 1") != nil
    }

    // MARK: Activation

    /// Codes given before are worth nothing any more.
    static func replaceActivationCodes(by hash: Digest, role: Role, _ transaction: Transaction) async throws {
        try await transaction.execute("DELETE FROM activation_codes WHERE used_at IS NULL")
        try await transaction.execute(
            "INSERT INTO activation_codes (hash, role, expires_at) VALUES ($1, $2, now() + interval '24 hours')",
            hash.bytes, role.rawValue)
    }

    static func isValid(activationCode hash: Digest, _ database: some Queryable) async throws -> Bool {
        try await database.queryOne(
            "SELECT 1 FROM activation_codes WHERE hash = $1 AND used_at IS NULL AND expires_at > now()", hash.bytes)
            != nil
    }

    /// The role that the code gives, once.
    static func use(activationCode hash: Digest, _ transaction: Transaction) async throws -> Role? {
        try await transaction.queryOne(
            """
            UPDATE activation_codes SET used_at = now() WHERE hash = $1 AND used_at IS NULL AND expires_at > now()
            RETURNING role
            """, hash.bytes
        ).flatMap { Role(rawValue: try $0.get("role")) }
    }
}
