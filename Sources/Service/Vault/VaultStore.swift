import Platform
import Postgres

/// The vault's tables: which key-encryption keys are in use, who the persons are, and their wrapped keys.
enum VaultStore {
    // MARK: Key-encryption keys

    struct KeyVersion: Sendable {
        let version: Int
        let witness: [UInt8]
        let isActive: Bool

        init(_ row: Row) throws {
            (version, witness) = (try row.get("version"), try row.get("temoin"))
            isActive = try row.get("etat", as: String.self) == "active"
        }
    }

    static func versions(_ database: some Queryable) async throws -> [KeyVersion] {
        try await database.query("SELECT version, temoin, etat FROM coffre_cles ORDER BY version").map {
            try KeyVersion($0)
        }
    }

    /// One at a time changes which keys are in use, until its transaction ends.
    static func takeTurn(_ transaction: Transaction) async throws {
        try await transaction.execute("SELECT pg_advisory_xact_lock(7953748292018)")
    }

    /// The key that wraps from now on.
    static func activate(_ key: VaultKeys.Key, _ transaction: Transaction) async throws {
        try await transaction.execute("UPDATE coffre_cles SET etat = 'remplacee' WHERE etat = 'active'")
        try await transaction.execute(
            "INSERT INTO coffre_cles (version, temoin, etat) VALUES ($1, $2, 'active')", key.version, key.witness)
    }

    /// What a key wraps.
    struct Usage: Sendable {
        let persons: Int
        let uses: [String]
    }

    /// What each key wraps, also those that wrap nothing.
    static func usage(_ database: some Queryable) async throws -> [Int: Usage] {
        let rows = try await database.query(
            """
            SELECT k.version, (SELECT count(*) FROM personnes p WHERE p.kek = k.version) AS personnes,
                ARRAY(SELECT u.usage FROM coffre_usages u WHERE u.kek = k.version ORDER BY u.usage) AS usages
            FROM coffre_cles k
            """)
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (try row.get("version"), Usage(persons: try row.get("personnes"), uses: try row.get("usages")))
            })
    }

    /// False while it wraps anything: the references to it forbid it besides.
    static func retire(_ version: Int, _ transaction: Transaction) async throws -> Bool {
        try await transaction.execute(
            """
            DELETE FROM coffre_cles WHERE version = $1 AND etat = 'remplacee'
                AND NOT EXISTS (SELECT FROM personnes WHERE kek = $1)
                AND NOT EXISTS (SELECT FROM coffre_usages WHERE kek = $1)
            """, version) == 1
    }

    // MARK: Persons

    struct WrappedKey: Sendable {
        let person: UUIDv7
        /// Nil once erased.
        let bytes: [UInt8]?

        init(_ row: Row) throws { (person, bytes) = (try row.get("id"), try row.get("cle")) }
    }

    /// A person who is looked for, and the id and the wrapped key that they get when they are new.
    struct Candidate: Sendable {
        let classe: PersonClass
        let index: [UInt8]
        let id: UUIDv7
        let wrapped: [UInt8]
    }

    /// By the place of the candidate, who it is. Somebody is missing when another transaction made them meanwhile, or
    /// when the wrapping key is no longer the active one. Candidates differ from each other.
    static func findOrCreate(
        _ candidates: [Candidate], wrappedBy version: Int, _ database: some Queryable
    ) async throws -> [(place: Int, key: WrappedKey)] {
        let rows = try await database.query(
            """
            WITH demande AS (
                SELECT d.n, d.classe, d.id, substring($3::bytea FROM (d.n::integer - 1) * 32 + 1 FOR 32) AS repere,
                    substring($4::bytea FROM (d.n::integer - 1) * 65 + 1 FOR 65) AS cle
                FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS d (classe, id, n)
            ), connues AS (
                SELECT d.n, p.id, p.cle FROM demande d JOIN personnes p USING (classe, repere)
            ), creees AS (
                INSERT INTO personnes (id, classe, repere, cle, kek, scellements)
                SELECT d.id, d.classe, d.repere, d.cle, k.version, $6
                FROM demande d JOIN coffre_cles k ON k.version = $5 AND k.etat = 'active'
                WHERE NOT EXISTS (SELECT FROM connues c WHERE c.n = d.n)
                ORDER BY d.classe, d.repere
                ON CONFLICT (classe, repere) DO NOTHING RETURNING id, cle
            )
            SELECT n, id, cle FROM connues UNION ALL SELECT d.n, c.id, c.cle FROM creees c JOIN demande d USING (id)
            """, candidates.map(\.classe.rawValue), candidates.map(\.id), candidates.flatMap(\.index),
            candidates.flatMap(\.wrapped), version, DataKey.firstBlock)
        return try rows.map { (try $0.get("n") - 1, try WrappedKey($0)) }
    }

    static func find(_ classe: PersonClass, _ index: [UInt8], _ database: some Queryable) async throws -> UUIDv7? {
        try await database.queryOne(
            "SELECT id FROM personnes WHERE classe = $1 AND repere = $2", classe.rawValue, index
        ).map { try $0.get("id") }
    }

    static func wrappedKeys(of persons: [UUIDv7], _ database: some Queryable) async throws -> [WrappedKey] {
        try await database.query("SELECT id, cle FROM personnes WHERE id = ANY($1)", persons).map {
            try WrappedKey($0)
        }
    }

    /// Grants each person's key so many more seals, within what it may ever do. Those that were granted.
    static func grant(_ asked: [(person: UUIDv7, count: Int)], _ database: some Queryable) async throws -> [UUIDv7] {
        try await database.query(
            """
            UPDATE personnes p SET scellements = p.scellements + d.nombre
            FROM unnest($1::uuid[], $2::bigint[]) AS d (id, nombre)
            WHERE p.id = d.id AND p.cle IS NOT NULL AND p.scellements <= $3 - d.nombre RETURNING p.id
            """, asked.map(\.person), asked.map(\.count), DataKey.mostSeals
        ).map { try $0.get("id") }
    }

    // MARK: Rotation

    /// Persons whose key another than the active one wraps, locked until the transaction ends; those that somebody else
    /// holds are passed over.
    static func toWrapAgain(_ count: Int, _ transaction: Transaction) async throws -> [WrappedKey] {
        try await transaction.query(
            """
            SELECT p.id, p.cle FROM personnes p
            WHERE p.kek IN (SELECT version FROM coffre_cles WHERE etat = 'remplacee')
            ORDER BY p.kek, p.id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
            """, count
        ).map { try WrappedKey($0) }
    }

    static func replace(
        _ keys: [(person: UUIDv7, wrapped: [UInt8])], wrappedBy version: Int, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            """
            UPDATE personnes p SET kek = $3, cle = substring($2::bytea FROM (d.n::integer - 1) * 65 + 1 FOR 65)
            FROM unnest($1::uuid[]) WITH ORDINALITY AS d (id, n) WHERE p.id = d.id AND p.cle IS NOT NULL
            """, keys.map(\.person), keys.flatMap(\.wrapped), version)
    }

    static func countToWrapAgain(_ database: some Queryable) async throws -> Int {
        try await database.queryOne(
            """
            WITH anciennes AS (SELECT version FROM coffre_cles WHERE etat = 'remplacee')
            SELECT (SELECT count(*) FROM personnes WHERE kek IN (SELECT version FROM anciennes))
                + (SELECT count(*) FROM coffre_usages WHERE kek IN (SELECT version FROM anciennes))
            """
        ).map { try $0.get(0) } ?? 0
    }
}
