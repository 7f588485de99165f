import Crypto
import Decisions
import JSON
import Platform
import Postgres

/// Criteria, by version.
enum CriterionStore {
    struct Version: Sendable {
        let criterion: Criterion
        let number: Int
        let author: UUIDv7
        let approver: UUIDv7?
        let written: Timestamp
        let changed: Timestamp

        init(_ row: Row) throws {
            criterion = try Criterion(parsing: Array(try row.get("contenu", as: String.self).utf8))
            (number, author, approver) = (try row.get("numero"), try row.get("auteur"), try row.get("approuve_par"))
            (written, changed) = (try row.get("ecrit_le"), try row.get("change_le"))
        }
    }

    static func active(_ database: some Queryable) async throws -> [Version] {
        try await database.query("SELECT * FROM criteria WHERE etat = 'actif' ORDER BY code").map { try Version($0) }
    }

    /// The latest of each code, and what is active.
    static func list(after code: String?, limit: Int, _ database: some Queryable) async throws -> [Version] {
        try await database.query(
            """
            SELECT c.* FROM criteria c
            WHERE c.code > $1 AND c.code IN (SELECT DISTINCT code FROM criteria WHERE code > $1 ORDER BY code LIMIT $2)
                AND (c.etat = 'actif' OR c.numero = (SELECT max(numero) FROM criteria WHERE code = c.code))
            ORDER BY c.code, c.numero DESC
            """, code ?? "", limit
        ).map { try Version($0) }
    }

    static func versions(_ code: String, _ database: some Queryable) async throws -> [Version] {
        try await database.query(
            "SELECT * FROM criteria WHERE code = $1 ORDER BY numero DESC LIMIT 200", code
        ).map { try Version($0) }
    }

    static func codes(_ database: some Queryable) async throws -> Set<String> {
        Set(try await database.query("SELECT DISTINCT code FROM criteria").map { try $0.get("code") })
    }

    static func locked(_ code: String, _ number: Int, _ transaction: Transaction) async throws -> Version? {
        try await transaction.queryOne(
            "SELECT * FROM criteria WHERE code = $1 AND numero = $2 FOR UPDATE", code, number
        ).map { try Version($0) }
    }

    static func lockedActive(_ code: String, _ transaction: Transaction) async throws -> Version? {
        try await transaction.queryOne(
            "SELECT * FROM criteria WHERE code = $1 AND etat = 'actif' FOR UPDATE", code
        ).map { try Version($0) }
    }

    /// The number of the new version; nil when somebody else was faster.
    static func add(_ criterion: Criterion, by author: UUIDv7, _ transaction: Transaction) async throws -> Int? {
        try await transaction.queryOne(
            """
            INSERT INTO criteria (code, numero, etat, contenu, auteur)
            SELECT $1, coalesce(max(numero), 0) + 1, $2, $3, $4 FROM criteria WHERE code = $1
            ON CONFLICT DO NOTHING RETURNING numero
            """, criterion.code, criterion.state.rawValue, String(decoding: criterion.jsonBytes(), as: UTF8.self),
            author
        )?.get("numero")
    }

    static func set(
        _ criterion: Criterion, number: Int, approver: UUIDv7? = nil, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            """
            UPDATE criteria SET etat = $3, contenu = $4, approuve_par = coalesce($5, approuve_par), change_le = now()
            WHERE code = $1 AND numero = $2
            """, criterion.code, number, criterion.state.rawValue,
            String(decoding: criterion.jsonBytes(), as: UTF8.self), approver)
    }

    /// How criteria and lists have done since a day, by code.
    static func counters(
        since day: CivilDate, _ database: some Queryable
    ) async throws -> [String: CriterionCounters] {
        let seen: Int =
            try await database.queryOne("SELECT count(*) AS vues FROM decisions WHERE jour >= $1", day)?.get("vues")
            ?? 0
        let rows = try await database.query(
            """
            SELECT h ->> 'code' AS code, count(*) AS touchees, count(o.resultat) AS verifiees,
                count(*) FILTER (WHERE o.resultat = 'fraude') AS fraudes,
                coalesce(sum(o.montant) FILTER (WHERE o.resultat = 'fraude'), 0) AS recouvre
            FROM decisions x
                CROSS JOIN LATERAL jsonb_array_elements(x.enregistrement::jsonb #> '{demande,criteres}') h
                LEFT JOIN LATERAL (SELECT resultat, montant FROM outcomes WHERE declaration_id = x.declaration_id
                    AND preuve IN ('physique', 'documentaire', 'a_posteriori', 'recours')
                    ORDER BY revision DESC LIMIT 1) o ON true
            WHERE x.enregistrement LIKE '%"criteres":[{%' AND x.jour >= $1 GROUP BY 1
            """, day)
        var counters: [String: CriterionCounters] = [:]
        for row in rows {
            var one = CriterionCounters()
            (one.seen, one.hits, one.verified) = (seen, try row.get("touchees"), try row.get("verifiees"))
            (one.frauds, one.recovered) = (try row.get("fraudes"), try row.get("recouvre"))
            counters[try row.get("code")] = one
        }
        return counters
    }
}
