import Customs
import Platform
import Postgres

/// The sealed addresses of accounts, and what earlier versions left of them in clear.
enum AccountEmailStore {
    static func set(
        _ sealed: [UInt8], of user: UUIDv7, person: UUIDv7, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            "UPDATE users SET email = NULL, email_scelle = $2, personne_id = $3 WHERE id = $1", user, sealed, person)
    }

    static func remove(of user: UUIDv7, _ transaction: Transaction) async throws {
        try await transaction.execute("UPDATE users SET email = NULL, email_scelle = NULL WHERE id = $1", user)
    }

    static func set(person: UUIDv7, of user: UUIDv7, _ transaction: Transaction) async throws {
        try await transaction.execute("UPDATE users SET personne_id = $2 WHERE id = $1", user, person)
    }

    /// Some of those that are still in clear, locked until the transaction ends.
    static func inClear(_ count: Int, _ transaction: Transaction) async throws -> [(user: UUIDv7, email: String)] {
        try await transaction.query(
            "SELECT id, email FROM users WHERE email IS NOT NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED", count
        ).map { (try $0.get("id"), try $0.get("email")) }
    }

    static func countInClear(_ database: some Queryable) async throws -> Int {
        try await database.queryOne("SELECT count(*) FROM users WHERE email IS NOT NULL").map { try $0.get(0) } ?? 0
    }
}

extension SealedColumn {
    static let accountEmail = SealedColumn(
        table: "users", column: "email_scelle", label: "Adresse électronique du compte", kind: .courriel,
        find: """
            SELECT id::text AS ligne, email_scelle AS scelle FROM users
            WHERE personne_id = $1 AND email_scelle IS NOT NULL AND id::text > $2 ORDER BY id::text LIMIT $3
            """,
        replace: "UPDATE users SET email_scelle = $3, version = version + 1 WHERE personne_id = $1 AND id::text = $2",
        forget: "UPDATE users SET email_scelle = NULL, name = NULL, version = version + 1 WHERE personne_id = $1")
}

extension PlainRecords {
    static let account = PlainRecords(
        table: "users", label: "Compte",
        find: """
            SELECT jsonb_build_object('id', id, 'username', username, 'nom', name, 'role', role, 'bureau', bureau,
                'statut', status, 'cree_le', created_at) FROM users WHERE personne_id = $1
            """)

    static let sessions = PlainRecords(
        table: "sessions", label: "Sessions du compte",
        find: """
            SELECT jsonb_build_object('ouverte', s.created_at, 'vue', s.last_seen_at, 'adresse', s.address,
                'agent', s.agent) FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE u.personne_id = $1 ORDER BY s.created_at LIMIT 10000
            """)

    static let notices = PlainRecords(
        table: "notices", label: "Avis du compte",
        find: """
            SELECT jsonb_build_object('genre', n.kind, 'date', n.created_at, 'adresse', n.address)
            FROM notices n JOIN users u ON u.id = n.user_id
            WHERE u.personne_id = $1 ORDER BY n.id LIMIT 10000
            """)
}
