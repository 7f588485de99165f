import Analysis
import Crypto
import Customs
import Decisions
import JSON
import Platform
import Postgres

/// Past declarations and their outcomes.
enum HistoryStore {
    struct Past: Sendable {
        let id: UUIDv7
        let key: Declaration.Key
        let year: Int16
        let written: DeclarationContent.Written
        let codes: [String]
        let origins: [String]
        let figures: DeclarationFigures
        let duties: Double
        let chapter: String?
        let pack: String
        let day: CivilDate?
        let outcome: ControlOutcome?
        let file: String

        /// When the outcome was known; nil without outcome or day.
        var outcomeDay: CivilDate? {
            guard let day, let outcome else { return nil }
            return max(outcome.day.map { CivilDate(daysSinceEpoch: Int($0)) } ?? day, day)
        }
        /// What the file says it rests on; what it does not say is an import.
        var evidence: Evidence { outcome?.evidence.flatMap { Evidence(rawValue: $0) } ?? .importHistorique }
    }

    /// False when the number is taken: then nothing was written.
    static func add(_ past: Past, _ parties: SealedParties, _ transaction: Transaction) async throws -> Bool {
        let parameters: [any PostgresEncodable] = [
            past.id, past.year, past.key.office, past.key.number, past.written.fingerprint.bytes, past.chapter,
            past.day, parties.importer, JSONText(past.written.fields), past.codes.count, past.figures.value,
            past.duties, past.codes, past.origins,
            past.written.articles.map { JSONText($0) }, past.pack, past.file, UUIDv7.make(),
            past.outcomeDay.flatMap { _ in past.outcome?.isFraud }, past.outcome?.type,
            past.outcome?.amount.map { max(0, $0) }, past.evidence.rawValue, past.outcomeDay,
            parties.roles, parties.persons, parties.identities,
        ]
        return try await transaction.send(insertion, parameters).first != nil
    }

    private static let insertion: Statement = """
        WITH d AS (
            INSERT INTO declarations (id, annee, bureau, numero, empreinte, chapitre, date_enregistrement, importateur,
                contenu, nb_articles, valeur_caf, droits, source, statut)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'import', 'importee')
            ON CONFLICT (numero_declaration) DO NOTHING RETURNING id, bureau
        ), a AS (
            INSERT INTO articles (declaration_id, version, rang, bureau, code_sh, pays_origine, contenu)
            SELECT d.id, 1, t.rang, d.bureau, nullif(t.code, ''), nullif(t.origine, ''), t.contenu
            FROM d, unnest($13::text[], $14::text[], $15::jsonb[]) WITH ORDINALITY AS t (code, origine, contenu, rang)
        ), q AS (
            INSERT INTO parties (declaration_id, version, role, bureau, personne_id, identite_scelle)
            SELECT d.id, 1, t.role, d.bureau, t.personne, t.identite
            FROM d, unnest($24::text[], $25::uuid[], $26::bytea[]) AS t (role, personne, identite)
        ), h AS (
            INSERT INTO history_log (declaration_id, declaration_version, pack, connu_le, fraude, fichier)
            SELECT d.id, 1, $16, e.jour, e.fraude, $17
            FROM d, (VALUES ($7::date, NULL::boolean), ($23::date, $19::boolean)) AS e (jour, fraude)
            WHERE e.jour IS NOT NULL
        ), o AS (
            INSERT INTO outcomes (id, declaration_id, revision, bureau, resultat, type_fraude, montant, preuve, source,
                connue_le)
            SELECT $18, d.id, 1, d.bureau, CASE WHEN $19::boolean THEN 'fraude' ELSE 'conforme' END,
                CASE WHEN $19::boolean THEN left($20, 200) END, least($21, 1e15), $22, 'import', $23
            FROM d WHERE $23::date IS NOT NULL
        )
        SELECT id FROM d
        """
}
