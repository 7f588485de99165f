import Decisions
import JSON
import Platform
import Postgres

/// The rows behind a day's plan and its counters.
enum DayStore {
    struct Line: Sendable {
        let seq: Int
        let id: UUIDv7
    }

    static let most = 2000

    /// The next decisions after a number, and those of `missing` that have shown up.
    static func lines(after seq: Int, missing: [Int], _ database: some Queryable) async throws -> [Line] {
        try await database.query(
            """
            SELECT seq, id FROM decisions WHERE seq > $1 OR seq = ANY ($2::bigint[]) ORDER BY seq LIMIT $3
            """, seq, missing, most
        ).map { Line(seq: try $0.get("seq"), id: try $0.get("id")) }
    }

    static func entries(
        _ seqs: [Int], _ database: some Queryable
    ) async throws -> [(seq: Int, entry: DayLedger.Entry?)] {
        try await database.query(
            "SELECT seq, bureau, enregistrement FROM decisions WHERE seq = ANY ($1::bigint[]) ORDER BY seq", seqs
        ).map { (try $0.get("seq"), try entry($0)) }
    }

    /// All of a day, page by page.
    static func entries(
        of day: CivilDate, after seq: Int, count: Int, _ database: some Queryable
    ) async throws -> [(seq: Int, entry: DayLedger.Entry?)] {
        try await database.query(
            """
            SELECT seq, bureau, enregistrement FROM decisions WHERE jour = $1 AND seq > $2 ORDER BY seq LIMIT $3
            """, day, seq, count
        ).map { (try $0.get("seq"), try entry($0)) }
    }

    /// The last numbers there are.
    static func lastNumbers(_ database: some Queryable) async throws -> [Int] {
        try await database.query(
            """
            SELECT seq FROM decisions WHERE seq > (SELECT coalesce(max(seq), 0) - $1 FROM decisions)
            """, LogTail.mostGaps
        ).map { try $0.get("seq") }
    }

    /// Nil for one that is no record any more: it counts for nothing, and keeps nobody from reading those after it.
    private static func entry(_ row: Row) throws -> DayLedger.Entry? {
        let (seq, office): (Int, String) = (try row.get("seq"), try row.get("bureau"))
        let text = try row.get("enregistrement", as: String.self)
        do { return DayLedger.Entry(try DecisionRecord(parsing: Array(text.utf8)), office: office) } catch {
            Log.shared.error("decision.unreadable", "A stored decision cannot be read, and does not count for its day")
            {
                $0.add("seq", seq)
                $0.add("error", error.operatorMessage)
            }
            return nil
        }
    }

    /// So many days before a day tell of it.
    static let days = 28
    /// Of each office, so many of its latest files.
    private static let sample = 500

    static func forecast(for day: CivilDate, _ database: some Queryable) async throws -> DayForecast {
        var forecast = DayForecast(on: Int32(clamping: day.daysSinceEpoch))
        let first = CivilDate(daysSinceEpoch: day.daysSinceEpoch - days)
        let chapters = try await database.query(
            """
            SELECT x.chapitre, count(*)::float8 / count(DISTINCT x.jour) AS par_jour,
                coalesce(avg(d.valeur_caf), 0) AS valeur
            FROM decisions x JOIN declarations d ON d.id = x.declaration_id
            WHERE x.jour >= $1 AND x.jour < $2 GROUP BY 1
            """, first, day)
        for row in chapters {
            forecast.chapters[try row.get("chapitre")] = .init(
                declarations: max(1, try row.get("par_jour")), meanValue: max(0, try row.get("valeur")))
        }
        let places = try await database.query(
            """
            SELECT chapitre, bureau, max(par_jour) AS par_jour, array_agg(avance) AS avances FROM (
                SELECT chapitre, bureau, (q ->> 2)::float8 - (q ->> 1)::float8 AS avance,
                    (count(*) OVER w)::float8 / (dense_rank() OVER (PARTITION BY chapitre, bureau ORDER BY jour)
                        + dense_rank() OVER (PARTITION BY chapitre, bureau ORDER BY jour DESC) - 1) AS par_jour,
                    row_number() OVER (PARTITION BY chapitre, bureau ORDER BY id DESC) AS rang
                FROM (SELECT id, chapitre, bureau, jour, enregistrement::jsonb #> '{segment,q}' AS q FROM decisions
                    WHERE jour >= $1 AND jour < $2
                        AND enregistrement::jsonb -> 'voies_permises' @> '["zone_grise", "fraude"]') x
                WINDOW w AS (PARTITION BY chapitre, bureau)) y
            WHERE rang <= $3 GROUP BY 1, 2
            """, first, day, sample)
        for row in places {
            let place = ControlPlace(chapter: try row.get("chapitre"), office: try row.get("bureau"))
            forecast.places[place] = (try row.get("par_jour"), try row.get("avances"))
        }
        return forecast
    }
}
