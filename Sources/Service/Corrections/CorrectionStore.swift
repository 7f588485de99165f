import Analysis
import Crypto
import Customs
import Decisions
import Platform
import Postgres

/// Corrected declarations: a version is added, and the one before kept.
enum CorrectionStore {
    /// The declaration that is corrected, locked until the transaction ends.
    struct Current: Sendable {
        let id: UUIDv7
        let version: Int
        /// It was only imported.
        let isPast: Bool
        let hasVerdict: Bool
    }

    static func locked(_ number: String, _ transaction: Transaction) async throws -> Current? {
        try await transaction.queryOne(
            """
            SELECT d.id, d.version, d.statut,
                EXISTS (SELECT FROM outcomes o WHERE o.declaration_id = d.id) AS verdict
            FROM declarations d WHERE d.numero_declaration = $1 FOR UPDATE
            """, number
        ).map { row in
            Current(
                id: try row.get("id"), version: try row.get("version"),
                isPast: try row.get("statut", as: String.self) == "importee", hasVerdict: try row.get("verdict"))
        }
    }

    /// Keeps what the declaration is until now.
    static func keep(_ current: Current, replacedBy user: UUIDv7, _ transaction: Transaction) async throws {
        try await transaction.execute(
            """
            INSERT INTO declaration_versions (declaration_id, version, bureau, empreinte, chapitre, date_enregistrement,
                importateur, contenu, nb_articles, valeur_caf, droits, voie, probabilite, decision_id, remplacee_par)
            SELECT id, version, bureau, empreinte, chapitre, date_enregistrement, importateur, contenu, nb_articles,
                valeur_caf, droits, voie, probabilite, decision_id, $2
            FROM declarations WHERE id = $1
            """, current.id, user)
    }

    /// Writes everything of the next version in one statement.
    static func record(
        _ recording: DeclarationStore.Recording, as next: Int, of id: UUIDv7, _ parties: SealedParties,
        _ transaction: Transaction
    ) async throws {
        let (analysis, figures) = (recording.analysed.analysis, recording.analysed.figures)
        let (assessment, decision) = (analysis.assessment, analysis.decision)
        let vector = FeatureVector(assessment)
        let parameters: [any PostgresEncodable] = [
            id, next, recording.written.fingerprint.bytes, assessment.chapter,
            figures.day.map { CivilDate(daysSinceEpoch: Int($0)) }, parties.importer,
            JSONText(recording.written.fields), recording.codes.count, figures.value, decision.request.duties,
            decision.lane.rawValue, assessment.prediction?.probability, recording.analysed.decisionID,
            recording.predictionID, assessment.prediction?.fingerprint, assessment.silence?.rawValue,
            String(decoding: recording.answer, as: UTF8.self), assessment.milliseconds, recording.analysed.chapter,
            vector?.set, vector?.chapter, vector?.numbers ?? [], vector?.texts ?? [], vector?.shap ?? [], vector?.base,
            decision.mode.rawValue, decision.isExploratory, decision.isInStratum, decision.policy.version,
            decision.epoch, decision.learnedSequence, recording.day, String(decoding: recording.record, as: UTF8.self),
            recording.codes, recording.origins, recording.written.articles.map { JSONText($0) }, parties.roles,
            parties.persons, parties.identities, assessment.isolation?.rank,
        ]
        _ = try await transaction.send(Self.insertion, parameters)
    }

    private static let insertion: Statement = """
        WITH d AS (
            UPDATE declarations SET version = $2, empreinte = $3, chapitre = $4, date_enregistrement = $5,
                importateur = $6, contenu = $7, nb_articles = $8, valeur_caf = $9, droits = $10, voie = $11,
                probabilite = $12, decision_id = $13
            WHERE id = $1 RETURNING id, bureau, chapitre, probabilite, voie
        ), a AS (
            INSERT INTO articles (declaration_id, version, rang, bureau, code_sh, pays_origine, contenu)
            SELECT d.id, $2, t.rang, d.bureau, nullif(t.code, ''), nullif(t.origine, ''), t.contenu
            FROM d, unnest($34::text[], $35::text[], $36::jsonb[]) WITH ORDINALITY AS t (code, origine, contenu, rang)
        ), q AS (
            INSERT INTO parties (declaration_id, version, role, bureau, personne_id, identite_scelle)
            SELECT d.id, $2, t.role, d.bureau, t.personne, t.identite
            FROM d, unnest($37::text[], $38::uuid[], $39::bytea[]) AS t (role, personne, identite)
        ), p AS (
            INSERT INTO predictions (id, declaration_id, declaration_version, bureau, chapitre, modele, probabilite,
                silence, reponse, duree_ms, isolement)
            SELECT $14, d.id, $2, d.bureau, d.chapitre, $15, d.probabilite, $16, $17, $18, $40 FROM d
        ), f AS (
            INSERT INTO features (prediction_id, bureau, jeu, chapitre, nombres, textes, shap, base_value)
            SELECT $14, d.bureau, $20, $21, $22, $23, $24, $25 FROM d WHERE $20::text IS NOT NULL
        ), x AS (
            INSERT INTO decisions (id, declaration_id, declaration_version, prediction_id, bureau, chapitre, voie, mode,
                exploratoire, strate, politique, epoque, appris, jour, enregistrement)
            SELECT $13, d.id, $2, $14, d.bureau, $19, d.voie, $26, $27, $28, $29, $30, $31, $32, $33 FROM d
        ), h AS (
            INSERT INTO history_log (declaration_id, declaration_version, pack, connu_le)
            SELECT d.id, $2, $19, $32 FROM d WHERE $5::date IS NOT NULL
        )
        SELECT id FROM d
        """

    /// Where the next version comes from: what the one before did, and what was corrected since.
    static func trace(
        _ current: Current, as next: Int, _ corrections: [Correction], isUnverified: Bool, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO provenances (declaration_id, version, bureau, document_id, extraction_id, a_verifier, corrections)
            SELECT d.id, $2, d.bureau, p.document_id, p.extraction_id, $3, coalesce(p.corrections, '{}') || $4
            FROM declarations d LEFT JOIN provenances p ON p.declaration_id = d.id AND p.version = $5
            WHERE d.id = $1
            """, current.id, next, isUnverified, JSONText(ProvenanceStore.text(corrections)), current.version)
    }
}
