import Platform
import Postgres

/// Declarations that have something in common with another one: who imports, who declares, what container, what goods.
enum RelatedStore {
    /// So many of the latest are looked at: a broker has made hundreds of thousands.
    static let most = 1000

    /// What a declaration has that others may have too.
    struct Subject: Sendable {
        let id: UUIDv7
        let importer: UUIDv7?
        let declarant: UUIDv7?
        let container: String?
        let code: String?
        let origin: String?
    }

    static func subject(_ number: String, _ database: some Queryable) async throws -> Subject? {
        try await database.queryOne(
            """
            SELECT d.id, d.importateur, d.conteneur, d.contenu ->> 'code_sh' AS code,
                d.contenu ->> 'pays_origine' AS origine,
                (SELECT q.personne_id FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    AND q.role = 'declarant') AS declarant
            FROM declarations d WHERE d.numero_declaration = $1
            """, number
        ).map { row in
            Subject(
                id: try row.get("id"), importer: try row.get("importateur"), declarant: try row.get("declarant"),
                container: try row.get("conteneur"), code: try row.get("code"), origin: try row.get("origine"))
        }
    }

    /// How many there are, what controls found of them, and the latest.
    struct Found: Sendable {
        let count: Int
        let conforme: Int
        let fraud: Int
        /// Recovered of the frauds, in FCFA.
        let amount: Double
        let latest: [UUIDv7]

        init(_ row: Row) throws {
            (count, conforme, fraud) = (try row.get("nombre"), try row.get("conformes"), try row.get("fraudes"))
            (amount, latest) = (try row.get("montant"), try row.get("dernieres"))
        }
    }

    static func byImporter(_ one: Subject, _ person: UUIDv7, _ database: some Queryable) async throws -> Found? {
        try await found(database) { search in
            search.append("SELECT d.id FROM declarations d WHERE d.importateur = ", person)
            search.append(" AND d.id <> ", one.id)
            search.append(" ORDER BY d.id DESC")
        }
    }

    static func byDeclarant(_ one: Subject, _ person: UUIDv7, _ database: some Queryable) async throws -> Found? {
        try await found(database) { search in
            search.append(
                """
                SELECT d.id FROM parties q JOIN declarations d ON d.id = q.declaration_id AND d.version = q.version
                WHERE q.role = 'declarant' AND q.personne_id =
                """, person)
            search.append(" AND q.declaration_id <> ", one.id)
            search.append(" ORDER BY q.declaration_id DESC")
        }
    }

    static func byContainer(_ one: Subject, _ container: String, _ database: some Queryable) async throws -> Found? {
        try await found(database) { search in
            search.append("SELECT d.id FROM declarations d WHERE d.conteneur = ", container)
            search.append(" AND d.id <> ", one.id)
            search.append(" ORDER BY d.id DESC")
        }
    }

    /// By any of its articles.
    static func byGoods(
        _ one: Subject, code: String, origin: String, _ database: some Queryable
    ) async throws -> Found? {
        try await found(database) { search in
            search.append(
                """
                SELECT DISTINCT a.declaration_id AS id FROM articles a
                JOIN declarations d ON d.id = a.declaration_id AND d.version = a.version WHERE a.code_sh =
                """, code)
            search.append(" AND a.pays_origine = ", origin)
            search.append(" AND a.declaration_id <> ", one.id)
            search.append(" ORDER BY a.declaration_id DESC")
        }
    }

    private static func found(
        _ database: some Queryable, _ related: (inout ComposedStatement) -> Void
    ) async throws -> Found? {
        var search = ComposedStatement("WITH liees AS MATERIALIZED (")
        related(&search)
        search.append(" LIMIT ", most)
        search.append(
            """
            )
            SELECT count(*) AS nombre, count(*) FILTER (WHERE o.resultat = 'conforme') AS conformes,
                count(*) FILTER (WHERE o.resultat = 'fraude') AS fraudes,
                coalesce(sum(o.montant) FILTER (WHERE o.resultat = 'fraude'), 0)::float8 AS montant,
                ARRAY(SELECT id FROM liees ORDER BY id DESC LIMIT 5) AS dernieres
            FROM liees l LEFT JOIN LATERAL (
                SELECT o.resultat, o.montant, o.preuve FROM outcomes o WHERE o.declaration_id = l.id
                ORDER BY o.revision DESC LIMIT 1
            ) o ON o.preuve IN ('physique', 'documentaire', 'a_posteriori', 'recours')
            """)
        return try await database.query(search).first.map { try Found($0) }
    }
}
