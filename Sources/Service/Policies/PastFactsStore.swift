import JSON
import Platform
import Postgres

/// Declarations of the past as criteria see them.
enum PastFactsStore {
    struct Line: Sendable {
        let id: UUIDv7
        let set: String
        let chapter: String
        let day: CivilDate
        let numbers: [Double]
        let texts: [String]
        /// Nil of what was decided without such a score.
        let isolation: Double?
        let isFraud: Bool?
        let recovered: Double
    }

    /// The latest first.
    static func lines(
        of chapter: String, before id: UUIDv7?, count: Int, _ database: some Queryable
    ) async throws -> [Line] {
        try await database.query(
            """
            SELECT x.id, x.jour, f.jeu, f.chapitre, f.nombres, f.textes, p.isolement, o.resultat = 'fraude' AS fraude,
                coalesce(o.montant, 0) AS montant
            FROM decisions x JOIN features f ON f.prediction_id = x.prediction_id
                JOIN predictions p ON p.id = x.prediction_id
                LEFT JOIN LATERAL (SELECT resultat, montant FROM outcomes WHERE declaration_id = x.declaration_id
                    AND preuve IN ('physique', 'documentaire', 'a_posteriori', 'recours')
                    ORDER BY revision DESC LIMIT 1) o ON true
            WHERE x.chapitre = $1 AND ($2::uuid IS NULL OR x.id < $2) ORDER BY x.id DESC LIMIT $3
            """, chapter, id, count
        ).map { row in
            Line(
                id: try row.get("id"), set: try row.get("jeu"), chapter: try row.get("chapitre"),
                day: try row.get("jour"), numbers: try row.get("nombres"), texts: try row.get("textes"),
                isolation: try row.get("isolement"), isFraud: try row.get("fraude"), recovered: try row.get("montant"))
        }
    }

    /// The names behind the arrays of a set of features, with whether each is a text.
    static func fields(
        _ set: String, _ chapter: String, _ database: some Queryable
    ) async throws -> [(name: String, isText: Bool)] {
        guard
            let row = try await database.queryOne(
                "SELECT champs FROM feature_sets WHERE empreinte = $1 AND chapitre = $2", set, chapter)
        else { return [] }
        let fields = try JSONValue(parsing: try row.get("champs", as: JSONText.self).bytes).array ?? []
        return fields.compactMap { field in
            field["nom"]?.string.map { ($0, field["genre"]?.string == "texte") }
        }
    }
}
