import Analysis
import Crypto
import Customs
import Decisions
import Platform
import Postgres

/// Recordings turned into columns: an array for each, so that one statement writes any number of them. What is missing is
/// the empty text or NaN, which no column holds otherwise; what a declaration has several of lies flat, with its bounds.
struct RecordingColumns {
    private var ids: [UUIDv7] = []
    private var years: [Int16] = []
    private var offices: [String] = []
    private var numbers: [String] = []
    private var fingerprints: [ByteText] = []
    private var chapters: [String] = []
    private var dates: [String] = []
    private var importers: [String] = []
    private var contents: [JSONText] = []
    private var articleCounts: [Int32] = []
    private var values: [Double] = []
    private var duties: [Double] = []
    private var sources: [String] = []
    private var users: [UUIDv7] = []
    private var moments: [Timestamp] = []
    private var lanes: [String] = []
    private var probabilities: [Double] = []

    private var predictions: [UUIDv7] = []
    private var models: [String] = []
    private var silences: [String] = []
    private var answers: [String] = []
    private var durations: [Double] = []
    private var isolations: [Double] = []

    private var sets: [String] = []
    private var packs: [String] = []
    private var bases: [Double] = []
    private var features = Flat<Double>()
    private var featureTexts = Flat<String>()
    private var contributions = Flat<Double>()

    private var decisions: [UUIDv7] = []
    private var modes: [String] = []
    private var areExploratory: [Bool] = []
    private var areInStratum: [Bool] = []
    private var policies: [String] = []
    private var epochs: [Int32] = []
    private var sequences: [Int32] = []
    private var days: [CivilDate] = []
    private var records: [String] = []
    /// Of the policy, which is also that of the pack.
    private var segments: [String] = []

    /// Of articles and of parties: the place of their declaration, from 1 on.
    private var articleOwners: [Int32] = []
    private var ranks: [Int32] = []
    private var codes: [String] = []
    private var origins: [String] = []
    private var articles: [JSONText] = []
    private var partyOwners: [Int32] = []
    private var roles: [String] = []
    private var persons: [UUIDv7] = []
    private var identities: [ByteText] = []

    /// Arrays of several rows in one, and where each row's begins and ends, from 1 on and inclusive as the server counts.
    private struct Flat<Element: PostgresArrayElement> {
        var elements: [Element] = []
        var starts: [Int32] = []
        var ends: [Int32] = []

        mutating func append(_ row: [Element]) {
            starts.append(Int32(elements.count + 1))
            elements += row
            ends.append(Int32(elements.count))
        }
    }

    mutating func append(_ recording: DeclarationStore.Recording, _ parties: SealedParties) {
        appendDeclaration(recording, parties)
        appendPrediction(recording)
        appendDecision(recording)
        let owner = Int32(ids.count)
        for (place, article) in recording.written.articles.enumerated() {
            articleOwners.append(owner)
            ranks.append(Int32(place + 1))
            codes.append(recording.codes[place])
            origins.append(recording.origins[place])
            articles.append(JSONText(article))
        }
        partyOwners += repeatElement(owner, count: parties.roles.count)
        roles += parties.roles
        persons += parties.persons
        identities += parties.identities
    }

    private mutating func appendDeclaration(_ recording: DeclarationStore.Recording, _ parties: SealedParties) {
        let (analysis, figures) = (recording.analysed.analysis, recording.analysed.figures)
        ids.append(recording.id)
        years.append(recording.year)
        offices.append(recording.key.office)
        numbers.append(recording.key.number)
        fingerprints.append(ByteText(recording.written.fingerprint.bytes))
        chapters.append(analysis.assessment.chapter ?? "")
        dates.append(figures.day.map { CivilDate(daysSinceEpoch: Int($0)).description } ?? "")
        importers.append(parties.importer?.description ?? "")
        contents.append(JSONText(recording.written.fields))
        articleCounts.append(Int32(recording.codes.count))
        values.append(figures.value ?? .nan)
        duties.append(analysis.decision.request.duties)
        sources.append(recording.source)
        users.append(recording.user)
        moments.append(recording.received)
        lanes.append(analysis.decision.lane.rawValue)
        probabilities.append(analysis.assessment.prediction?.probability ?? .nan)
    }

    private mutating func appendPrediction(_ recording: DeclarationStore.Recording) {
        let assessment = recording.analysed.analysis.assessment
        predictions.append(recording.predictionID)
        models.append(assessment.prediction?.fingerprint ?? "")
        silences.append(assessment.silence?.rawValue ?? "")
        answers.append(String(decoding: recording.answer, as: UTF8.self))
        durations.append(assessment.milliseconds)
        isolations.append(assessment.isolation?.rank ?? .nan)
        let vector = FeatureVector(assessment)
        sets.append(vector?.set ?? "")
        packs.append(vector?.chapter ?? "")
        bases.append(vector?.base ?? .nan)
        features.append(vector?.numbers ?? [])
        featureTexts.append(vector?.texts ?? [])
        contributions.append(vector?.shap ?? [])
    }

    private mutating func appendDecision(_ recording: DeclarationStore.Recording) {
        let decision = recording.analysed.analysis.decision
        decisions.append(recording.analysed.decisionID)
        modes.append(decision.mode.rawValue)
        areExploratory.append(decision.isExploratory)
        areInStratum.append(decision.isInStratum)
        policies.append(decision.policy.version)
        epochs.append(Int32(clamping: decision.epoch))
        sequences.append(Int32(clamping: decision.learnedSequence))
        days.append(recording.day)
        records.append(String(decoding: recording.record, as: UTF8.self))
        segments.append(recording.analysed.chapter)
    }

