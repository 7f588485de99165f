import Decisions
import Platform
import Postgres

/// The ledger of outcomes, read; and decisions whose outcome nobody will know any more.
enum OutcomeStore {
    struct Ledger: Sendable {
        /// Of the decision in force; nil for what was only imported.
        let lane: Lane?
        let day: CivilDate?
        let hasExpired: Bool
        let revisions: [Revision]
    }

    struct Revision: Sendable {
        let number: Int
        let result: String
        let fraudType: String?
        let amount: Double?
        let evidence: String
        let source: String
        let known: CivilDate
        let written: Timestamp
        let author: String?
    }

    /// Nil when there is no such declaration.
    static func ledger(_ number: String, _ database: some Queryable) async throws -> Ledger? {
        guard
            let row = try await database.queryOne(
                """
                SELECT d.id, x.voie, x.jour, e.decision_id IS NOT NULL AS expiree
                FROM declarations d LEFT JOIN decisions x ON x.id = d.decision_id
                    LEFT JOIN decisions_expirees e ON e.decision_id = x.id
                WHERE d.numero_declaration = $1
                """, number)
        else { return nil }
        let revisions = try await database.query(
            """
            SELECT o.revision, o.resultat, o.type_fraude, o.montant, o.preuve, o.source, o.connue_le, o.inscrite_le,
                u.username
            FROM outcomes o LEFT JOIN users u ON u.id = o.auteur WHERE o.declaration_id = $1 ORDER BY o.revision
            """, try row.get("id", as: UUIDv7.self)
        ).map { row in
            Revision(
                number: try row.get("revision"), result: try row.get("resultat"),
                fraudType: try row.get("type_fraude"), amount: try row.get("montant"),
                evidence: try row.get("preuve"), source: try row.get("source"), known: try row.get("connue_le"),
                written: try row.get("inscrite_le"), author: try row.get("username"))
        }
        return Ledger(
            lane: try row.get("voie", as: String?.self).flatMap { Lane(rawValue: $0) }, day: try row.get("jour"),
            hasExpired: try row.get("expiree"), revisions: revisions)
    }

    // MARK: Windows

    /// False when another instance is at it.
    static func lock(_ transaction: Transaction) async throws -> Bool {
        let row = try await transaction.queryOne("SELECT pg_try_advisory_xact_lock(7953748292020)")
        return try row?.get(0) ?? false
    }

    /// The next day of which the lane's decisions were not looked through; nil when there are none.
    static func nextDay(of lane: Lane, _ transaction: Transaction) async throws -> CivilDate? {
        try await transaction.queryOne(
            """
            SELECT min(x.jour) AS jour FROM decisions x WHERE x.voie = $1
                AND x.jour > coalesce((SELECT jusqu_au FROM decisions_parcourues WHERE voie = $1), '-infinity')
            """, lane.rawValue
        ).flatMap { try $0.get("jour", as: CivilDate?.self) }
    }

    /// Notes the lane's decisions of the days that nothing became known of. How many.
    static func expire(
        _ lane: Lane, from first: CivilDate, to last: CivilDate, _ transaction: Transaction
    ) async throws -> Int {
        let count = try await transaction.execute(
            """
            INSERT INTO decisions_expirees (decision_id, bureau, chapitre, voie, jour)
            SELECT x.id, x.bureau, x.chapitre, x.voie, x.jour
            FROM decisions x JOIN declarations d ON d.decision_id = x.id
            WHERE x.voie = $1 AND x.jour BETWEEN $2 AND $3
                AND NOT EXISTS (SELECT FROM outcomes o WHERE o.declaration_id = d.id)
            ON CONFLICT DO NOTHING
            """, lane.rawValue, first, last)
        try await transaction.execute(
            """
            INSERT INTO decisions_parcourues (voie, jusqu_au) VALUES ($1, $2)
            ON CONFLICT (voie) DO UPDATE SET jusqu_au = greatest(decisions_parcourues.jusqu_au, excluded.jusqu_au)
            """, lane.rawValue, last)
        return count
    }
}
