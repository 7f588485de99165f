import Postgres

/// The wrapped keys of uses.
enum UseKeyStore {
    struct Wrapped: Sendable {
        let use: String
        let bytes: [UInt8]

        init(_ row: Row) throws { (use, bytes) = (try row.get("usage"), try row.get("cle")) }
    }

    static func all(_ database: some Queryable) async throws -> [Wrapped] {
        try await database.query("SELECT usage, cle FROM coffre_usages").map { try Wrapped($0) }
    }

    /// Nothing is added when somebody else was faster, or when the wrapping key is no longer the active one.
    static func add(
        _ bytes: [UInt8], of use: String, wrappedBy version: Int, _ database: some Queryable
    ) async throws {
        try await database.execute(
            """
            INSERT INTO coffre_usages (usage, cle, kek)
            SELECT $1, $2, version FROM coffre_cles WHERE version = $3 AND etat = 'active' ON CONFLICT DO NOTHING
            """, use, bytes, version)
    }

    // MARK: Rotation

    /// Those that another key than the active one wraps, locked until the transaction ends.
    static func toWrapAgain(_ transaction: Transaction) async throws -> [Wrapped] {
        try await transaction.query(
            """
            SELECT usage, cle FROM coffre_usages
            WHERE kek IN (SELECT version FROM coffre_cles WHERE etat = 'remplacee') ORDER BY usage FOR NO KEY UPDATE
            """
        ).map { try Wrapped($0) }
    }

    static func replace(
        _ bytes: [UInt8], of use: String, wrappedBy version: Int, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            "UPDATE coffre_usages SET cle = $2, kek = $3 WHERE usage = $1", use, bytes, version)
    }
}
