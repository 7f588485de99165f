import Decisions
import JSON
import Platform
import Postgres

/// What the bandit did and learned, counted from the rows of decisions, verdicts and learning events.
enum BanditStore {
    /// One decision with what it was made from.
    struct Line: Sendable {
        let id: UUIDv7
        let number: String
        let office: String
        let made: Timestamp
        let record: DecisionRecord
        let outcome: String?
        let evidence: String?
    }

    /// The latest first; one more than the limit when there are more.
    static func decisions(
        _ chapter: String, before id: UUIDv7?, limit: Int, _ database: some Queryable
    ) async throws -> [Line] {
        try await database.query(
            """
            SELECT x.id, d.numero_declaration, x.bureau, x.prise_le, x.enregistrement, o.resultat, o.preuve
            FROM decisions x JOIN declarations d ON d.id = x.declaration_id
                LEFT JOIN LATERAL (SELECT resultat, preuve FROM outcomes WHERE declaration_id = d.id
                    ORDER BY revision DESC LIMIT 1) o ON true
            WHERE x.chapitre = $1 AND ($2::uuid IS NULL OR x.id < $2) ORDER BY x.id DESC LIMIT $3
            """, chapter, id, limit + 1
        ).map { row in
            Line(
                id: try row.get("id"), number: try row.get("numero_declaration"), office: try row.get("bureau"),
                made: try row.get("prise_le"),
                record: try DecisionRecord(parsing: Array(try row.get("enregistrement", as: String.self).utf8)),
                outcome: try row.get("resultat"), evidence: try row.get("preuve"))
        }
    }

    /// One verdict with what the bandit was taught by it.
    struct Feedback: Sendable {
        let id: UUIDv7
        let json: [UInt8]
    }

    static func feedbacks(
        _ chapter: String, before id: UUIDv7?, limit: Int, _ database: some Queryable
    ) async throws -> [Feedback] {
        try await database.query(
            """
            SELECT f.id, jsonb_build_object('feedback_id', f.id, 'numero_declaration', d.numero_declaration,
                'decision_id', f.decision_id, 'bureau', f.bureau, 'user_id', f.user_id,
                'voie_proposee', f.voie_proposee, 'user_decision', f.user_decision,
                'confidence_level', f.confidence_level, 'accuracy_rating', f.accuracy_rating,
                'usefulness_rating', f.usefulness_rating, 'justification', f.justification, 'minutes', f.minutes,
                'donne_le', f.donne_le, 'exploratoire', x.exploratoire, 'strate', x.strate,
                'preuve', o.preuve, 'resultat', o.resultat, 'montant', o.montant,
                'appris', (SELECT coalesce(jsonb_agg(e.contenu::jsonb ORDER BY e.sequence), '[]')
                    FROM bandit_events e WHERE e.decision_id = f.decision_id)) AS contenu
            FROM feedbacks f JOIN decisions x ON x.id = f.decision_id JOIN declarations d ON d.id = f.declaration_id
                LEFT JOIN outcomes o ON o.id = f.outcome_id
            WHERE x.chapitre = $1 AND ($2::uuid IS NULL OR f.id < $2) ORDER BY f.id DESC LIMIT $3
            """, chapter, id, limit + 1
        ).map { Feedback(id: try $0.get("id"), json: try $0.get("contenu", as: JSONText.self).bytes) }
    }

    /// How many decisions there were by day, lane and sort, in the last days.
    static func days(_ chapter: String, since day: CivilDate, _ database: some Queryable) async throws -> [UInt8] {
        try await json(
            """
            SELECT coalesce(jsonb_agg(j ORDER BY j ->> 'jour'), '[]') AS contenu FROM (
                SELECT jsonb_build_object('jour', jour, 'decisions', count(*),
                    'conforme', count(*) FILTER (WHERE voie = 'conforme'),
                    'zone_grise', count(*) FILTER (WHERE voie = 'zone_grise'),
                    'fraude', count(*) FILTER (WHERE voie = 'fraude'),
                    'exploratoires', count(*) FILTER (WHERE exploratoire), 'strate', count(*) FILTER (WHERE strate),
                    'secours', count(*) FILTER (WHERE mode = 'secours')) AS j
                FROM decisions WHERE chapitre = $1 AND jour >= $2 GROUP BY jour) t
            """, chapter, day, in: database)
    }

    /// How many verdicts there were, and how they stand to what was proposed.
    static func verdicts(
        _ chapter: String, since day: CivilDate, _ database: some Queryable
    ) async throws -> (given: Int, doubts: Int, agreeing: Int, minutes: Double?) {
        let row = try await database.queryOne(
            """
            SELECT count(*) AS rendus, count(*) FILTER (WHERE f.user_decision = 'zone_grise') AS doutes,
                count(*) FILTER (WHERE f.user_decision <> 'zone_grise' AND f.user_decision = f.voie_proposee) AS accords,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY f.minutes) AS minutes
            FROM feedbacks f JOIN decisions x ON x.id = f.decision_id WHERE x.chapitre = $1 AND x.jour >= $2
            """, chapter, day)
        guard let row else { return (0, 0, 0, nil) }
        return (
            try row.get("rendus"), try row.get("doutes"), try row.get("accords"),
            try row.get("minutes", as: Double?.self)
        )
    }

