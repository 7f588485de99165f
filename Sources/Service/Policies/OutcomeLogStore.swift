import Crypto
import Decisions
import JSON
import Platform
import Postgres

/// The rows behind an outcome log.
enum OutcomeLogStore {
    static func lines(
        _ chapter: String, from day: CivilDate, before id: UUIDv7?, count: Int, _ database: some Queryable
    ) async throws -> (lines: [OutcomeLog.Line], last: UUIDv7?) {
        let rows = try await database.query(
            """
            SELECT x.id, x.enregistrement, d.importateur, o.resultat = 'fraude' AS fraude, o.montant, e.contenu AS lecon
            FROM decisions x JOIN declarations d ON d.id = x.declaration_id
                JOIN LATERAL (SELECT resultat, montant, preuve FROM outcomes WHERE declaration_id = x.declaration_id
                    ORDER BY revision DESC LIMIT 1) o ON o.preuve IN ('physique', 'documentaire', 'a_posteriori', 'recours')
                LEFT JOIN LATERAL (SELECT contenu FROM bandit_events
                    WHERE decision_id = x.id AND contenu::jsonb ->> 'voie' = x.voie AND NOT contenu::jsonb ? 'retrait'
                    ORDER BY sequence DESC LIMIT 1) e ON true
            WHERE x.chapitre = $1 AND x.jour >= $2 AND ($3::uuid IS NULL OR x.id < $3) ORDER BY x.id DESC LIMIT $4
            """, chapter, day, id, count)
        var lines: [OutcomeLog.Line] = []
        var last: UUIDv7?
        for row in rows {
            let id: UUIDv7 = try row.get("id")
            last = id
            let lesson = try row.get("lecon", as: String?.self).map { try LearningEvent(parsing: Array($0.utf8)) }
            // Whoever names no importer hangs together with nobody.
            let cluster = try row.get("importateur", as: UUIDv7?.self) ?? id
            lines.append(
                OutcomeLog.Line(
                    record: try DecisionRecord(parsing: Array(try row.get("enregistrement", as: String.self).utf8)),
                    isFraud: try row.get("fraude"), amount: try row.get("montant"), reward: lesson?.reward,
                    cluster: SHA256.hash(Array(cluster.description.utf8)).bytes.prefix(8).reduce(0) {
                        $0 << 8 | UInt64($1)
                    }
                ))
        }
        return (lines, last)
    }

    /// Of each chapter and lane, the decisions of a time whose window had passed by a day, and how many of these are known.
    ///
    /// - Parameter chapter: the one that is asked for; nil: all.
    static func observed(
        _ chapter: String? = nil, from first: CivilDate, until day: CivilDate, _ prices: PriceList,
        _ database: some Queryable
    ) async throws -> [String: ObservationRates] {
        let rows = try await database.query(
            """
            SELECT x.chapitre, x.voie, count(*) AS echues, count(*) FILTER (WHERE EXISTS (SELECT FROM outcomes o
                WHERE o.declaration_id = x.declaration_id
                    AND o.preuve IN ('physique', 'documentaire', 'a_posteriori', 'recours'))) AS connues
            FROM decisions x JOIN unnest($1::text[], $2::date[]) AS w (voie, fin) ON w.voie = x.voie AND x.jour < w.fin
            WHERE x.jour >= $3 AND ($4::text IS NULL OR x.chapitre = $4) GROUP BY 1, 2
            """, Lane.allCases.map(\.rawValue),
            Lane.allCases.map { CivilDate(daysSinceEpoch: day.daysSinceEpoch - Int(prices.windowDays[$0])) }, first,
            chapter)
        var observed: [String: ObservationRates] = [:]
        for row in rows {
            guard let lane = Lane(rawValue: try row.get("voie")) else { continue }
            observed[try row.get("chapitre"), default: ObservationRates()].count(
                lane, matured: try row.get("echues"), known: try row.get("connues"))
        }
        return observed
    }

    static func days(_ chapter: String, since: Timestamp, _ database: some Queryable) async throws -> Int {
        try await database.queryOne(
            "SELECT count(DISTINCT jour) AS jours FROM decisions WHERE chapitre = $1 AND prise_le >= $2", chapter, since
        )?.get("jours") ?? 0
    }
}
