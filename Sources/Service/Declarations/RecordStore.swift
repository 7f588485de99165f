import JSON
import Platform
import Postgres

/// What lists and the page of a declaration show of what was recorded.
enum RecordStore {
    struct Filter: Sendable {
        var chapter: String?
        var office: String?
        var lane: String?
        var status: String?
        var from: CivilDate?
        var to: CivilDate?
        /// The person.
        var importer: UUIDv7?
        /// The beginning of a number.
        var number: String?
        var leastScore: Double?
        var order = Order.newest
        var after: Cursor?
        var limit = 50
        /// What is asked for cannot be there, or is not to be seen.
        var matchesNothing = false
    }

    enum Order: String, Sendable, CaseIterable {
        case newest = "-recue_le"
        case oldest = "recue_le"
        case score = "-score"
    }

    /// The last row of a page.
    struct Cursor: Sendable {
        let id: UUIDv7
        let score: Double
    }

    struct Line: Sendable {
        let id: UUIDv7
        let version: Int
        let number: String
        let chapter: String?
        let office: String
        let date: CivilDate?
        let parties: SealedParties
        let value: Double?
        let duties: Double
        let articles: Int
        let status: String
        let lane: String?
        let score: Double?
        let received: Timestamp

        init(_ row: Row) throws {
            (id, number, chapter) = (
                try row.get("id"), try row.get("numero_declaration"), try row.get("chapitre")
            )
            (office, date) = (try row.get("bureau"), try row.get("date_enregistrement"))
            (version, parties) = (try row.get("version"), try SealedParties(row))
            (value, duties, articles) = (
                try row.get("valeur_caf"), try row.get("droits"), try row.get("nb_articles")
            )
            (status, lane, score) = (try row.get("statut"), try row.get("voie"), try row.get("probabilite"))
            received = try row.get("recue_le")
        }
    }

    /// One more than the limit when there are more.
    static func list(_ filter: Filter, _ database: some Queryable) async throws -> [Line] {
        if filter.matchesNothing { return [] }
        var search = ComposedStatement(
            """
            SELECT id, version, numero_declaration, chapitre, bureau, date_enregistrement, valeur_caf, droits,
                nb_articles, statut, voie, probabilite, recue_le,
                ARRAY(SELECT q.role FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS roles,
                ARRAY(SELECT q.personne_id FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS personnes,
                ARRAY(SELECT q.identite_scelle FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS identites
            FROM declarations d WHERE true
            """)
        if let chapter = filter.chapter { search.append(" AND chapitre = ", chapter) }
        if let office = filter.office { search.append(" AND bureau = ", office) }
        if let lane = filter.lane { search.append(" AND voie = ", lane) }
        if let status = filter.status { search.append(" AND statut = ", status) }
        if let from = filter.from { search.append(" AND date_enregistrement >= ", from) }
        if let to = filter.to { search.append(" AND date_enregistrement <= ", to) }
        if let importer = filter.importer { search.append(" AND importateur = ", importer) }
        if let number = filter.number {
            // Codes sort by their bytes: all that begin so lie between it and it with the highest sign behind.
            search.append(" AND numero_declaration >= ", number)
            search.append(" AND numero_declaration < ", number + "\u{10ffff}")
        }
        if let score = filter.leastScore { search.append(" AND probabilite >= ", score) }
        switch filter.order {
        case .newest:
            if let after = filter.after { search.append(" AND id < ", after.id) }
            search.append(" ORDER BY id DESC")
        case .oldest:
            if let after = filter.after { search.append(" AND id > ", after.id) }
            search.append(" ORDER BY id")
        case .score:
            if let after = filter.after {
                search.append(" AND (coalesce(probabilite, -1), id) < (", after.score)
                search.append(", ", after.id)
                search.append(")")
            }
            search.append(" ORDER BY coalesce(probabilite, -1) DESC, id DESC")
        }
        search.append(" LIMIT ", filter.limit + 1)
        return try await database.query(search).map { try Line($0) }
    }

    struct Detail: Sendable {
        let line: Line
        let source: String
        let fields: [UInt8]
        let articles: [[UInt8]]
        /// The answers of all analyses, the latest first.
        var answers: [[UInt8]]
        let decisionID: UUIDv7?
        let record: String?
        let feedbacks: [[UInt8]]
        let outcomes: [[UInt8]]
        /// Those before the current one, as JSON.
        let versions: [[UInt8]]

