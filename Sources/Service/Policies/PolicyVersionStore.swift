import Platform
import Postgres

/// Versions of policies.
enum PolicyVersionStore {
    static func inForce(_ database: some Queryable) async throws -> [PolicyVersion] {
        try await database.query(
            """
            SELECT numero, contenu, moyens, auteur, motif, active_depuis, retiree_le FROM policies
            WHERE retiree_le IS NULL ORDER BY chapitre
            """
        ).map { try PolicyVersion($0) }
    }

    /// That in force, which nobody else replaces until the transaction ends.
    static func locked(_ chapter: String, _ transaction: Transaction) async throws -> PolicyVersion? {
        // Whoever waited for another's change does not see what took its place in the same statement.
        for _ in 0..<3 {
            let row = try await transaction.queryOne(
                """
                SELECT numero, contenu, moyens, auteur, motif, active_depuis, retiree_le FROM policies
                WHERE chapitre = $1 AND retiree_le IS NULL FOR UPDATE
                """, chapter)
            if let row { return try PolicyVersion(row) }
        }
        return nil
    }

    static func version(_ chapter: String, _ number: Int, _ database: some Queryable) async throws -> PolicyVersion? {
        try await database.queryOne(
            """
            SELECT numero, contenu, moyens, auteur, motif, active_depuis, retiree_le FROM policies
            WHERE chapitre = $1 AND numero = $2
            """, chapter, number
        ).map { try PolicyVersion($0) }
    }

    /// The latest first; one more than the limit when there are more.
    static func versions(
        _ chapter: String, before number: Int?, limit: Int, _ database: some Queryable
    ) async throws -> [PolicyVersion] {
        try await database.query(
            """
            SELECT numero, contenu, moyens, auteur, motif, active_depuis, retiree_le FROM policies
            WHERE chapitre = $1 AND numero < $2 ORDER BY numero DESC LIMIT $3
            """, chapter, number ?? .init(Int32.max), limit + 1
        ).map { try PolicyVersion($0) }
    }
}
