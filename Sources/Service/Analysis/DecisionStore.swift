import Platform
import Postgres

/// Stored decisions.
enum DecisionStore {
    struct Stored: Sendable {
        let id: UUIDv7
        let chapter: String
        let learned: Int
        let record: [UInt8]

        init(_ row: Row) throws {
            (id, chapter) = (try row.get("id"), try row.get("chapitre"))
            learned = try row.get("appris")
            record = Array(try row.get("enregistrement", as: String.self).utf8)
        }
    }

    static func last(_ count: Int, _ database: some Queryable) async throws -> [Stored] {
        try await database.query(
            "SELECT id, chapitre, appris, enregistrement FROM decisions ORDER BY id DESC LIMIT $1", count
        ).map { try Stored($0) }
    }

    /// By its identifier, or by the number of its declaration: then all that were made for it.
    static func decision(_ text: String, _ database: some Queryable) async throws -> [Stored] {
        if let id = UUIDv7(text) {
            return try await database.query(
                "SELECT id, chapitre, appris, enregistrement FROM decisions WHERE id = $1", id
            ).map { try Stored($0) }
        }
        return try await database.query(
            """
            SELECT x.id, x.chapitre, x.appris, x.enregistrement
            FROM decisions x JOIN declarations d ON d.id = x.declaration_id WHERE d.numero_declaration = $1
            """, text
        ).map { try Stored($0) }
    }
}
