import Decisions
import JSON
import Platform
import Postgres

/// Proposals of thresholds.
enum ThresholdProposalStore {
    static func add(
        _ id: UUIDv7, _ chapter: String, _ proposal: ThresholdProposals.Proposal, against version: String,
        by user: UUIDv7, _ transaction: Transaction
    ) async throws {
        let thresholds = proposal.thresholds
        try await transaction.execute(
            """
            INSERT INTO threshold_proposals (id, chapitre, methode, politique, bas, haut, t_soft, t_hard, suite, contenu,
                demande_par) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, id, chapter, proposal.method.rawValue, version, thresholds.bas, thresholds.haut, thresholds.tSoft,
            thresholds.tHard, proposal.standing.rawValue, String(decoding: proposal.json, as: UTF8.self), user)
    }

    static func list(
        _ chapter: String, ids: [UUIDv7], _ database: some Queryable
    ) async throws -> [StoredProposal] {
        try await database.query(
            "SELECT * FROM threshold_proposals WHERE chapitre = $1 AND id = ANY ($2::uuid[]) ORDER BY id", chapter, ids
        ).map { try StoredProposal($0) }
    }

    /// The latest first; one more than the limit when there are more.
    static func page(
        _ chapter: String, before id: UUIDv7?, limit: Int, _ database: some Queryable
    ) async throws -> [StoredProposal] {
        try await database.query(
            """
            SELECT * FROM threshold_proposals WHERE chapitre = $1 AND ($2::uuid IS NULL OR id < $2)
            ORDER BY id DESC LIMIT $3
            """, chapter, id, limit + 1
        ).map { try StoredProposal($0) }
    }

    /// For how many days each proposal of a policy has been made.
    static func firstDays(
        _ chapter: String, _ version: String, _ database: some Queryable
    ) async throws -> [ThresholdProposals.Proposed: Int] {
        var days: [ThresholdProposals.Proposed: Int] = [:]
        let rows = try await database.query(
            """
            SELECT methode, bas, haut, floor(extract(epoch FROM now() - min(faite_le)) / 86400)::integer AS jours
            FROM threshold_proposals WHERE chapitre = $1 AND politique = $2 GROUP BY 1, 2, 3
            """, chapter, version)
        for row in rows {
            guard let method = ThresholdProposals.Method(rawValue: try row.get("methode")) else { continue }
            days[.init(method: method, bas: try row.get("bas"), haut: try row.get("haut"))] = try row.get("jours")
        }
        return days
    }

    static func accept(_ id: UUIDv7, by user: UUIDv7, _ transaction: Transaction) async throws -> Bool {
        try await transaction.execute(
            """
            UPDATE threshold_proposals SET acceptee_par = $2, acceptee_le = now()
            WHERE id = $1 AND acceptee_le IS NULL
            """, id, user) == 1
    }
}