    /// One decision whose last outcome people verified.
    struct Verified: Sendable {
        let lane: Lane
        let isFraud: Bool
        let count: Int
    }

    /// Verified outcomes by the lane that was taken.
    static func verified(
        _ chapter: String, since day: CivilDate, _ database: some Queryable
    ) async throws -> [Verified] {
        try await database.query(
            """
            SELECT x.voie, o.resultat = 'fraude' AS fraude, count(*) AS nombre
            FROM decisions x JOIN LATERAL (SELECT resultat, preuve FROM outcomes
                WHERE declaration_id = x.declaration_id ORDER BY revision DESC LIMIT 1) o ON true
            WHERE x.chapitre = $1 AND x.jour >= $2
                AND o.preuve IN ('physique', 'documentaire', 'a_posteriori', 'recours')
            GROUP BY 1, 2
            """, chapter, day
        ).compactMap { row in
            guard let lane = Lane(rawValue: try row.get("voie")) else { return nil }
            return Verified(lane: lane, isFraud: try row.get("fraude"), count: try row.get("nombre"))
        }
    }

    /// The random stratum: whether its best lane was release, and what is known of it.
    static func stratum(
        _ chapter: String, since day: CivilDate, _ database: some Queryable
    ) async throws -> [(isReleased: Bool, isFraud: Bool?)] {
        try await database.query(
            """
            SELECT x.enregistrement::jsonb -> 'meilleures_voies' = '["conforme"]' AS liberee, o.resultat = 'fraude' AS fraude
            FROM decisions x LEFT JOIN LATERAL (SELECT resultat FROM outcomes WHERE declaration_id = x.declaration_id
                AND preuve IN ('physique', 'documentaire', 'a_posteriori', 'recours')
                ORDER BY revision DESC LIMIT 1) o ON true
            WHERE x.chapitre = $1 AND x.jour >= $2 AND x.strate
            """, chapter, day
        ).map { (try $0.get("liberee"), try $0.get("fraude", as: Bool?.self)) }
    }

    /// What was taught and not taken back, by lane, and the segments that taught most.
    static func learned(_ chapter: String, _ database: some Queryable) async throws -> [UInt8] {
        try await json(
            """
            WITH e AS (
                SELECT e.sequence, e.contenu::jsonb AS c, max(e.sequence) FILTER (WHERE e.contenu::jsonb ? 'retrait')
                    OVER (PARTITION BY e.decision_id) AS repris
                FROM bandit_events e JOIN (SELECT id FROM decisions UNION ALL SELECT id FROM decisions_purgees) x
                    ON x.id = e.decision_id WHERE e.chapitre = $1
            ), s AS (
                SELECT c ->> 'voie' AS voie, (c ->> 'recompense')::float8 AS recompense, (c ->> 'poids')::float8 AS poids,
                    c -> 'segment' AS segment
                FROM e WHERE NOT c ? 'retrait' AND sequence > coalesce(repris, 0)
            )
            SELECT jsonb_build_object(
                'evenements', (SELECT count(*) FROM e),
                'reprises', (SELECT count(*) FROM e WHERE c ? 'retrait'),
                'voies', (SELECT coalesce(jsonb_object_agg(voie, j), '{}') FROM (
                    SELECT voie, jsonb_build_object('issues', count(*), 'recompense_moyenne', avg(recompense),
                        'recompense_ponderee', sum(poids * recompense) / sum(poids), 'poids', sum(poids),
                        'effectif', sum(poids) ^ 2 / sum(poids ^ 2)) AS j
                    FROM s GROUP BY voie) v),
                'segments', (SELECT count(DISTINCT segment) FROM s),
                'segments_les_plus_instruits', (SELECT coalesce(jsonb_agg(j), '[]') FROM (
                    SELECT segment || jsonb_build_object('issues', count(*), 'recompense_moyenne', avg(recompense)) AS j
                    FROM s GROUP BY segment ORDER BY count(*) DESC, segment::text LIMIT 10) t)) AS contenu
            """, chapter, in: database)
    }

    static func lastEvent(_ chapter: String, _ database: some Queryable) async throws -> Int {
        try await database.queryOne(
            "SELECT coalesce(max(sequence), 0) AS derniere FROM bandit_events WHERE chapitre = $1", chapter
        )?.get("derniere") ?? 0
    }

    /// The number of the declaration that a prediction was made of, in the chapter.
    static func number(ofPrediction id: UUIDv7, _ database: some Queryable) async throws -> String? {
        try await database.queryOne(
            """
            SELECT d.numero_declaration FROM predictions p JOIN declarations d ON d.id = p.declaration_id
            WHERE p.id = $1
            """, id
        )?.get("numero_declaration")
    }

    /// Whether the declaration is of the chapter, or was decided under its policy.
    static func isDeclaration(
        _ number: String, of chapter: String, _ database: some Queryable
    ) async throws -> Bool {
        try await database.queryOne(
            """
            SELECT FROM declarations d JOIN decisions x ON x.id = d.decision_id
            WHERE d.numero_declaration = $1 AND $2 IN (d.chapitre, x.chapitre)
            """, number, chapter) != nil
    }

    private static func json(
        _ statement: Statement, _ parameters: any PostgresEncodable..., in database: some Queryable
    ) async throws -> [UInt8] {
        try await database.send(statement, parameters).first?.get("contenu", as: JSONText.self).bytes
            ?? Array("null".utf8)
    }
}
