import Platform

/// The schema's history: files `NNNN_name.sql`, numbered from 1 without gaps, each applied once, in order, in a
/// transaction of its own, and recorded with its checksum in `schema_migrations`.
public struct Migrations: Sendable {
    public struct File: Sendable, Equatable {
        public let version: Int
        public let name: String
        public let sql: String
        /// SHA-256, in hexadecimal.
        public let checksum: String
    }
    /// What the database remembers of an applied file.
    struct Record: Equatable {
        let version: Int
        let checksum: String
    }

    public let files: [File]

    /// How long one migration may take.
    private static let timeout = Duration.seconds(3600)

    public init(directory: String) throws(DatabaseError) { files = try Self.read(directory) }

    init(_ files: [File]) throws(DatabaseError) { self.files = try Self.inOrder(files) }

    /// The files that the database has not seen, in order. Throws when files and database contradict each other: then
    /// the service must not start.
    public func plan(_ database: Database) async throws -> [File] {
        guard try await Self.tableExists(database) else { return files }
        return try pending(after: try await Self.records(database))
    }

    /// Applies what is pending and returns it. Instances that start together take turns; each file is applied once.
    @discardableResult
    public func apply(_ database: Database) async throws -> [File] {
        try await database.transaction(timeout: Self.timeout) { transaction in
            try await Self.takeTurn(transaction)
            try await transaction.execute(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    version integer PRIMARY KEY,
                    name text NOT NULL,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now(),
                    duration_ms bigint NOT NULL)
                """)
        }
        var applied: [File] = []
        for file in try await plan(database) where try await apply(file, to: database) { applied.append(file) }
        return applied
    }

    /// False when another instance has applied the file meanwhile.
    private func apply(_ file: File, to database: Database) async throws -> Bool {
        do {
            return try await database.transaction(timeout: Self.timeout) { transaction in
                try await Self.takeTurn(transaction)
                let records = try await Self.records(transaction)
                guard try pending(after: records).contains(where: { $0.version == file.version }) else { return false }
                let start = Instant.now()
                try await transaction.run(script: file.sql)
                try await transaction.execute(
                    "INSERT INTO schema_migrations (version, name, checksum, duration_ms) VALUES ($1, $2, $3, $4)",
                    file.version, file.name, file.checksum, Int((Instant.now() - start).milliseconds))
                return true
            }
        } catch let error as DatabaseError {
            switch error.kind {
            case .server, .timeout, .misuse: break
            default: throw error
            }
            throw DatabaseError(.migration(.failed(version: file.version, name: file.name)), error.description)
        }
    }

    /// Holds the migrations' lock until the transaction ends, however long others keep it.
    private static func takeTurn(_ transaction: Transaction) async throws {
        try await transaction.execute("SET LOCAL lock_timeout = 0")
        try await transaction.execute("SELECT pg_advisory_xact_lock(7953748292017)")
    }

    private static func tableExists(_ database: Database) async throws -> Bool {
        let row = try await database.queryOne("SELECT to_regclass('schema_migrations') IS NOT NULL")
        return try row?.get(0) ?? false
    }

    private static func records(_ source: some Queryable) async throws -> [Record] {
        try await source.query("SELECT version, checksum FROM schema_migrations ORDER BY version").map {
            try Record(version: $0.get("version"), checksum: $0.get("checksum"))
        }
    }
}