    /// Writes them, each completely, but those whose number is taken. Which of them are there now.
    func insert(_ transaction: Transaction) async throws -> Set<UUIDv7> {
        let parameters: [any PostgresEncodable] = [
            ids, years, offices, numbers, fingerprints, chapters, dates, importers, contents, articleCounts, values,
            duties, sources, users, lanes, probabilities, predictions, models, silences, answers, durations, sets,
            packs, bases, features.starts, features.ends, featureTexts.starts, featureTexts.ends,
            contributions.starts, contributions.ends, decisions, modes, areExploratory, areInStratum, policies,
            epochs, sequences, days, records, segments, features.elements, featureTexts.elements,
            contributions.elements, articleOwners, ranks, codes, origins, articles, partyOwners, roles, persons,
            identities, moments, isolations,
        ]
        return Set(try await transaction.send(Self.insertion, parameters).map { try $0.get(0) })
    }

    /// Purged numbers are asked for one by one: a join would be planned to read all tombstones.
    private static let insertion: Statement = """
        WITH t AS (
            SELECT * FROM unnest(
                    $1::uuid[], $2::int2[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::text[], $8::text[],
                    $9::jsonb[], $10::int4[], $11::float8[], $12::float8[], $13::text[], $14::uuid[], $15::text[],
                    $16::float8[], $17::uuid[], $18::text[], $19::text[], $20::text[], $21::float8[], $22::text[],
                    $23::text[], $24::float8[], $25::int4[], $26::int4[], $27::int4[], $28::int4[], $29::int4[],
                    $30::int4[], $31::uuid[], $32::text[], $33::bool[], $34::bool[], $35::text[], $36::int4[],
                    $37::int4[], $38::date[], $39::text[], $40::text[], $53::timestamptz[], $54::float8[]
                ) WITH ORDINALITY AS t (
                    id, annee, bureau, numero, empreinte, chapitre, date_enregistrement, importateur, contenu,
                    nb_articles, valeur, droits, source, auteur, voie, probabilite, prediction, modele, silence,
                    reponse, duree, jeu, pack, base, f1, f2, t1, t2, s1, s2, decision, mode, exploratoire, strate,
                    politique, epoque, appris, jour, enregistrement, segment, moment, isolement, place)
        ), d AS (
            INSERT INTO declarations (id, annee, bureau, numero, empreinte, chapitre, date_enregistrement, importateur,
                contenu, nb_articles, valeur_caf, droits, source, statut, voie, probabilite, decision_id, recue_par,
                recue_le)
            SELECT id, annee, bureau, numero, empreinte, nullif(chapitre, ''), nullif(date_enregistrement, '')::date,
                nullif(importateur, '')::uuid, contenu, nb_articles, nullif(valeur, 'NaN'), droits, source, 'analysee',
                voie, nullif(probabilite, 'NaN'), decision, auteur, moment
            FROM t WHERE (SELECT p.id FROM declarations_purgees p
                WHERE p.numero_declaration = t.annee::text || '/' || t.bureau || '/' || t.numero) IS NULL
            ORDER BY annee, bureau, numero, place
            ON CONFLICT (numero_declaration) DO NOTHING RETURNING id
        ), k AS (
            SELECT t.* FROM t JOIN d USING (id)
        ), a AS (
            INSERT INTO articles (declaration_id, version, rang, bureau, code_sh, pays_origine, contenu)
            SELECT k.id, 1, u.rang, k.bureau, nullif(u.code, ''), nullif(u.origine, ''), u.contenu
            FROM unnest($44::int4[], $45::int4[], $46::text[], $47::text[], $48::jsonb[])
                AS u (place, rang, code, origine, contenu) JOIN k USING (place)
        ), q AS (
            INSERT INTO parties (declaration_id, version, role, bureau, personne_id, identite_scelle)
            SELECT k.id, 1, u.role, k.bureau, u.personne, u.identite
            FROM unnest($49::int4[], $50::text[], $51::uuid[], $52::bytea[]) AS u (place, role, personne, identite)
                JOIN k USING (place)
        ), p AS (
            INSERT INTO predictions (id, declaration_id, declaration_version, bureau, chapitre, modele, probabilite,
                silence, reponse, duree_ms, isolement, faite_le)
            SELECT prediction, id, 1, bureau, nullif(chapitre, ''), nullif(modele, ''), nullif(probabilite, 'NaN'),
                nullif(silence, ''), reponse, duree, nullif(isolement, 'NaN'), moment FROM k
        ), f AS (
            INSERT INTO features (prediction_id, bureau, jeu, chapitre, nombres, textes, shap, base_value)
            SELECT prediction, bureau, jeu, pack, ($41::float8[])[f1:f2], ($42::text[])[t1:t2],
                ($43::float8[])[s1:s2], nullif(base, 'NaN') FROM k WHERE jeu <> ''
        ), x AS (
            INSERT INTO decisions (id, declaration_id, declaration_version, prediction_id, bureau, chapitre, voie, mode,
                exploratoire, strate, politique, epoque, appris, jour, enregistrement, prise_le)
            SELECT decision, id, 1, prediction, bureau, segment, voie, mode, exploratoire, strate, politique, epoque,
                appris, jour, enregistrement, moment FROM k
        ), h AS (
            INSERT INTO history_log (declaration_id, declaration_version, pack, connu_le)
            SELECT id, 1, segment, jour FROM k WHERE date_enregistrement <> '' ORDER BY place
        )
        SELECT id FROM d
        """
}
