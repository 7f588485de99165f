import Analysis
import Crypto
import Customs
import Decisions
import JSON
import Platform
import Postgres
import Trees

/// Policies, thresholds, models, the epochs of draws, and the log of what the bandit learned.
enum PolicyStore {
    /// By whom policies are made that nobody has chosen yet.
    static let system = "service"

    struct Active: Sendable {
        let policy: DecisionPolicy
        let number: Int
        let author: String
    }

    static func active(_ database: some Queryable) async throws -> [Active] {
        try await database.query("SELECT numero, contenu, auteur FROM policies WHERE retiree_le IS NULL").map { row in
            Active(
                policy: try DecisionPolicy(parsing: Array(try row.get("contenu", as: String.self).utf8)),
                number: try row.get("numero"), author: try row.get("auteur"))
        }
    }

    /// Another takes its place. False when somebody was faster.
    static func activate(
        _ policy: DecisionPolicy, _ means: DayMeans = DayMeans(), number: Int, author: String, reason: String,
        _ transaction: Transaction
    ) async throws -> Bool {
        let thresholds = policy.thresholds
        try await transaction.execute(
            "UPDATE policies SET retiree_le = now() WHERE chapitre = $1 AND retiree_le IS NULL AND numero < $2",
            policy.chapter, number)
        let added = try await transaction.execute(
            """
            INSERT INTO policies (chapitre, numero, version, contenu, moyens, auteur, motif)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
            """, policy.chapter, number, policy.version, String(decoding: policy.jsonBytes(), as: UTF8.self),
            String(decoding: means.jsonBytes(), as: UTF8.self), author, reason)
        guard added == 1 else { return false }
        try await transaction.execute(
            """
            INSERT INTO thresholds (chapitre, numero, bas, haut, t_soft, t_hard, auteur, motif)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
            """, policy.chapter, policy.thresholdNumber, thresholds.bas, thresholds.haut, thresholds.tSoft,
            thresholds.tHard, author, reason)
        return true
    }

    /// Those of whom predictions will speak.
    static func know(_ models: ChapterModels, sets: ChapterPacks, _ transaction: Transaction) async throws {
        for model in models.byChapter.values {
            try await transaction.execute(
                """
                INSERT INTO models (empreinte, chapitre, nom, version) VALUES ($1, $2, $3, $4)
                ON CONFLICT DO NOTHING
                """, model.fingerprint, model.manifest.chapter, model.manifest.name, model.manifest.version)
        }
        for set in sets.sets.values {
            let fields = JSONValue.array(
                set.schema.fields.map { field in
                    [
                        "nom": .string(field.name), "genre": .string(field.kind.rawValue),
                        "libelle": .string(set[field.name]?.definition.label ?? field.name),
                    ]
                })
            try await transaction.execute(
                "INSERT INTO feature_sets (empreinte, chapitre, champs) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                set.fingerprint, set.chapter, JSONText(fields.jsonBytes()))
        }
    }

    /// The commitment that is published for the epoch; whether it was published just now.
    static func publish(
        _ key: DrawKey, _ transaction: Transaction
    ) async throws -> (commitment: [UInt8], isNew: Bool)? {
        let added = try await transaction.execute(
            "INSERT INTO draw_epochs (epoque, engagement) VALUES ($1, $2) ON CONFLICT DO NOTHING", key.epoch,
            key.commitment.bytes)
        let row = try await transaction.queryOne("SELECT engagement FROM draw_epochs WHERE epoque = $1", key.epoch)
        return try row.map { (try $0.get("engagement"), added == 1) }
    }

    static func events(
        of chapter: String, after sequence: Int, count: Int = 10_000, _ database: some Queryable
    ) async throws -> [LearningEvent] {
        try await database.query(
            """
            SELECT contenu FROM bandit_events WHERE chapitre = $1 AND sequence > $2 ORDER BY sequence LIMIT $3
            """, chapter, sequence, count
        ).map { try LearningEvent(parsing: Array(try $0.get("contenu", as: String.self).utf8)) }
    }
}
