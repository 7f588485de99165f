import Crypto
import JSON
import Platform
import Postgres

/// Takes away what has expired, some at a time, each with its event in the audit trail. Stopped anywhere, it goes on from
/// there: what is to go is what the database finds expired.
struct Retention: Sendable {
    let database: Database
    let files: PurgedFiles
    let trail: TrailCutter

    init(_ settings: ServiceSettings, _ database: Database, _ pool: WorkerPool) {
        self.database = database
        files = PurgedFiles(database: database, directory: settings.documents, pool: pool)
        trail = TrailCutter(settings, database, pool)
    }

    /// Of a transaction.
    static let atOnce = 200
    /// No part of it takes longer.
    private static let timeout = Duration.seconds(300)

    struct Summary: Sendable {
        var parts = 0
        var counts: [String: Int] = [:]
        var partitions: [String] = []
        var files = 0
        /// Of the audit trail.
        var events = 0

        fileprivate mutating func add(_ counts: JSONValue) {
            parts += 1
            for member in counts.members ?? [] {
                if let count = member.value.int { self.counts[member.name, default: 0] += count }
            }
            partitions += (counts["partitions"]?.array ?? []).compactMap(\.string)
        }
    }

    /// Everything that has expired. Nil when somebody else is at it.
    ///
    /// - Parameter pause: after each part, with how long it took; false to leave the rest for another time.
    func run(
        by actor: AuditActor, atOnce: Int = Self.atOnce, _ pause: (Duration) async -> Bool = { _ in true }
    ) async throws -> Summary? {
        var summary = Summary()
        for kind in RetentionStore.Kind.allCases {
            var last: UUIDv7?
            repeat {
                let start = Instant.now()
                guard let step = try await step(kind, after: last, count: atOnce, by: actor) else { return nil }
                if step.number != nil { summary.add(step.counts) }
                last = step.last
                guard await pause(Instant.now() - start) else { return summary }
            } while last != nil
        }
        summary.files = try await files.remove()
        while true {
            let start = Instant.now()
            let removed = try await trail.cut(by: actor)
            if removed == 0 { return summary }
            (summary.parts, summary.events) = (summary.parts + 1, summary.events + removed)
            guard await pause(Instant.now() - start) else { return summary }
        }
    }

    /// One part. Nil when somebody else is at it.
    func step(
        _ kind: RetentionStore.Kind, after last: UUIDv7?, count: Int, by actor: AuditActor
    ) async throws -> RetentionStore.Step? {
        try await database.transaction(timeout: Self.timeout) { transaction in
            guard let step = try await RetentionStore.purge(kind, after: last, count: count, transaction) else {
                return nil
            }
            if let number = step.number {
                var details: [JSONValue.Member] = [
                    .init("genre", .string(kind.rawValue)), .init("limite", .string(step.limit.rfc3339(.seconds))),
                    .init("comptes", step.counts),
                ]
                if let digest = step.fingerprint.flatMap({ Digest($0) }) {
                    details.append(.init("empreinte", .string(digest.hexadecimal)))
                }
                let event = AuditEvent(
                    name: "retention.purge", actor: actor, object: "purge:\(number)", details: details)
                try await AuditStore.conclude(with: event, transaction)
            }
            return step
        }
    }

    /// Tells the database how long the settings want things kept; as the tables' owner.
    static func settle(_ settings: ServiceSettings, _ owner: Database) async throws {
        let months = settings.retentionMonths
        try await owner.transaction { transaction in
            guard let former = try await RetentionStore.set(months, transaction) else { return }
            let event = AuditEvent(
                name: "retention.duree", actor: AuditActor(name: "service"),
                details: [.init("mois", .int(months)), .init("avant", .int(former))])
            try await AuditStore.append(event, in: transaction)
        }
    }
}

/// Files on disk that no document names any more.
struct PurgedFiles: Sendable {
    let database: Database
    let directory: String
    let pool: WorkerPool

    private static let atOnce = 500

    /// How many were removed. Whoever sends the same content meanwhile keeps or writes its file.
    func remove() async throws -> Int {
        var count = 0
        while true {
            let files = try await RetentionStore.files(Self.atOnce, database)
            if files.isEmpty { return count }
            for file in files where try await remove(file) { count += 1 }
        }
    }

    private func remove(_ content: Digest) async throws -> Bool {
        let directory = directory
        return try await database.under(OfficeScope.all).transaction { transaction in
            try await DocumentStore.lock(content, exclusively: true, transaction)
            let isFree = try await !DocumentStore.isKnown(content, transaction)
            if isFree { try await pool.run { try DocumentArchive.remove(content, from: directory) } }
            try await RetentionStore.forget(content, transaction)
            return isFree
        }
    }
}
