import Crypto
import Platform
import Postgres

/// Second factors, recovery codes, and logins that wait for a code.
enum SecondFactorStore {
    struct Factor: Sendable {
        /// As it was sealed.
        let secret: [UInt8]
        let lastStep: Int64
        let confirmed: Timestamp
    }

    static func factor(of user: UUIDv7, _ database: some Queryable) async throws -> Factor? {
        try await database.queryOne(
            "SELECT secret, last_step, confirmed_at FROM second_factors WHERE user_id = $1 AND secret IS NOT NULL", user
        ).map {
            Factor(
                secret: try $0.get("secret"), lastStep: try $0.get("last_step"), confirmed: try $0.get("confirmed_at"))
        }
    }

    /// Uses a step up; false when it, or a later one, has been used before.
    static func use(step: Int64, of factor: Factor, _ user: UUIDv7, _ transaction: Transaction) async throws -> Bool {
        try await transaction.execute(
            "UPDATE second_factors SET last_step = $3 WHERE user_id = $1 AND secret = $2 AND last_step < $3", user,
            factor.secret, step) == 1
    }

    static func offer(_ secret: [UInt8], to user: UUIDv7, _ transaction: Transaction) async throws {
        try await transaction.execute(
            """
            INSERT INTO second_factors (user_id, offered, offered_at) VALUES ($1, $2, now())
            ON CONFLICT (user_id) DO UPDATE SET offered = excluded.offered, offered_at = excluded.offered_at
            """, user, secret)
    }

    /// For ten minutes.
    static func offered(to user: UUIDv7, _ database: some Queryable) async throws -> [UInt8]? {
        try await database.queryOne(
            "SELECT offered FROM second_factors WHERE user_id = $1 AND offered_at > now() - interval '10 minutes'", user
        )?.get("offered")
    }

    /// What was offered counts from now on; false when something else has been offered meanwhile.
    static func confirm(
        _ secret: [UInt8], offered: [UInt8], step: Int64, of user: UUIDv7, _ transaction: Transaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            UPDATE second_factors SET secret = $2, confirmed_at = now(), last_step = $4, offered = NULL, offered_at = NULL
            WHERE user_id = $1 AND offered = $3
            """, user, secret, offered, step) == 1
    }

    /// With its recovery codes. False when there was none.
    static func remove(of user: UUIDv7, _ transaction: Transaction) async throws -> Bool {
        try await transaction.execute("DELETE FROM recovery_codes WHERE user_id = $1", user)
        return try await transaction.queryOne(
            "DELETE FROM second_factors WHERE user_id = $1 RETURNING secret IS NOT NULL AS counted", user
        )?.get("counted") ?? false
    }

    // MARK: Sealed by something else than the vault

    /// Some of those that a file of their own sealed, locked until the transaction ends.
    static func sealedOtherwise(
        after user: UUIDv7?, _ count: Int, _ transaction: Transaction
    ) async throws -> [(user: UUIDv7, secret: [UInt8])] {
        try await transaction.query(
            """
            SELECT user_id, secret FROM second_factors
            WHERE substring(secret FOR 1) <> '\\x01' AND ($1::uuid IS NULL OR user_id > $1)
            ORDER BY user_id LIMIT $2 FOR UPDATE
            """, user, count
        ).map { (try $0.get("user_id"), try $0.get("secret")) }
    }

    static func countSealedOtherwise(_ database: some Queryable) async throws -> Int {
        try await database.queryOne(
            "SELECT count(*) FROM second_factors WHERE substring(secret FOR 1) <> '\\x01'")?.get(0) ?? 0
    }

    static func replace(
        _ old: [UInt8], by new: [UInt8], of user: UUIDv7, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            "UPDATE second_factors SET secret = $3 WHERE user_id = $1 AND secret = $2", user, old, new)
    }

    /// What was offered counts for ten minutes only: it is asked for again.
    static func forgetOffersSealedOtherwise(_ database: Database) async throws {
        try await database.execute(
            """
            UPDATE second_factors SET offered = NULL, offered_at = NULL WHERE substring(offered FOR 1) <> '\\x01'
            """)
    }

    // MARK: Recovery codes

    /// Those from before are worth nothing any more.
    static func replaceRecoveryCodes(by hashes: [Digest], of user: UUIDv7, _ transaction: Transaction) async throws {
        try await transaction.execute("DELETE FROM recovery_codes WHERE user_id = $1", user)
        for hash in hashes {
            try await transaction.execute(
                "INSERT INTO recovery_codes (hash, user_id) VALUES ($1, $2)", hash.bytes, user)
        }
    }

    static func use(recoveryCode hash: Digest, of user: UUIDv7, _ transaction: Transaction) async throws -> Bool {
        try await transaction.execute(
            "UPDATE recovery_codes SET used_at = now() WHERE hash = $1 AND user_id = $2 AND used_at IS NULL",
            hash.bytes, user) == 1
    }

    static func recoveryCodesLeft(_ user: UUIDv7, _ database: some Queryable) async throws -> Int {
        try await database.queryOne(
            "SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL", user)?.get(0) ?? 0
    }

    // MARK: Logins that wait for a code

    /// For five minutes.
    static func add(challenge hash: Digest, of user: UUIDv7, _ transaction: Transaction) async throws {
        try await transaction.execute(
            "INSERT INTO login_challenges (hash, user_id, expires_at) VALUES ($1, $2, now() + interval '5 minutes')",
            hash.bytes, user)
    }

    static func challenged(_ hash: Digest, _ database: some Queryable) async throws -> UUIDv7? {
        try await database.queryOne(
            "SELECT user_id FROM login_challenges WHERE hash = $1 AND expires_at > now()", hash.bytes)?.get("user_id")
    }

    /// False when it has been used, or is over.
    static func end(challenge hash: Digest, _ transaction: Transaction) async throws -> Bool {
        try await transaction.execute(
            "DELETE FROM login_challenges WHERE hash = $1 AND expires_at > now()", hash.bytes) == 1
    }

    /// When the password that was right is one no longer.
    static func endChallenges(of user: UUIDv7, _ transaction: Transaction) async throws {
        try await transaction.execute("DELETE FROM login_challenges WHERE user_id = $1", user)
    }

    static func sweep(_ database: Database) async throws {
        try await database.execute("DELETE FROM login_challenges WHERE expires_at < now()")
        try await database.execute(
            "UPDATE second_factors SET offered = NULL, offered_at = NULL WHERE offered_at < now() - interval '1 hour'")
    }
}
