import JSON
import Platform
import Postgres

/// Policies on trial.
enum PolicyDraftStore {
    static func add(
        _ id: UUIDv7, _ chapter: String, _ change: [UInt8], by author: UUIDv7, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            "INSERT INTO policy_drafts (id, chapitre, changement, auteur) VALUES ($1, $2, $3, $4)", id, chapter,
            String(decoding: change, as: UTF8.self), author)
    }

    static func set(
        _ id: UUIDv7, _ trial: PolicyTrials.Trial, against version: String, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            "UPDATE policy_drafts SET evaluation = $2, comparee_a = $3, evaluee_le = now() WHERE id = $1", id,
            String(decoding: trial.jsonBytes(), as: UTF8.self), version)
    }

    static func set(_ id: UUIDv7, became version: String, _ transaction: Transaction) async throws {
        try await transaction.execute("UPDATE policy_drafts SET politique = $2 WHERE id = $1", id, version)
    }

    static func draft(_ id: UUIDv7, of chapter: String, _ database: some Queryable) async throws -> PolicyDraft? {
        try await database.queryOne("SELECT * FROM policy_drafts WHERE id = $1 AND chapitre = $2", id, chapter)
            .map { try PolicyDraft($0) }
    }

    /// The latest first; one more than the limit when there are more.
    static func drafts(
        of chapter: String, before id: UUIDv7?, limit: Int, _ database: some Queryable
    ) async throws -> [PolicyDraft] {
        try await database.query(
            """
            SELECT * FROM policy_drafts WHERE chapitre = $1 AND ($2::uuid IS NULL OR id < $2)
            ORDER BY id DESC LIMIT $3
            """, chapter, id, limit + 1
        ).map { try PolicyDraft($0) }
    }
}
