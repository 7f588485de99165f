import JSON
import Platform
import Postgres

/// Long work, as the database keeps it: whoever takes a job holds it by a lease, and what was done of it is written down
/// with each part.
enum JobStore {
    enum State: String, Sendable, CaseIterable {
        case queued = "en_file"
        case running = "en_cours"
        case succeeded = "reussi"
        case failed = "echoue"
        case cancelled = "annule"

        var isFinal: Bool { self != .queued && self != .running }
    }

    struct Job: Sendable {
        let id: UUIDv7
        let office: String?
        let state: State
        let request: [UInt8]
        let result: [UInt8]?
        let problem: [UInt8]?
        let done: Int
        let total: Int?
        let attempts: Int
        let user: UUIDv7
        let document: UUIDv7?
        let created: Timestamp
        let started: Timestamp?
        let finished: Timestamp?

        init(_ row: Row) throws {
            (id, office) = (try row.get("id"), try row.get("bureau"))
            state = State(rawValue: try row.get("etat")) ?? .failed
            request = try row.get("demande", as: JSONText.self).bytes
            result = try row.get("resultat", as: JSONText?.self)?.bytes
            problem = try row.get("probleme", as: JSONText?.self)?.bytes
            (done, total, attempts) = (try row.get("fait"), try row.get("total"), try row.get("essais"))
            (user, document) = (try row.get("demande_par"), try row.get("document_id"))
            (created, started, finished) = (
                try row.get("cree_le"), try row.get("commence_le"), try row.get("fini_le")
            )
        }
    }

    static let kind = "declarations"
    /// Who took a job and went away without a word loses it after so long.
    static let lease = 30
    /// So often may whoever took it go away without having done anything, before nobody tries any more.
    static let mostAttempts = 5

    static func add(
        _ id: UUIDv7, office: String?, request: [UInt8], document: UUIDv7, user: UUIDv7, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO jobs (id, genre, bureau, demande, document_id, demande_par) VALUES ($1, $2, $3, $4, $5, $6)
            """, id, kind, office, JSONText(request), document, user)
    }

    /// How many of somebody's wait or are under way.
    static func open(of user: UUIDv7, _ database: some Queryable) async throws -> Int {
        let row = try await database.queryOne(
            "SELECT count(*) FROM jobs WHERE demande_par = $1 AND etat IN ('en_file', 'en_cours')", user)
        return try row?.get(0) ?? 0
    }

    /// - Parameter user: only theirs; nil: all that are in scope.
    static func find(_ id: UUIDv7, of user: UUIDv7?, _ database: some Queryable) async throws -> Job? {
        try await database.queryOne(
            "SELECT * FROM jobs WHERE id = $1 AND genre = $2 AND ($3::uuid IS NULL OR demande_par = $3)", id, kind, user
        ).map { try Job($0) }
    }

    /// The newest first.
    static func list(
        of user: UUIDv7?, before last: UUIDv7?, count: Int, _ database: some Queryable
    ) async throws -> [Job] {
        try await database.query(
            """
            SELECT * FROM jobs WHERE genre = $1 AND ($2::uuid IS NULL OR demande_par = $2)
                AND ($3::uuid IS NULL OR id < $3)
            ORDER BY id DESC LIMIT $4
            """, kind, user, last, count
        ).map { try Job($0) }
    }

    // MARK: Work

    /// The next that waits, or that somebody has left.
    static func claim(by runner: UUIDv7, _ database: some Queryable) async throws -> Job? {
        try await database.queryOne(
            """
            UPDATE jobs SET etat = 'en_cours', preneur = $1, bail_jusqua = now() + make_interval(secs => $2),
                essais = essais + 1, commence_le = coalesce(commence_le, now())
            WHERE id = (
                SELECT id FROM jobs
                WHERE genre = $3 AND (etat = 'en_file' OR etat = 'en_cours' AND bail_jusqua < now())
                ORDER BY cree_le, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING *
            """, runner, Double(lease), kind
        ).map { try Job($0) }
    }

    /// False when it is not the runner's any more.
    static func renew(_ id: UUIDv7, by runner: UUIDv7, _ database: some Queryable) async throws -> Bool {
        try await database.execute(
            """
            UPDATE jobs SET bail_jusqua = now() + make_interval(secs => $3)
            WHERE id = $1 AND preneur = $2 AND etat = 'en_cours'
            """, id, runner, Double(lease)) == 1
    }

    /// What has been done; who gets on does not count as having failed. False when it is not the runner's any more.
    static func advance(
        _ id: UUIDv7, by runner: UUIDv7, done: Int, total: Int, result: [UInt8], _ transaction: Transaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            UPDATE jobs SET essais = CASE WHEN $3 > fait THEN 1 ELSE essais END, fait = $3, total = $4, resultat = $5,
                bail_jusqua = now() + make_interval(secs => $6)
            WHERE id = $1 AND preneur = $2 AND etat = 'en_cours'
            """, id, runner, done, total, JSONText(result), Double(lease)) == 1
    }

