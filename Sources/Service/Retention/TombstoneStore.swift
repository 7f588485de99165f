import Platform
import Postgres

/// What was purged, as far as the office that asks would have seen it.
enum TombstoneStore {
    /// When the declarations of these numbers were.
    static func purged(_ numbers: [String], _ database: some Queryable) async throws -> [String: Timestamp] {
        let rows = try await database.query(
            """
            SELECT d.numero_declaration, u.faite_le FROM declarations_purgees d JOIN purges u ON u.numero = d.purge
            WHERE d.numero_declaration = ANY ($1)
            """, numbers)
        return Dictionary(
            try rows.map { (try $0.get("numero_declaration"), try $0.get("faite_le")) }, uniquingKeysWith: { a, _ in a }
        )
    }

    /// When what had this identifier was: a declaration, a prediction, a decision, a procès-verbal, a document.
    static func purged(_ id: UUIDv7, _ database: some Queryable) async throws -> Timestamp? {
        try await database.queryOne(
            """
            SELECT u.faite_le FROM purges u WHERE u.numero = coalesce(
                (SELECT purge FROM declarations_purgees WHERE id = $1),
                (SELECT d.purge FROM decisions_purgees x JOIN declarations_purgees d ON d.id = x.declaration_id
                    WHERE x.id = $1 OR x.prediction_id = $1),
                (SELECT purge FROM proces_verbaux_purges WHERE id = $1),
                (SELECT purge FROM documents_purges WHERE id = $1))
            """, id
        ).map { try $0.get("faite_le") }
    }
}
