import Crypto
import Platform
import Postgres

/// The table of the machines' keys. Its rows are seen by office, so every function takes a database or a transaction
/// that says for which.
enum ApiKeyStore {
    struct Draft: Sendable {
        let name: String
        let permissions: [String]
        let bureau: String?
        let days: Int
    }

    static func page(before id: UUIDv7?, count: Int, _ database: some Queryable) async throws -> [ApiKey] {
        try await database.query(
            "SELECT * FROM api_keys WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2", id, count
        ).map { try ApiKey($0) }
    }

    static func key(_ id: UUIDv7, _ database: some Queryable) async throws -> ApiKey? {
        try await database.queryOne("SELECT * FROM api_keys WHERE id = $1", id).map { try ApiKey($0) }
    }

    static func countValid(_ database: some Queryable) async throws -> Int {
        try await database.queryOne(
            "SELECT count(*) FROM api_keys WHERE revoked_at IS NULL AND expires_at > now()")?.get(0) ?? 0
    }

    static func add(
        _ draft: Draft, _ secret: ApiKeySecret, by user: UUIDv7, _ transaction: Transaction
    ) async throws -> ApiKey? {
        try await transaction.queryOne(
            """
            INSERT INTO api_keys (id, name, prefix, hash, permissions, bureau, created_by, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8::int4)) RETURNING *
            """, UUIDv7.make(), draft.name, secret.prefix, secret.hash.bytes, draft.permissions, draft.bureau, user,
            draft.days
        ).map { try ApiKey($0) }
    }

    /// The old secret stays good for `minutes`. Nil when the key is no longer valid.
    static func rotate(
        _ id: UUIDv7, to secret: ApiKeySecret, keepingOldFor minutes: Int, _ transaction: Transaction
    ) async throws -> ApiKey? {
        try await transaction.queryOne(
            """
            UPDATE api_keys SET previous_hash = CASE WHEN $3::int4 > 0 THEN hash END,
                previous_until = CASE WHEN $3::int4 > 0 THEN now() + make_interval(mins => $3::int4) END,
                hash = $2, rotated_at = now()
            WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() RETURNING *
            """, id, secret.hash.bytes, minutes
        ).map { try ApiKey($0) }
    }

    /// False when it was revoked before, or there is none.
    static func revoke(_ id: UUIDv7, _ transaction: Transaction) async throws -> Bool {
        try await transaction.execute(
            "UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL", id) == 1
    }

    /// At most once a minute, however many instances saw the key.
    static func noteUse(_ id: UUIDv7, _ database: some Queryable) async throws {
        try await database.execute(
            """
            UPDATE api_keys SET last_used_at = now()
            WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
            """, id)
    }

    /// A secret that is good, and until when.
    struct Valid: Sendable {
        let id: UUIDv7
        let name: String
        let permissions: [String]
        let bureau: String?
        let hash: Digest
        let until: Timestamp
    }

    static func allValid(most: Int, _ database: some Queryable) async throws -> [Valid] {
        try await database.query(
            """
            SELECT id, name, permissions, bureau, hash, expires_at AS until FROM api_keys
                WHERE revoked_at IS NULL AND expires_at > now()
            UNION ALL
            SELECT id, name, permissions, bureau, previous_hash, least(previous_until, expires_at) FROM api_keys
                WHERE revoked_at IS NULL AND expires_at > now() AND previous_until > now()
            LIMIT $1
            """, most
        ).compactMap { row in
            guard let hash = Digest(try row.get("hash", as: [UInt8].self)) else { return nil }
            return try Valid(
                id: row.get("id"), name: row.get("name"), permissions: row.get("permissions"),
                bureau: row.get("bureau"), hash: hash, until: row.get("until"))
        }
    }
}
