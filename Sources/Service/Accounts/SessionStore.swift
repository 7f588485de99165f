import Crypto
import Platform
import Postgres

/// Sessions and the refresh tokens that carry them on.
enum SessionStore {
    struct Session: Sendable {
        let id: UUIDv7
        let created: Timestamp
        let lastSeen: Timestamp
        let expires: Timestamp
        let address: String
        let agent: String

        init(_ row: Row) throws {
            (id, created, lastSeen) = (try row.get("id"), try row.get("created_at"), try row.get("last_seen_at"))
            (expires, address, agent) = (try row.get("expires_at"), try row.get("address"), try row.get("agent"))
        }
    }

    /// What tokens of a session are made from.
    struct State: Sendable {
        let id: UUIDv7
        let user: UUIDv7
        let proof: Proof
        /// In seconds since 1970, as the next.
        let authenticated: Int64
        let expires: Int64

        init(_ row: Row) throws {
            (id, user) = (try row.get("session_id"), try row.get("user_id"))
            guard let proof = Proof(rawValue: try row.get("proof")) else {
                throw DatabaseError(.decoding(column: "proof"), "an unknown proof")
            }
            self.proof = proof
            authenticated = try row.get("authenticated_at", as: Timestamp.self).microseconds / 1_000_000
            expires = try row.get("expires_at", as: Timestamp.self).microseconds / 1_000_000
        }
    }

    /// At most ten hours: a shift.
    static func open(
        _ user: UUIDv7, seconds: Int = 36_000, proof: Proof, address: String, agent: String, _ transaction: Transaction
    ) async throws -> State {
        let row = try await transaction.queryOne(
            """
            INSERT INTO sessions (id, user_id, expires_at, proof, address, agent)
            VALUES ($1, $2, now() + make_interval(secs => $3::float8), $4, $5, $6)
            RETURNING id AS session_id, user_id, proof, authenticated_at, expires_at
            """, UUIDv7.make(), user, Double(seconds), proof.rawValue, address, agent)
        guard let row else { throw DatabaseError(.misuse, "INSERT returned nothing") }
        return try State(row)
    }

    /// Its owner has shown again who they are. What was issued on the machine stays so.
    static func prove(_ session: UUIDv7, _ proof: Proof, _ transaction: Transaction) async throws -> State? {
        try await transaction.queryOne(
            """
            UPDATE sessions SET authenticated_at = now(), last_seen_at = now(),
                proof = CASE proof WHEN 'machine' THEN proof ELSE $2 END
            WHERE id = $1 AND ended_at IS NULL AND expires_at > now()
            RETURNING id AS session_id, user_id, proof, authenticated_at, expires_at
            """, session, proof.rawValue
        ).map { try State($0) }
    }

    /// The account has been used before, but not from there with that program.
    static func isNew(
        _ address: String, _ agent: String, of user: UUIDv7, _ transaction: Transaction
    ) async throws -> Bool {
        try await transaction.queryOne(
            """
            SELECT count(*) > 0 AND count(*) FILTER (WHERE address = $2 AND agent = $3) = 0 FROM sessions
            WHERE user_id = $1 AND proof <> 'machine'
            """, user, address, agent)?.get(0) ?? false
    }

    static func add(refreshToken hash: Digest, to session: UUIDv7, _ transaction: Transaction) async throws {
        try await transaction.execute(
            "INSERT INTO refresh_tokens (hash, session_id) VALUES ($1, $2)", hash.bytes, session)
    }

    enum Renewal: Sendable {
        case session(State)
        /// The token had been used before.
        case reused(UUIDv7)
        case refused
    }

    /// Uses the token up. A session ends after thirty minutes in which nobody came.
    static func renew(_ hash: Digest, _ transaction: Transaction) async throws -> Renewal {
        guard
            let used = try await transaction.queryOne(
                "UPDATE refresh_tokens SET used_at = now() WHERE hash = $1 AND used_at IS NULL RETURNING session_id",
                hash.bytes)
        else {
            let known = try await transaction.queryOne(
                "SELECT session_id FROM refresh_tokens WHERE hash = $1", hash.bytes)
            return try known.map { .reused(try $0.get("session_id")) } ?? .refused
        }
        let session: UUIDv7 = try used.get("session_id")
        return try await touch(session, transaction).map { .session($0) } ?? .refused
    }

    /// Somebody came; nil when it is over.
    static func touch(_ session: UUIDv7, _ database: some Queryable) async throws -> State? {
        try await database.queryOne(
            """
            UPDATE sessions SET last_seen_at = now()
            WHERE id = $1 AND ended_at IS NULL AND expires_at > now() AND last_seen_at > now() - interval '30 minutes'
            RETURNING id AS session_id, user_id, proof, authenticated_at, expires_at
            """, session
        ).map { try State($0) }
    }

    static func open(of user: UUIDv7, _ database: some Queryable) async throws -> [Session] {
        try await database.query(
            """
            SELECT id, created_at, last_seen_at, expires_at, address, agent FROM sessions
            WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now() ORDER BY created_at DESC LIMIT 200
            """, user
        ).map { try Session($0) }
    }

    /// False when there was nothing to end.
    static func end(_ session: UUIDv7, of user: UUIDv7, _ transaction: Transaction) async throws -> Bool {
        try await transaction.execute(
            "UPDATE sessions SET ended_at = now() WHERE id = $1 AND user_id = $2 AND ended_at IS NULL", session, user)
            == 1
    }

    /// Whosesoever it is; nil when it had ended.
    static func end(_ session: UUIDv7, _ transaction: Transaction) async throws -> UUIDv7? {
        try await transaction.queryOne(
            "UPDATE sessions SET ended_at = now() WHERE id = $1 AND ended_at IS NULL RETURNING user_id", session
        ).map { try $0.get("user_id") }
    }

    static func endAll(of user: UUIDv7, but kept: UUIDv7?, _ transaction: Transaction) async throws -> [UUIDv7] {
        try await transaction.query(
            "UPDATE sessions SET ended_at = now() WHERE user_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2 RETURNING id",
            user, kept
        ).map { try $0.get("id") }
    }

    /// Whether the account has been used from there lately.
    static func knows(_ address: String, of user: UUIDv7, _ database: some Queryable) async throws -> Bool {
        try await database.queryOne(
            """
            SELECT 1 FROM sessions WHERE user_id = $1 AND address = $2 AND created_at > now() - interval '30 days'
            LIMIT 1
            """, user, address) != nil
    }

    /// What tokens that are still valid may not know.
    static func recentChanges(
        _ database: Database
    ) async throws -> (sessions: [UUIDv7], users: [(UUIDv7, Revocations.UserState)]) {
        let memory = Revocations.memory.seconds
        let sessions = try await database.query(
            "SELECT id FROM sessions WHERE ended_at > now() - make_interval(secs => $1::float8)", memory
        ).map { try $0.get("id", as: UUIDv7.self) }
        let users = try await database.query(
            "SELECT * FROM users WHERE updated_at > now() - make_interval(secs => $1::float8)", memory
        ).map { try Account($0) }
        return (sessions, users.map { ($0.id, $0.state) })
    }

    /// Removes what has no use any more.
    static func sweep(_ database: Database) async throws {
        try await database.execute("DELETE FROM sessions WHERE expires_at < now() - interval '90 days'")
        try await database.execute(
            "DELETE FROM refresh_tokens USING sessions WHERE session_id = id AND expires_at < now()")
        try await database.execute("DELETE FROM login_attempts WHERE last_at < now() - interval '1 day'")
    }
}
