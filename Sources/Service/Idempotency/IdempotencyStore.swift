import Crypto
import Platform
import Postgres

/// Keys of requests that may come twice, with what was answered.
enum IdempotencyStore {
    /// Of one account, for one route.
    struct Key: Sendable {
        let user: UUIDv7
        let route: String
        let text: String
    }

    /// A key in somebody's hands. When it was taken tells who that is: whoever takes it again does so later.
    struct Claim: Sendable {
        let key: Key
        let taken: Timestamp
    }

    /// Whoever was answering and went away loses the key after so many seconds.
    static let lease = 30.0

    /// Takes the key; nil when it is taken, or was answered within a day.
    static func claim(_ key: Key, _ fingerprint: Digest, _ database: some Queryable) async throws -> Claim? {
        try await database.queryOne(
            """
            INSERT INTO idempotency_keys AS k (user_id, route, cle, empreinte, bail_jusqua)
            VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
            ON CONFLICT (user_id, route, cle) DO UPDATE
                SET empreinte = excluded.empreinte, statut = NULL, reponse = NULL, champs = NULL,
                    bail_jusqua = excluded.bail_jusqua, cree_le = now()
                WHERE k.cree_le < now() - interval '24 hours'
                    OR k.bail_jusqua < now() AND k.empreinte = excluded.empreinte
            RETURNING cree_le
            """, key.user, key.route, key.text, fingerprint.bytes, lease
        ).map { Claim(key: key, taken: try $0.get("cree_le")) }
    }

    struct Known: Sendable {
        let fingerprint: [UInt8]
        /// Nil while it is being answered.
        let answer: Stored?
    }
    struct Stored: Sendable {
        let status: Int
        let location: String?
        let sealed: [UInt8]
    }

    static func find(_ key: Key, _ database: some Queryable) async throws -> Known? {
        try await database.queryOne(
            """
            SELECT empreinte, statut, reponse, champs ->> 'location' AS location FROM idempotency_keys
            WHERE user_id = $1 AND route = $2 AND cle = $3
            """, key.user, key.route, key.text
        ).map { row in
            let status = try row.get("statut", as: Int?.self)
            let (location, sealed): (String?, [UInt8]?) = (try row.get("location"), try row.get("reponse"))
            return Known(
                fingerprint: try row.get("empreinte"),
                answer: status.map { Stored(status: $0, location: location, sealed: sealed ?? []) })
        }
    }

    static func renew(_ claim: Claim, _ database: some Queryable) async throws {
        try await database.execute(
            """
            UPDATE idempotency_keys SET bail_jusqua = now() + make_interval(secs => $5)
            WHERE user_id = $1 AND route = $2 AND cle = $3 AND cree_le = $4 AND statut IS NULL
            """, claim.key.user, claim.key.route, claim.key.text, claim.taken, lease)
    }

    /// False when it is held no more, or was answered.
    @discardableResult
    static func store(_ answer: Stored, under claim: Claim, _ database: some Queryable) async throws -> Bool {
        try await database.execute(
            """
            UPDATE idempotency_keys SET statut = $5, reponse = $6, bail_jusqua = NULL,
                champs = jsonb_strip_nulls(jsonb_build_object('location', $7::text))
            WHERE user_id = $1 AND route = $2 AND cle = $3 AND cree_le = $4 AND statut IS NULL
            """, claim.key.user, claim.key.route, claim.key.text, claim.taken, answer.status, answer.sealed,
            answer.location) == 1
    }

    /// What was answered stays.
    static func forget(_ claim: Claim, _ database: some Queryable) async throws {
        try await database.execute(
            """
            DELETE FROM idempotency_keys
            WHERE user_id = $1 AND route = $2 AND cle = $3 AND cree_le = $4 AND statut IS NULL
            """, claim.key.user, claim.key.route, claim.key.text, claim.taken)
    }

    static func sweep(_ database: some Queryable) async throws {
        try await database.execute("DELETE FROM idempotency_keys WHERE cree_le < now() - interval '24 hours'")
    }
}
