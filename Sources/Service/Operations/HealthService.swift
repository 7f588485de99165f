import Glibc
import Net
import Platform
import Postgres

/// Looks at the parts of the service. A finding is kept for a moment, so that many probes cost as much as one, and who asks
/// again soon does not wait for the next look.
final class HealthService: Sendable {
    private let version: String
    private let dataDirectory: String
    private let database: Database
    private let readiness: Readiness
    private let pool: WorkerPool
    private let analysis: AnalysisService
    private let readers: DocumentReaders
    private let last = Monitor(Last())

    private struct Last {
        var report: HealthReport?
        var at = Instant(nanoseconds: 0)
        var isLookedAfter = false
    }

    private static let freshness = Duration.milliseconds(500)
    /// Beyond this whoever asks waits for a look.
    private static let oldest = Duration.seconds(1)
    /// Below these many free bytes an upload may fail, or PostgreSQL stop.
    static let lowSpace = 1 << 30
    private static let noSpace = 64 << 20

    init(
        version: String, dataDirectory: String, database: Database, readiness: Readiness, pool: WorkerPool,
        analysis: AnalysisService, readers: DocumentReaders
    ) {
        (self.version, self.dataDirectory, self.database) = (version, dataDirectory, database)
        (self.readiness, self.pool) = (readiness, pool)
        (self.analysis, self.readers) = (analysis, readers)
    }

    func report() async -> HealthReport {
        let now = Instant.now()
        let (known, needsLook) = last.withLock { last -> (HealthReport?, Bool) in
            guard let report = last.report, now - last.at < Self.oldest else { return (nil, false) }
            let needsLook = now - last.at >= Self.freshness && !last.isLookedAfter
            last.isLookedAfter = last.isLookedAfter || needsLook
            return (report, needsLook)
        }
        guard let known else { return await look() }
        if needsLook { Task(executorPreference: EventLoop.current) { await self.look() } }
        return known
    }

    @discardableResult
    private func look() async -> HealthReport {
        let now = Instant.now()
        async let base = databaseHealth()
        async let disk = diskHealth()
        async let reading = readers.health()
        let report = HealthReport(
            version: version,
            components: [
                (HealthReport.database, await base), (HealthReport.models, analysis.health),
                (HealthReport.reading, await reading), (HealthReport.disk, await disk),
            ])
        last.withLock { $0 = Last(report: report, at: now) }
        return report
    }

    /// The report when new requests may be sent here: what they need is there and the service is not on its way out.
    func reportWhenReady() async -> HealthReport? {
        guard readiness.isReady else { return nil }
        let report = await report()
        return report.overall == .unavailable ? nil : report
    }

    private func databaseHealth() async -> ComponentHealth {
        // Before its schema is as the service knows it, a database that answers is of no use yet.
        guard readiness.databaseIsPrepared else { return .unavailable }
        return if case .healthy = await database.check() { .ok } else { .unavailable }
    }

    private func diskHealth() async -> ComponentHealth {
        let directory = dataDirectory
        let health = try? await pool.run { () -> ComponentHealth in
            guard let free = FreeSpace.bytes(at: directory), access(directory, W_OK) == 0 else { return .unavailable }
            return free >= Self.lowSpace ? .ok : free >= Self.noSpace ? .degraded : .unavailable
        }
        // No worker was free to look: nothing is known of the disk.
        return health ?? .degraded
    }
}

/// The room left on a file system for an ordinary user.
enum FreeSpace {
    static func bytes(at path: String) -> Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}
