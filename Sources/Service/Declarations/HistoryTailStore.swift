import Platform
import Postgres

/// The end of the past's log, as instances that follow it ask for it.
enum HistoryTailStore {
    struct Line: Sendable {
        let seq: Int
        let declaration: UUIDv7
        /// Whether it tells what was found, and not the declaration itself.
        let isFinding: Bool
    }

    static let most = 2000

    /// The next lines after a number, and those of `missing` that have shown up.
    static func lines(after seq: Int, missing: [Int], _ database: some Queryable) async throws -> [Line] {
        try await database.query(
            """
            SELECT seq, declaration_id, fraude IS NOT NULL AS constat FROM history_log
            WHERE seq > $1 OR seq = ANY ($2::bigint[]) ORDER BY seq LIMIT $3
            """, seq, missing, most
        ).map {
            Line(seq: try $0.get("seq"), declaration: try $0.get("declaration_id"), isFinding: try $0.get("constat"))
        }
    }
}
