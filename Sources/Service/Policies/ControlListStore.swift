import Crypto
import Decisions
import JSON
import Platform
import Postgres

/// Lists and their entries.
enum ControlListStore {
    struct List: Sendable {
        let code: String
        let sentence: String
        let key: ControlList.Key
        /// Nil: it exempts.
        let action: Criterion.Action?
        let author: UUIDv7
        let made: Timestamp
        /// Entries that count today or later, and that wait for a second person.
        let entries: Int
        let waiting: Int

        init(_ row: Row) throws {
            (code, sentence, author, made) = (
                try row.get("code"), try row.get("phrase"), try row.get("auteur"), try row.get("creee_le")
            )
            guard let key = ControlList.Key(rawValue: try row.get("cle")) else {
                throw DecisionError(.badList, "clé de liste inconnue")
            }
            self.key = key
            action = try row.get("action", as: String?.self).flatMap { Criterion.Action(rawValue: $0) }
            (entries, waiting) = (try row.get("entrees"), try row.get("en_attente"))
        }
    }

    struct Entry: Sendable {
        let id: UUIDv7
        let person: UUIDv7?
        let value: String?
        let from: CivilDate
        let to: CivilDate
        let reason: String
        let criteria: [String]
        let author: UUIDv7
        let approver: UUIDv7?
        let withdrawn: Timestamp?

        init(_ row: Row) throws {
            (id, person, value) = (try row.get("id"), try row.get("personne_id"), try row.get("valeur"))
            (from, to, reason) = (try row.get("valide_du"), try row.get("valide_au"), try row.get("motif"))
            (criteria, author) = (try row.get("criteres"), try row.get("auteur"))
            (approver, withdrawn) = (try row.get("approuvee_par"), try row.get("retiree_le"))
        }
    }

    private static let lists: StaticString = """
        SELECT l.*,
            (SELECT count(*) FROM control_list_entries e WHERE e.liste = l.code AND e.approuvee_par IS NOT NULL
                AND e.retiree_le IS NULL AND e.valide_au >= current_date) AS entrees,
            (SELECT count(*) FROM control_list_entries e WHERE e.liste = l.code AND e.approuvee_par IS NULL
                AND e.retiree_le IS NULL) AS en_attente
        FROM control_lists l 
        """

    static func all(_ database: some Queryable) async throws -> [List] {
        var search = ComposedStatement(lists)
        search.append("ORDER BY l.code LIMIT ", 1000)
        return try await database.query(search).map { try List($0) }
    }

    static func list(_ code: String, _ database: some Queryable) async throws -> List? {
        var search = ComposedStatement(lists)
        search.append("WHERE l.code = ", code)
        return try await database.query(search).first.map { try List($0) }
    }

    /// False when there is one of that code.
    static func add(_ list: ControlList, by author: UUIDv7, _ transaction: Transaction) async throws -> Bool {
        try await transaction.execute(
            """
            INSERT INTO control_lists (code, phrase, cle, action, auteur) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """, list.code, list.sentence, list.key.rawValue, list.action?.rawValue, author) == 1
    }

    static func entries(
        of list: String, before id: UUIDv7?, limit: Int, _ database: some Queryable
    ) async throws -> [Entry] {
        try await database.query(
            """
            SELECT * FROM control_list_entries WHERE liste = $1 AND ($2::uuid IS NULL OR id < $2)
            ORDER BY id DESC LIMIT $3
            """, list, id, limit + 1
        ).map { try Entry($0) }
    }

    static func add(
        _ id: UUIDv7, to list: String, person: UUIDv7?, value: String?, _ entry: ControlList.Entry,
        by author: UUIDv7, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO control_list_entries (id, liste, personne_id, valeur, valide_du, valide_au, motif, criteres,
                auteur) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, id, list, person, value, CivilDate(daysSinceEpoch: Int(entry.validFrom)),
            CivilDate(daysSinceEpoch: Int(entry.validTo)), entry.reason, entry.criteria, author)
    }

    /// Approves what others added; their ids.
    static func approve(_ list: String, by person: UUIDv7, _ transaction: Transaction) async throws -> [UUIDv7] {
        try await transaction.query(
            """
            UPDATE control_list_entries SET approuvee_par = $2, approuvee_le = now()
            WHERE liste = $1 AND approuvee_par IS NULL AND retiree_le IS NULL AND auteur <> $2 RETURNING id
            """, list, person
        ).map { try $0.get("id") }
    }

    static func withdraw(
        _ id: UUIDv7, from list: String, by person: UUIDv7, reason: String, _ transaction: Transaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            UPDATE control_list_entries SET retiree_par = $3, retiree_le = now(), motif_retrait = $4
            WHERE liste = $1 AND id = $2 AND retiree_le IS NULL
            """, list, id, person, reason) == 1
    }

    /// Lists as declarations are asked; people by their blind index. And what tells one state of it all from another.
    static func inForce(_ database: some Queryable) async throws -> (lists: [ControlList], state: String) {
        let rows = try await database.query(
            """
            SELECT l.code, l.phrase, l.cle, l.action, e.id, e.valeur, p.classe, p.repere, e.valide_du, e.valide_au,
                e.motif, e.criteres, e.auteur
            FROM control_list_entries e JOIN control_lists l ON l.code = e.liste
                LEFT JOIN personnes p ON p.id = e.personne_id
            WHERE e.approuvee_par IS NOT NULL AND e.retiree_le IS NULL AND e.valide_au >= current_date
                AND (e.valeur IS NOT NULL OR p.repere IS NOT NULL)
            ORDER BY l.code, e.id
            """)
        var entries: [String: [ControlList.Entry]] = [:]
        var heads: [(code: String, sentence: String, key: ControlList.Key, action: Criterion.Action?)] = []
        let hash = SHA256()
        for row in rows {
            let code: String = try row.get("code")
            if heads.last?.code != code, let key = ControlList.Key(rawValue: try row.get("cle")) {
                let action = try row.get("action", as: String?.self).flatMap { Criterion.Action(rawValue: $0) }
                heads.append((code, try row.get("phrase"), key, action))
            }
            let id: UUIDv7 = try row.get("id")
            hash.update(Array(id.description.utf8))
            var value = try row.get("valeur", as: String?.self) ?? ""
            if let index = try row.get("repere", as: [UInt8]?.self) {
                value = PersonIndex.text(try row.get("classe"), index)
            }
            let (from, to): (CivilDate, CivilDate) = (try row.get("valide_du"), try row.get("valide_au"))
            entries[code, default: []].append(
                try ControlList.Entry(
                    value: value, validFrom: Int32(clamping: from.daysSinceEpoch),
                    validTo: Int32(clamping: to.daysSinceEpoch), reason: try row.get("motif"),
                    author: try row.get("auteur", as: UUIDv7.self).description, criteria: try row.get("criteres")))
        }
        let lists = try heads.map { head in
            try ControlList(
                code: head.code, sentence: head.sentence, key: head.key, action: head.action,
                entries: entries[head.code] ?? [])
        }
        return (lists, rows.isEmpty ? "" : hash.finish().hexadecimal)
    }
}
