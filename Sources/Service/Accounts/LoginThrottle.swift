import Crypto
import Postgres

/// Slows down whoever tries passwords, by account and by source. Counts are in the database: a restart forgets nothing,
/// and all instances count together. A try is counted before it is made, so that tries at once are not all free.
///
/// Nobody is locked out for good: the delay ends, at fifteen minutes at most, and where an account has been used from
/// before, it has a count of its own, which strangers elsewhere do not touch.
struct LoginThrottle: Sendable {
    struct Key: Sendable {
        let hash: Digest
        let free: Int

        static func account(_ username: String, from address: String?) -> Key {
            Key(hash: SHA256.hash("compte\0\(username)\0\(address ?? "")".utf8), free: 5)
        }
        /// Codes are counted apart: whoever does not know the password cannot use them up.
        static func code(_ username: String, from address: String?) -> Key {
            Key(hash: SHA256.hash("code\0\(username)\0\(address ?? "")".utf8), free: 5)
        }
        /// A whole office may come from one address.
        static func source(_ address: String) -> Key { Key(hash: SHA256.hash("source\0\(address)".utf8), free: 20) }
    }

    let database: Database

    /// Whether a try may be made now; if so it counts as failed until `succeeded` or `withdraw`. Fifteen seconds after
    /// the free tries, then twice as long each time.
    func admits(_ key: Key) async throws -> Bool { try await attempt(key) != nil }

    /// The number of the try, when it may be made; the last of the free ones is the `free`th.
    func attempt(_ key: Key) async throws -> Int? {
        try await database.queryOne(
            """
            INSERT INTO login_attempts AS a (key, count, last_at) VALUES ($1, 1, now())
            ON CONFLICT (key) DO UPDATE SET last_at = now(),
                count = CASE WHEN a.last_at < now() - interval '30 minutes' THEN 1 ELSE least(a.count + 1, 1000) END,
                blocked_until = CASE WHEN a.last_at >= now() - interval '30 minutes' AND a.count + 1 >= $2
                    THEN now() + make_interval(secs => least(900, 15 * 2 ^ least(a.count + 1 - $2, 10))) END
            WHERE a.blocked_until IS NULL OR a.blocked_until <= now()
            RETURNING count
            """, key.hash.bytes, key.free)?.get("count")
    }

    /// The account's own: nothing is held against it any more.
    func succeeded(_ key: Key) async throws {
        try await database.execute("DELETE FROM login_attempts WHERE key = $1", key.hash.bytes)
    }

    /// The try is as if it had not been made: the failures of others from the same source remain.
    func withdraw(_ key: Key) async throws {
        try await database.execute(
            """
            UPDATE login_attempts SET count = greatest(count - 1, 0),
                blocked_until = CASE WHEN count - 1 >= $2 THEN blocked_until END
            WHERE key = $1
            """, key.hash.bytes, key.free)
    }
}
