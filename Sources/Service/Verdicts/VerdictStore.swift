import Decisions
import JSON
import Platform
import Postgres

/// Verdicts, the ledger of outcomes, and what the bandit learns from them.
enum VerdictStore {
    /// The declaration that a verdict is given on, locked until the transaction ends.
    struct Case: Sendable {
        let id: UUIDv7
        let number: String
        let office: String
        let version: Int
        let decisionID: UUIDv7
        let record: String
        /// Of the pack and of the policy.
        let chapter: String
        /// Nil when it has none: then it leaves no trace in the past.
        let date: CivilDate?
        let outcomes: Int
    }

    static func locked(_ number: String, _ transaction: Transaction) async throws -> Case? {
        try await transaction.queryOne(
            """
            SELECT d.id, d.bureau, d.version, d.date_enregistrement, x.id AS decision, x.enregistrement,
                x.chapitre, (SELECT count(*) FROM outcomes o WHERE o.declaration_id = d.id) AS issues
            FROM declarations d JOIN decisions x ON x.id = d.decision_id
            WHERE d.numero_declaration = $1 FOR UPDATE OF d
            """, number
        ).map { row in
            Case(
                id: try row.get("id"), number: number, office: try row.get("bureau"), version: try row.get("version"),
                decisionID: try row.get("decision"), record: try row.get("enregistrement"),
                chapter: try row.get("chapitre"), date: try row.get("date_enregistrement"),
                outcomes: try row.get("issues"))
        }
    }

    /// Adds to the ledger; nothing in it is changed.
    static func addOutcome(
        _ verdict: Verdict, _ evidence: Evidence, of one: Case, fraud: Bool, at moment: Timestamp, by user: UUIDv7,
        _ transaction: Transaction
    ) async throws -> UUIDv7 {
        let id = UUIDv7.make()
        try await transaction.execute(
            """
            INSERT INTO outcomes (id, declaration_id, revision, bureau, resultat, type_fraude, montant, preuve,
                connue_le, auteur, source, inscrite_le)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'verdict', $11)
            """, id, one.id, one.outcomes + 1, one.office, fraud ? "fraude" : "conforme",
            fraud ? verdict.fraudType : nil, verdict.amount, evidence.rawValue, moment.date, user,
            moment)
        return id
    }

    static func addFeedback(
        _ verdict: Verdict, of one: Case, proposed: Lane, outcome: UUIDv7?, at moment: Timestamp, by user: UUIDv7,
        _ transaction: Transaction
    ) async throws -> UUIDv7 {
        let id = UUIDv7.make()
        try await transaction.execute(
            """
            INSERT INTO feedbacks (id, declaration_id, decision_id, outcome_id, bureau, user_id, voie_proposee,
                user_decision, confidence_level, accuracy_rating, usefulness_rating, comments, justification, minutes,
                donne_le)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """, id, one.id, one.decisionID, outcome, one.office, user, proposed.rawValue, verdict.lane.rawValue,
            verdict.confidence, verdict.accuracy, verdict.usefulness, verdict.comments, verdict.justification,
            verdict.minutes, moment)
        return id
    }

    static func settle(_ one: Case, _ transaction: Transaction) async throws {
        try await transaction.execute("UPDATE declarations SET statut = 'traitee' WHERE id = $1", one.id)
    }

    static func remember(_ one: Case, fraud: Bool, on day: CivilDate, _ transaction: Transaction) async throws {
        try await transaction.execute(
            """
            INSERT INTO history_log (declaration_id, declaration_version, pack, connu_le, fraude)
            VALUES ($1, $2, $3, $4, $5)
            """, one.id, one.version, one.chapter, day, fraud)
    }

    /// The number of the chapter's next event. Whoever asks holds the chapter until the transaction ends, so numbers have
    /// no gaps.
    static func nextSequence(of chapter: String, _ transaction: Transaction) async throws -> Int {
        try await transaction.execute(
            "SELECT 1 FROM policies WHERE chapitre = $1 AND numero = 1 FOR UPDATE", chapter)
        let row = try await transaction.queryOne(
            "SELECT coalesce(max(sequence), 0) + 1 AS suivant FROM bandit_events WHERE chapitre = $1", chapter)
        return try row?.get("suivant") ?? 1
    }

    static func append(
        _ event: LearningEvent, chapter: String, decision: UUIDv7, at moment: Timestamp, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            "INSERT INTO bandit_events (chapitre, sequence, decision_id, contenu, inscrit_le) VALUES ($1, $2, $3, $4, $5)",
            chapter, event.sequence, decision, String(decoding: event.jsonBytes(), as: UTF8.self), moment)
    }

    /// What was learned from a decision so far, in order.
    static func taught(_ decision: UUIDv7, _ database: some Queryable) async throws -> [LearningEvent] {
        try await database.query(
            "SELECT contenu FROM bandit_events WHERE decision_id = $1 ORDER BY sequence", decision
        ).map { try LearningEvent(parsing: Array(try $0.get("contenu", as: String.self).utf8)) }
    }
}
