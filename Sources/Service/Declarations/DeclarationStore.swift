import Analysis
import Crypto
import Customs
import Decisions
import Platform
import Postgres

/// Declarations with what was thought of them.
enum DeclarationStore {
    /// All that is recorded of one analysis.
    struct Recording: Sendable {
        let id: UUIDv7
        let predictionID: UUIDv7
        let key: Declaration.Key
        let year: Int16
        let written: DeclarationContent.Written
        let codes: [String]
        let origins: [String]
        let analysed: Analysed
        /// `api` or `fichier`.
        let source: String
        let user: UUIDv7
        let day: CivilDate
        let received: Timestamp
        /// With the strongest contributions.
        let answer: [UInt8]
        /// The decision's stored form.
        let record: [UInt8]
        var origin: DeclarationOrigin?
    }

    /// What is known under a number already.
    struct Known: Sendable {
        let number: String
        let fingerprint: [UInt8]
        /// Of what it said before it was corrected.
        let former: [ByteText]
        /// Files that it came in.
        let documents: [UUIDv7]
        /// Nil when it was only imported.
        var answer: [UInt8]?
        let lane: String?
        /// Then nothing else is known of it.
        var purged: Timestamp?

        /// Whether it is this one that was handed in. What a file says is the same however it was read, and whatever a
        /// person has corrected since.
        func isSame(as given: Given) -> Bool {
            let own = given.written.fingerprint.bytes
            return fingerprint == own || former.contains { $0.bytes == own }
                || given.origin.map { documents.contains($0.document) } ?? false
        }
    }

    static func known(_ numbers: [String], _ database: some Queryable) async throws -> [Known] {
        try await database.query(
            """
            SELECT d.numero_declaration, d.empreinte, d.voie, p.reponse,
                ARRAY(SELECT v.empreinte FROM declaration_versions v WHERE v.declaration_id = d.id) AS anciennes,
                ARRAY(SELECT o.document_id FROM provenances o
                    WHERE o.declaration_id = d.id AND o.document_id IS NOT NULL) AS documents
            FROM declarations d LEFT JOIN decisions x ON x.id = d.decision_id
                LEFT JOIN predictions p ON p.id = x.prediction_id
            WHERE d.numero_declaration = ANY ($1)
            """, numbers
        ).map { row in
            Known(
                number: try row.get("numero_declaration"), fingerprint: try row.get("empreinte"),
                former: try row.get("anciennes"), documents: try row.get("documents"),
                answer: try row.get("reponse", as: String?.self).map { Array($0.utf8) },
                lane: try row.get("voie"))
        }
    }

    /// A stored declaration, to be read again.
    struct Stored: Sendable {
        let id: UUIDv7
        let key: Declaration.Key
        let version: Int
        let fields: [UInt8]
        let parties: SealedParties
        let articles: [[UInt8]]

        init(_ row: Row) throws {
            id = try row.get("id")
            key = Declaration.Key(
                year: String(try row.get("annee", as: Int.self)), office: try row.get("bureau"),
                number: try row.get("numero"))
            version = try row.get("version")
            fields = try row.get("contenu", as: JSONText.self).bytes
            parties = try SealedParties(row)
            articles = try row.get("lignes", as: [JSONText].self).map(\.bytes)
        }
    }

    static func stored(_ number: String, _ database: some Queryable) async throws -> Stored? {
        try await database.queryOne(
            """
            SELECT d.id, d.annee, d.bureau, d.numero, d.version, d.contenu,
                ARRAY(SELECT q.role FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS roles,
                ARRAY(SELECT q.personne_id FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS personnes,
                ARRAY(SELECT q.identite_scelle FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS identites,
                ARRAY(SELECT a.contenu FROM articles a WHERE a.declaration_id = d.id AND a.version = d.version
                    ORDER BY a.rang) AS lignes
            FROM declarations d WHERE d.numero_declaration = $1
            """, number
        ).map { try Stored($0) }
    }

    /// One line of the log from which the past is made again.
    struct HistoryLine: Sendable {
        let seq: Int
        let declaration: Stored
        let pack: String
        let date: CivilDate
        let fraud: Bool?
        let file: String?

        var day: Int32 { Int32(clamping: date.daysSinceEpoch) }

        init(_ row: Row) throws {
            (seq, declaration, pack) = (try row.get("seq"), try Stored(row), try row.get("pack"))
            (date, fraud, file) = (try row.get("connu_le"), try row.get("fraude"), try row.get("fichier"))
        }
    }

    /// The next lines of the log, `count` at most, in the order of their days.
    static func history(
        after last: (day: CivilDate, seq: Int)?, count: Int, _ database: some Queryable
    ) async throws -> [HistoryLine] {
        var search = lines
        search.append(" WHERE (h.connu_le, h.seq) > (", last?.day ?? CivilDate(daysSinceEpoch: .min))
        search.append(", ", last?.seq ?? 0)
        search.append(") ORDER BY h.connu_le, h.seq LIMIT ", count)
        return try await database.query(search).map { try HistoryLine($0) }
    }

    /// These lines of the log.
    static func history(_ seqs: [Int], _ database: some Queryable) async throws -> [HistoryLine] {
        var search = lines
        search.append(" WHERE h.seq = ANY (", seqs)
        search.append("::bigint[]) ORDER BY h.seq")
        return try await database.query(search).map { try HistoryLine($0) }
    }

    private static let lines = ComposedStatement(
        """
        SELECT h.seq, h.pack, h.connu_le, h.fraude, h.fichier, d.id, d.annee, d.bureau, d.numero,
            h.declaration_version AS version, coalesce(v.contenu, d.contenu) AS contenu,
            ARRAY(SELECT q.role FROM parties q WHERE q.declaration_id = d.id AND q.version = h.declaration_version
                ORDER BY q.role) AS roles,
            ARRAY(SELECT q.personne_id FROM parties q WHERE q.declaration_id = d.id AND q.version = h.declaration_version
                ORDER BY q.role) AS personnes,
            ARRAY(SELECT q.identite_scelle FROM parties q WHERE q.declaration_id = d.id AND q.version = h.declaration_version
                ORDER BY q.role) AS identites,
            ARRAY(SELECT a.contenu FROM articles a WHERE a.declaration_id = d.id
                AND a.version = h.declaration_version ORDER BY a.rang) AS lignes
        FROM history_log h JOIN declarations d ON d.id = h.declaration_id
            LEFT JOIN declaration_versions v ON v.declaration_id = h.declaration_id
                AND v.version = h.declaration_version
        """)
}
