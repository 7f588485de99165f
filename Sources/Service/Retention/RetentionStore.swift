import Crypto
import Customs
import JSON
import Platform
import Postgres

/// How long things are kept, and what takes away what has expired. Which that is, the database decides.
enum RetentionStore {
    /// What is taken away together, in this order: a procès-verbal before its declarations, these before the documents
    /// that they came in, persons once nothing names them.
    enum Kind: String, Sendable, CaseIterable {
        case acts = "proces_verbaux"
        case declarations
        case documents
        case persons = "personnes"
        case features
    }

    struct Term: Sendable, Equatable {
        let months: Int
        /// From then on the service purges by itself.
        let from: Timestamp
        /// What nobody has acted upon since then has expired.
        let limit: Timestamp
    }

    static func term(_ database: some Queryable) async throws -> Term {
        let row = try await database.queryOne(
            "SELECT mois, purge_des, limite_de_conservation() AS limite FROM conservation")
        guard let row else { throw RetentionError.noTerm }
        return Term(months: try row.get("mois"), from: try row.get("purge_des"), limit: try row.get("limite"))
    }

    /// Days in which a shorter time may be taken back before anything goes.
    static let grace = 30

    /// Sets the months; the former when they were others. Only the tables' owner may.
    static func set(_ months: Int, _ transaction: Transaction) async throws -> Int? {
        guard let row = try await transaction.queryOne("SELECT mois FROM conservation FOR UPDATE") else {
            throw RetentionError.noTerm
        }
        let former: Int = try row.get("mois")
        guard former != months else { return nil }
        try await transaction.execute(
            """
            UPDATE conservation SET mois = $1, purge_des = CASE WHEN $1 < mois
                THEN greatest(purge_des, now() + $2 * interval '1 day') ELSE purge_des END
            """, months, grace)
        return former
    }

    struct Step: Sendable {
        /// Nil when nothing went.
        let number: Int?
        /// Where to go on; nil at the end.
        let last: UUIDv7?
        let counts: JSONValue
        let fingerprint: [UInt8]?
        let limit: Timestamp
    }

    /// Takes away the next that have expired. Nil when somebody else is at it.
    static func purge(
        _ kind: Kind, after last: UUIDv7?, count: Int, _ transaction: Transaction
    ) async throws -> Step? {
        let row = try await transaction.queryOne(
            "SELECT * FROM purger($1, $2, $3)", kind.rawValue, last, Int32(clamping: count))
        return try row.map { row in
            let counts = try row.get("les_comptes", as: JSONText?.self).map { try JSONValue(parsing: $0.bytes) }
            return Step(
                number: try row.get("le_numero"), last: try row.get("le_dernier"), counts: counts ?? .null,
                fingerprint: try row.get("l_empreinte"), limit: try row.get("la_limite"))
        }
    }

    /// Makes the coming quarters' partitions. How many were made.
    static func prepare(_ database: some Queryable) async throws -> Int {
        try await database.queryOne("SELECT preparer_partitions()")?.get(0) ?? 0
    }

    /// The last purge that took away lines of the past.
    static func lastOfThePast(_ database: some Queryable) async throws -> Int {
        try await database.queryOne(
            "SELECT coalesce(max(numero), 0) FROM purges WHERE change_le_passe")?.get(0) ?? 0
    }

    /// Whether there are rows of quarters that no partition was made for. Only the owner may ask.
    static func hasStrayFeatures(_ database: some Queryable) async throws -> Bool {
        try await database.queryOne("SELECT EXISTS (SELECT FROM features_hors_trimestre)")?.get(0) ?? false
    }

    // MARK: Files

    static func files(_ count: Int, _ database: some Queryable) async throws -> [Digest] {
        try await database.query("SELECT empreinte FROM fichiers_a_effacer ORDER BY empreinte LIMIT $1", count)
            .compactMap { Digest(try $0.get("empreinte", as: [UInt8].self)) }
    }

    static func forget(_ file: Digest, _ transaction: Transaction) async throws {
        try await transaction.execute("DELETE FROM fichiers_a_effacer WHERE empreinte = $1", file.bytes)
    }

    // MARK: What would go

    struct Quarter: Sendable {
        /// Of the reception.
        let first: CivilDate
        let expired: Int
        let held: Int
    }

    /// Declarations that came before the limit, by the quarter in which they did.
    static func quarters(_ term: Term, _ database: some Queryable) async throws -> [Quarter] {
        try await database.query(
            """
            SELECT trimestre(d.recue_le)::date AS debut, count(*) FILTER (WHERE part) AS partent,
                count(*) FILTER (WHERE NOT part) AS restent
            FROM (SELECT recue_le, est_expiree(id, $1) AND NOT EXISTS (
                    SELECT FROM proces_verbaux_declarations v WHERE v.declaration_id = x.id
                        AND NOT est_expire(v.pv_id, $1)) AS part
                FROM declarations x WHERE id < premier_uuid($1) AND recue_le < $1) d
            GROUP BY 1 ORDER BY 1
            """, term.limit
        ).map {
            Quarter(first: try $0.get("debut"), expired: try $0.get("partent"), held: try $0.get("restent"))
        }
    }

    struct Rest: Sendable {
        let acts: Int
        let documents: Int
        /// Open holds on persons.
        let holds: Int
        /// The first reception that has not expired yet.
        let next: Timestamp?
        let partitions: [String]
    }

    static func rest(_ term: Term, _ database: some Queryable) async throws -> Rest {
        let row = try await database.queryOne(
            """
            SELECT (SELECT count(*) FROM proces_verbaux WHERE id < premier_uuid($1) AND est_expire(id, $1)) AS actes,
                (SELECT count(*) FROM documents WHERE id < premier_uuid($1) AND recu_le < $1) AS documents,
                (SELECT count(*) FROM personnes_conservations WHERE levee_le IS NULL) AS conservations,
                (SELECT recue_le FROM declarations WHERE id >= premier_uuid($1) ORDER BY id LIMIT 1) AS suivante,
                ARRAY(SELECT nom::text FROM features_partitions ORDER BY fin NULLS LAST) AS partitions
            """, term.limit)
        guard let row else { throw RetentionError.noTerm }
        return Rest(
            acts: try row.get("actes"), documents: try row.get("documents"), holds: try row.get("conservations"),
            next: try row.get("suivante"), partitions: try row.get("partitions"))
    }
}

enum RetentionError: Error, CustomStringConvertible {
    case noTerm

    var description: String { "la durée de conservation n'est pas dans la base" }
}
