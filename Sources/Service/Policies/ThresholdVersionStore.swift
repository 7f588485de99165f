import Decisions
import JSON
import Platform
import Postgres

/// Thresholds as they were set.
enum ThresholdVersionStore {
    struct Version: Sendable {
        let number: Int
        let thresholds: LaneThresholds
        let author: String
        let reason: String
        let set: Timestamp
    }

    /// The latest first; one more than the limit when there are more.
    static func versions(
        _ chapter: String, before number: Int?, limit: Int, _ database: some Queryable
    ) async throws -> [Version] {
        try await database.query(
            """
            SELECT numero, bas, haut, t_soft, t_hard, auteur, motif, fixes_le FROM thresholds
            WHERE chapitre = $1 AND numero < $2 ORDER BY numero DESC LIMIT $3
            """, chapter, number ?? .init(Int32.max), limit + 1
        ).map { row in
            Version(
                number: try row.get("numero"),
                thresholds: try LaneThresholds(
                    bas: try row.get("bas"), haut: try row.get("haut"), tSoft: try row.get("t_soft"),
                    tHard: try row.get("t_hard")),
                author: try row.get("auteur"), reason: try row.get("motif"), set: try row.get("fixes_le"))
        }
    }
}

extension ThresholdVersionStore.Version: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("numero", number)
            writer.member("seuils", thresholds)
            writer.member("auteur", author)
            writer.member("motif", reason)
            writer.member("fixes_le", set.rfc3339())
        }
    }
}