    static func finish(
        _ id: UUIDv7, by runner: UUIDv7, _ state: State, problem: [UInt8]?, _ transaction: Transaction
    ) async throws -> Job? {
        try await transaction.queryOne(
            """
            UPDATE jobs SET etat = $3, probleme = $4, fini_le = now(), preneur = NULL, bail_jusqua = NULL
            WHERE id = $1 AND preneur = $2 AND etat = 'en_cours' RETURNING *
            """, id, runner, state.rawValue, problem.map { JSONText($0) }
        ).map { try Job($0) }
    }

    /// Gives it back, for another to take. - Parameter counts: whether it was an attempt.
    static func release(
        _ id: UUIDv7, by runner: UUIDv7, counts: Bool, _ database: some Queryable
    ) async throws {
        try await database.execute(
            """
            UPDATE jobs SET etat = 'en_file', preneur = NULL, bail_jusqua = NULL,
                essais = greatest(0, essais - CASE WHEN $3 THEN 0 ELSE 1 END)
            WHERE id = $1 AND preneur = $2 AND etat = 'en_cours'
            """, id, runner, counts)
    }

    /// Ends it wherever it is; nil when it has ended already.
    static func cancel(_ id: UUIDv7, _ transaction: Transaction) async throws -> Job? {
        try await transaction.queryOne(
            """
            UPDATE jobs SET etat = 'annule', fini_le = now(), preneur = NULL, bail_jusqua = NULL
            WHERE id = $1 AND etat IN ('en_file', 'en_cours') RETURNING *
            """, id
        ).map { try Job($0) }
    }

    // MARK: What was not taken

    /// Those that are known under their place stay.
    static func add(
        _ rejects: [(place: Int, reject: Reject)], to job: Job, _ transaction: Transaction
    ) async throws {
        guard !rejects.isEmpty else { return }
        try await transaction.execute(
            """
            INSERT INTO job_rejets (job_id, bureau, rang, ligne, numero, colonne, code, message)
            SELECT $1, $2, t.rang, nullif(t.ligne, 0), nullif(t.numero, ''), nullif(t.colonne, ''), t.code, t.message
            FROM unnest($3::bigint[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[])
                AS t (rang, ligne, numero, colonne, code, message)
            ON CONFLICT (job_id, rang) DO NOTHING
            """, job.id, job.office, rejects.map(\.place), rejects.map { Int32(clamping: $0.reject.line ?? 0) },
            rejects.map { $0.reject.number ?? "" }, rejects.map { Self.storable($0.reject.column ?? "") },
            rejects.map(\.reject.code), rejects.map(\.reject.message))
    }

    /// NUL cannot be stored.
    private static func storable(_ text: String) -> String {
        text.utf8.contains(0) ? String(text.map { $0 == "\0" ? "\u{fffd}" : $0 }) : text
    }

    /// The next after a place, in order.
    static func rejects(
        of job: UUIDv7, after place: Int, count: Int, _ database: some Queryable
    ) async throws -> [(place: Int, reject: Reject)] {
        try await database.query(
            """
            SELECT rang, ligne, numero, colonne, code, message FROM job_rejets
            WHERE job_id = $1 AND rang > $2 ORDER BY rang LIMIT $3
            """, job, place, count
        ).map { row in
            (
                try row.get("rang"),
                Reject(
                    line: try row.get("ligne"), column: try row.get("colonne"), number: try row.get("numero"),
                    try row.get("code"), try row.get("message"))
            )
        }
    }
}
