import Decisions
import Platform
import Postgres

/// Verdicts as inspectors' profiles are made of them.
enum InspectorStore {
    /// So many of the latest verdicts are looked at.
    static let most = 20_000

    struct Given: Sendable {
        let user: UUIDv7
        let username: String?
        /// Nil for a doubt, which settles nothing.
        let verdict: InspectorVerdict?
    }

    /// Of one inspector, or on one chapter; the latest first. What others found afterwards stands beside each verdict.
    static func given(
        by user: UUIDv7? = nil, on chapter: String? = nil, _ database: some Queryable
    ) async throws -> [Given] {
        var search = ComposedStatement(
            """
            SELECT f.user_id, u.username, (f.donne_le AT TIME ZONE 'UTC')::date AS jour, o.resultat, d.position_sh,
                f.minutes, l.resultat AS ensuite
            FROM feedbacks f JOIN declarations d ON d.id = f.declaration_id JOIN decisions x ON x.id = f.decision_id
                LEFT JOIN users u ON u.id = f.user_id LEFT JOIN outcomes o ON o.id = f.outcome_id
                LEFT JOIN LATERAL (
                    SELECT l.resultat FROM outcomes l
                    WHERE l.declaration_id = o.declaration_id AND l.revision > o.revision
                        AND l.auteur IS DISTINCT FROM f.user_id
                        AND l.preuve IN ('physique', 'documentaire', 'a_posteriori', 'recours')
                    ORDER BY l.revision DESC LIMIT 1
                ) l ON true
            WHERE true
            """)
        if let user { search.append(" AND f.user_id = ", user) }
        if let chapter { search.append(" AND x.chapitre = ", chapter) }
        search.append(" ORDER BY f.id DESC LIMIT ", most)
        return try await database.query(search).map { row in
            let result = try row.get("resultat", as: String?.self)
            let later = try row.get("ensuite", as: String?.self)
            let day = try row.get("jour", as: CivilDate.self)
            let heading = try row.get("position_sh", as: String?.self).flatMap { Int($0) }
            let minutes = try row.get("minutes", as: Double?.self)
            return Given(
                user: try row.get("user_id"), username: try row.get("username"),
                verdict: result.map { result in
                    InspectorVerdict(
                        day: Int32(clamping: day.daysSinceEpoch), saysFraud: result == "fraude", heading: heading ?? 0,
                        minutes: minutes, laterFraud: later.map { $0 == "fraude" })
                })
        }
    }
}
