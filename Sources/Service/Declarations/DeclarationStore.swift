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
        /// The whole answer, with all contributions.
        let answer: [UInt8]
        /// The decision's stored form.
        let record: [UInt8]
    }

    /// What is known under a number already.
    struct Known: Sendable {
        let number: String
        let fingerprint: [UInt8]
        /// Nil when it was only imported.
        let answer: [UInt8]?
    }

    /// Those of the numbers that a declaration has already.
    static func taken(_ numbers: [String], _ database: some Queryable) async throws -> Set<String> {
        Set(
            try await database.query(
                "SELECT numero_declaration FROM declarations WHERE numero_declaration = ANY ($1)", numbers
            ).map { try $0.get(0) })
    }

    static func known(_ numbers: [String], _ database: some Queryable) async throws -> [Known] {
        try await database.query(
            """
            SELECT d.numero_declaration, d.empreinte, p.reponse
            FROM declarations d LEFT JOIN decisions x ON x.id = d.decision_id
                LEFT JOIN predictions p ON p.id = x.prediction_id
            WHERE d.numero_declaration = ANY ($1)
            """, numbers
        ).map { row in
            Known(
                number: try row.get("numero_declaration"), fingerprint: try row.get("empreinte"),
                answer: try row.get("reponse", as: String?.self).map { Array($0.utf8) })
        }
    }

    /// Writes everything of one declaration in one statement. False when its number is taken: then nothing was written.
    static func record(
        _ recording: Recording, _ parties: SealedParties, _ transaction: Transaction
    ) async throws -> Bool {
        let (analysis, figures) = (recording.analysed.analysis, recording.analysed.figures)
        let (assessment, decision) = (analysis.assessment, analysis.decision)
        let vector = FeatureVector(assessment)
        let parameters: [any PostgresEncodable] = [
            recording.id, recording.year, recording.key.office, recording.key.number,
            recording.written.fingerprint.bytes, assessment.chapter,
            figures.day.map { CivilDate(daysSinceEpoch: Int($0)) }, parties.importer,
            JSONText(recording.written.fields), recording.codes.count,
            figures.value, decision.request.duties, recording.source, decision.lane.rawValue,
            assessment.prediction?.probability, recording.analysed.decisionID, recording.user, recording.predictionID,
            assessment.prediction?.fingerprint, assessment.silence?.rawValue,
            String(decoding: recording.answer, as: UTF8.self), assessment.milliseconds, recording.analysed.chapter,
            vector?.set, vector?.chapter, vector?.numbers ?? [], vector?.texts ?? [], vector?.shap ?? [],
            vector?.base, decision.mode.rawValue, decision.isExploratory, decision.isInStratum,
            decision.policy.version, decision.epoch, decision.learnedSequence, recording.day,
            String(decoding: recording.record, as: UTF8.self), recording.codes, recording.origins,
            recording.written.articles.map { JSONText($0) }, parties.roles, parties.persons, parties.identities,
        ]
        return try await transaction.send(Self.insertion, parameters).first != nil
    }

    private static let insertion: Statement = """
        WITH d AS (
            INSERT INTO declarations (id, annee, bureau, numero, empreinte, chapitre, date_enregistrement, importateur,
                contenu, nb_articles, valeur_caf, droits, source, statut, voie, probabilite, decision_id, recue_par)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'analysee', $14, $15, $16, $17)
            ON CONFLICT (numero_declaration) DO NOTHING RETURNING id, bureau, chapitre, probabilite, voie
        ), a AS (
            INSERT INTO articles (declaration_id, version, rang, bureau, code_sh, pays_origine, contenu)
            SELECT d.id, 1, t.rang, d.bureau, nullif(t.code, ''), nullif(t.origine, ''), t.contenu
            FROM d, unnest($38::text[], $39::text[], $40::jsonb[]) WITH ORDINALITY AS t (code, origine, contenu, rang)
        ), q AS (
            INSERT INTO parties (declaration_id, version, role, bureau, personne_id, identite_scelle)
            SELECT d.id, 1, t.role, d.bureau, t.personne, t.identite
            FROM d, unnest($41::text[], $42::uuid[], $43::bytea[]) AS t (role, personne, identite)
        ), p AS (
            INSERT INTO predictions (id, declaration_id, declaration_version, bureau, chapitre, modele, probabilite,
                silence, reponse, duree_ms)
            SELECT $18, d.id, 1, d.bureau, d.chapitre, $19, d.probabilite, $20, $21, $22 FROM d
        ), f AS (
            INSERT INTO features (prediction_id, bureau, jeu, chapitre, nombres, textes, shap, base_value)
            SELECT $18, d.bureau, $24, $25, $26, $27, $28, $29 FROM d WHERE $24::text IS NOT NULL
        ), x AS (
            INSERT INTO decisions (id, declaration_id, declaration_version, prediction_id, bureau, chapitre, voie, mode,
                exploratoire, strate, politique, epoque, appris, jour, enregistrement)
            SELECT $16, d.id, 1, $18, d.bureau, $23, d.voie, $30, $31, $32, $33, $34, $35, $36, $37 FROM d
        ), h AS (
            INSERT INTO history_log (declaration_id, declaration_version, pack, connu_le)
            SELECT d.id, 1, $23, $36 FROM d WHERE $7::date IS NOT NULL
        )
        SELECT id FROM d
        """

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
    }

    /// The next lines of the log, `count` at most, in the order of their days.
    static func history(
        after last: (day: CivilDate, seq: Int)?, count: Int, _ database: some Queryable
    ) async throws -> [HistoryLine] {
        try await database.query(
            """
            SELECT h.seq, h.pack, h.connu_le, h.fraude, h.fichier, d.id, d.annee, d.bureau, d.numero,
                h.declaration_version AS version, d.contenu,
                ARRAY(SELECT q.role FROM parties q WHERE q.declaration_id = d.id AND q.version = h.declaration_version
                    ORDER BY q.role) AS roles,
                ARRAY(SELECT q.personne_id FROM parties q WHERE q.declaration_id = d.id AND q.version = h.declaration_version
                    ORDER BY q.role) AS personnes,
                ARRAY(SELECT q.identite_scelle FROM parties q WHERE q.declaration_id = d.id AND q.version = h.declaration_version
                    ORDER BY q.role) AS identites,
                ARRAY(SELECT a.contenu FROM articles a WHERE a.declaration_id = d.id
                    AND a.version = h.declaration_version ORDER BY a.rang) AS lignes
            FROM history_log h JOIN declarations d ON d.id = h.declaration_id
            WHERE (h.connu_le, h.seq) > ($1, $2) ORDER BY h.connu_le, h.seq LIMIT $3
            """, last?.day ?? CivilDate(daysSinceEpoch: .min), last?.seq ?? 0, count
        ).map { row in
            HistoryLine(
                seq: try row.get("seq"), declaration: try Stored(row), pack: try row.get("pack"),
                date: try row.get("connu_le"),
                fraud: try row.get("fraude"), file: try row.get("fichier"))
        }
    }
}
