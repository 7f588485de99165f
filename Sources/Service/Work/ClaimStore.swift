import Platform
import Postgres

/// Who has which file. A claim holds until its verdict, its return or its hour, whichever comes first; one that ran out
/// is closed by whoever comes next.
enum ClaimStore {
    struct Claim: Sendable {
        let id: UUIDv7
        let declaration: UUIDv7
        let user: UUIDv7
        /// Nil when the account is in no table.
        let username: String?
        let taken: Timestamp
        let expires: Timestamp
        let renewals: Int

        init(_ row: Row) throws {
            (id, declaration, user) = (
                try row.get("attribution"), try row.get("declaration_id"), try row.get("user_id")
            )
            (taken, expires) = (try row.get("prise_le"), try row.get("expire_le"))
            (username, renewals) = (try row.get("username"), try row.get("renouvellements"))
        }
    }

    /// A declaration, locked until the transaction ends.
    struct File: Sendable {
        let id: UUIDv7
        let number: String
        /// Whether it is to be controlled, and was not yet.
        let isWaiting: Bool

        init(_ row: Row) throws {
            (id, number) = (try row.get("id"), try row.get("numero_declaration"))
            isWaiting = try row.get("attend")
        }
    }

    static func lock(_ number: String, _ transaction: Transaction) async throws -> File? {
        try await transaction.queryOne(
            """
            SELECT d.id, d.numero_declaration, (d.statut = 'analysee' AND d.voie <> 'conforme') AS attend
            FROM declarations d WHERE d.numero_declaration = $1 FOR UPDATE
            """, number
        ).map { try File($0) }
    }

    /// The first of them that still waits, that nobody has and that nobody is taking at this moment.
    static func lockFirst(of ids: [UUIDv7], _ transaction: Transaction) async throws -> File? {
        try await transaction.queryOne(
            """
            SELECT d.id, d.numero_declaration, true AS attend
            FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id, rang) JOIN declarations d ON d.id = t.id
            WHERE d.statut = 'analysee' AND d.voie <> 'conforme' AND NOT EXISTS (SELECT FROM attributions a
                WHERE a.declaration_id = d.id AND a.fin IS NULL AND a.expire_le > now())
            ORDER BY t.rang LIMIT 1 FOR UPDATE OF d SKIP LOCKED
            """, ids
        ).map { try File($0) }
    }

    /// The claim that holds; one that has run out is closed. To be asked with the declaration locked.
    static func holding(_ declaration: UUIDv7, _ transaction: Transaction) async throws -> Claim? {
        try await transaction.execute(
            """
            UPDATE attributions SET fin = 'expiree', finie_le = expire_le
            WHERE declaration_id = $1 AND fin IS NULL AND expire_le <= now()
            """, declaration)
        return try await transaction.queryOne(
            """
            SELECT a.id AS attribution, a.declaration_id, a.user_id, a.prise_le, a.expire_le, a.renouvellements,
                u.username
            FROM attributions a LEFT JOIN users u ON u.id = a.user_id WHERE a.declaration_id = $1 AND a.fin IS NULL
            """, declaration
        ).map { try Claim($0) }
    }

    /// How many files somebody has; whoever asks for the same person waits until the transaction ends.
    static func held(by user: UUIDv7, _ transaction: Transaction) async throws -> Int {
        try await transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 7953748292021))", "\(user)")
        let row = try await transaction.queryOne(
            "SELECT count(*) FROM attributions WHERE user_id = $1 AND fin IS NULL AND expire_le > now()", user)
        return try row?.get(0) ?? 0
    }

    /// False when somebody was faster.
    static func take(
        _ file: File, by user: UUIDv7, for lease: Duration, _ transaction: Transaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            INSERT INTO attributions (id, declaration_id, bureau, user_id, expire_le)
            SELECT $1, d.id, d.bureau, $3, now() + $4 * interval '1 microsecond' FROM declarations d WHERE d.id = $2
            ON CONFLICT (declaration_id) WHERE fin IS NULL DO NOTHING
            """, UUIDv7.make(), file.id, user, Double(lease.microseconds)) == 1
    }

    static func renew(_ claim: Claim, for lease: Duration, _ transaction: Transaction) async throws {
        try await transaction.execute(
            """
            UPDATE attributions SET expire_le = greatest(expire_le, now() + $2 * interval '1 microsecond'),
                renouvellements = renouvellements + 1
            WHERE id = $1
            """, claim.id, Double(lease.microseconds))
    }

    static func release(_ claim: Claim, reason: String, _ transaction: Transaction) async throws {
        try await transaction.execute(
            "UPDATE attributions SET fin = 'rendue', finie_le = now(), motif = $2 WHERE id = $1", claim.id, reason)
    }

    static func endWithVerdict(_ claim: Claim, _ transaction: Transaction) async throws {
        try await transaction.execute(
            "UPDATE attributions SET fin = 'verdict', finie_le = now() WHERE id = $1", claim.id)
    }
}