        init(_ row: Row) throws {
            (line, source) = (try Line(row), try row.get("source"))
            fields = try row.get("contenu", as: JSONText.self).bytes
            articles = try row.get("lignes", as: [JSONText].self).map(\.bytes)
            answers = try row.get("reponses", as: [String].self).map { Array($0.utf8) }
            (decisionID, record) = (try row.get("decision_id"), try row.get("enregistrement"))
            feedbacks = try row.get("verdicts", as: [JSONText].self).map(\.bytes)
            outcomes = try row.get("issues", as: [JSONText].self).map(\.bytes)
            versions = try row.get("anciennes", as: [JSONText].self).map(\.bytes)
        }
    }

    static func detail(_ number: String, _ database: some Queryable) async throws -> Detail? {
        try await database.queryOne(
            """
            SELECT d.*, x.enregistrement,
                ARRAY(SELECT q.role FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS roles,
                ARRAY(SELECT q.personne_id FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS personnes,
                ARRAY(SELECT q.identite_scelle FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS identites,
                ARRAY(SELECT a.contenu FROM articles a WHERE a.declaration_id = d.id AND a.version = d.version
                    ORDER BY a.rang) AS lignes,
                ARRAY(SELECT p.reponse FROM predictions p WHERE p.declaration_id = d.id ORDER BY p.id DESC) AS reponses,
                ARRAY(SELECT jsonb_strip_nulls(to_jsonb(f) - 'bureau') FROM feedbacks f WHERE f.declaration_id = d.id
                    ORDER BY f.id) AS verdicts,
                ARRAY(SELECT jsonb_strip_nulls(to_jsonb(o) - 'bureau') FROM outcomes o WHERE o.declaration_id = d.id
                    ORDER BY o.revision) AS issues,
                ARRAY(SELECT jsonb_build_object('version', v.version, 'remplacee_le', v.remplacee_le,
                    'remplacee_par', v.remplacee_par) FROM declaration_versions v WHERE v.declaration_id = d.id
                    ORDER BY v.version) AS anciennes
            FROM declarations d LEFT JOIN decisions x ON x.id = d.decision_id
            WHERE d.numero_declaration = $1
            """, number
        ).map { try Detail($0) }
    }

    /// As it was before it was corrected, with what was thought of it then.
    static func detail(_ number: String, version: Int, _ database: some Queryable) async throws -> Detail? {
        try await database.queryOne(
            """
            SELECT v.*, d.id, d.numero_declaration, d.statut, d.recue_le, d.source, x.enregistrement,
                ARRAY(SELECT q.role FROM parties q WHERE q.declaration_id = d.id AND q.version = v.version
                    ORDER BY q.role) AS roles,
                ARRAY(SELECT q.personne_id FROM parties q WHERE q.declaration_id = d.id AND q.version = v.version
                    ORDER BY q.role) AS personnes,
                ARRAY(SELECT q.identite_scelle FROM parties q WHERE q.declaration_id = d.id AND q.version = v.version
                    ORDER BY q.role) AS identites,
                ARRAY(SELECT a.contenu FROM articles a WHERE a.declaration_id = d.id AND a.version = v.version
                    ORDER BY a.rang) AS lignes,
                ARRAY(SELECT p.reponse FROM predictions p
                    WHERE p.declaration_id = d.id AND p.declaration_version = v.version ORDER BY p.id DESC) AS reponses,
                ARRAY(SELECT jsonb_strip_nulls(to_jsonb(f) - 'bureau') FROM feedbacks f WHERE f.declaration_id = d.id
                    AND f.decision_id = v.decision_id ORDER BY f.id) AS verdicts,
                ARRAY[]::jsonb[] AS issues,
                ARRAY(SELECT jsonb_build_object('version', o.version, 'remplacee_le', o.remplacee_le,
                    'remplacee_par', o.remplacee_par) FROM declaration_versions o WHERE o.declaration_id = d.id
                    ORDER BY o.version) AS anciennes
            FROM declarations d JOIN declaration_versions v ON v.declaration_id = d.id AND v.version = $2
                JOIN decisions x ON x.id = v.decision_id
            WHERE d.numero_declaration = $1
            """, number, version
        ).map { try Detail($0) }
    }
}
