import Platform
import Postgres

/// Events for whoever watches, numbered in the order in which they can be seen.
enum EventStore {
    static let channel: StaticString = "evenements"

    struct Event: Sendable {
        let seq: Int
        let subject: String
        let office: String?
        let user: UUIDv7?
        let content: String

        init(_ row: Row) throws {
            (seq, subject, office) = (try row.get("seq"), try row.get("sujet"), try row.get("bureau"))
            (user, content) = (try row.get("utilisateur"), try row.get("contenu"))
        }
    }

    /// The last step of a transaction: publishers take turns from there to their commit.
    static func publish(
        _ subject: String, _ office: String?, _ user: UUIDv7?, _ content: [UInt8], _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            "SELECT publier($1, $2, $3, $4)", subject, office, user, JSONText(content))
    }

    static func after(_ seq: Int, count: Int, _ database: some Queryable) async throws -> [Event] {
        try await database.query(
            """
            SELECT seq, sujet, bureau, utilisateur, contenu::text AS contenu FROM outbox
            WHERE seq > $1 ORDER BY seq LIMIT $2
            """, seq, count
        ).map { try Event($0) }
    }

    /// The numbers that are there; nil when there are none.
    static func span(_ database: some Queryable) async throws -> ClosedRange<Int>? {
        let row = try await database.queryOne(
            "SELECT coalesce(min(seq), 0) AS premier, coalesce(max(seq), 0) AS dernier FROM outbox")
        guard let row else { return nil }
        let (first, last): (Int, Int) = (try row.get("premier"), try row.get("dernier"))
        return last == 0 ? nil : first...last
    }

    static func sweep(_ database: some Queryable) async throws {
        // The last one stays: it tells where numbers are.
        try await database.execute(
            """
            DELETE FROM outbox WHERE cree_le < now() - interval '1 hour' AND seq < (SELECT max(seq) FROM outbox)
            """)
    }
}
