import Net
import Platform
import Postgres

/// From a service that has just started to a database that it can work with: the private cluster runs, the schema is
/// as this version knows it.
struct DatabasePreparation: Sendable {
    private let settings: ServiceSettings
    private let database: Database
    private let cluster: PrivateCluster?
    private let readiness: Readiness
    private let afterwards: @Sendable () async throws -> Void

    /// `afterwards` is done once the schema is there, before anybody is told that the database is ready.
    init(
        _ settings: ServiceSettings, _ database: Database, _ cluster: PrivateCluster?, _ readiness: Readiness,
        _ afterwards: @escaping @Sendable () async throws -> Void = {}
    ) {
        (self.settings, self.database, self.cluster, self.readiness) = (settings, database, cluster, readiness)
        self.afterwards = afterwards
    }

    private static let elsewherePause = Duration.seconds(1)
    private static let ownPause = Duration.milliseconds(20)

    /// A private cluster that does not start and a schema that does not fit end the service; a server that does not
    /// answer yet is waited for.
    func run() async throws {
        let migrations = try Migrations(directory: settings.resources + "/migrations")
        if let cluster {
            try await Self.start(cluster)
            database.reconnect()
        }
        while !readiness.isStopping {
            do {
                for file in try await apply(migrations) {
                    Log.shared.info("schema.migrated", "A migration was applied") { $0.add("name", file.name) }
                }
                try await afterwards()
                // One loop has found the server: the others need not find out by themselves.
                database.reconnect()
                readiness.databasePrepared()
                return
            } catch let error as DatabaseError where error.isRetryable {
                if cluster == nil {
                    Log.shared.warn("database.awaited", "The database does not answer yet") { line in
                        line.add("error", error.description)
                    }
                }
                try await EventLoop.current?.sleep(for: cluster == nil ? Self.elsewherePause : Self.ownPause)
            }
        }
    }

    /// As the tables' owner, whom the service itself is not: over connections of its own that are closed afterwards.
    private func apply(_ migrations: Migrations) async throws -> [Migrations.File] {
        guard let owner = settings.databaseOwnerURL ?? cluster?.connectionString, owner != settings.databaseURL else {
            let applied = try await migrations.apply(database)
            try await Retention.settle(settings, database)
            return applied
        }
        let role: String
        if cluster != nil {
            role = PrivateCluster.serviceRole
        } else {
            role = try await ServiceRoleStore.current(database)
        }
        let (settings, administrator) = (settings, cluster?.administratorConnectionString)
        return try await Self.onThread("schema") {
            let (applied, isGranted) = try CommandDatabase.connect(owner, settings) { owner in
                let applied = try await migrations.apply(owner)
                try await Retention.settle(settings, owner)
                return (applied, try await ServiceRoleStore.grant(to: role, owner))
            }
            if !isGranted, let administrator {
                try CommandDatabase.connect(administrator, settings) {
                    try await ServiceRoleStore.createInPrivateCluster($0)
                }
                _ = try CommandDatabase.connect(owner, settings) { try await ServiceRoleStore.grant(to: role, $0) }
            }
            return applied
        }
    }

    private static func onThread<Value: Sendable>(
        _ name: String, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withUnsafeThrowingContinuation { continuation in
            Thread.start(name) { continuation.resume(with: Result { try work() }) }.detach()
        }
    }

    /// Starting blocks, so a thread of its own does it.
    private static func start(_ cluster: PrivateCluster) async throws {
        let failure = await withUnsafeContinuation { (continuation: UnsafeContinuation<ClusterError?, Never>) in
            Thread.start("cluster") {
                do throws(ClusterError) {
                    try cluster.start()
                    continuation.resume(returning: nil)
                } catch { continuation.resume(returning: error) }
            }.detach()
        }
        if let failure { throw failure }
    }
}

/// The private cluster's life, in the log.
enum ClusterLog {
    static func record(_ event: ClusterEvent) {
        let log = Log.shared
        switch event {
        case .initialising: log.info("cluster.initialising", "The private PostgreSQL cluster is being created")
        case .started(let after):
            log.info("cluster.started", "The private PostgreSQL cluster runs") { $0.add("duration_ms", after) }
        case .crashed(let error, let restartIn):
            log.error("cluster.crashed", "The private PostgreSQL cluster ended by itself") { line in
                line.add("error", error.description)
                line.add("restart_in_ms", restartIn)
            }
        case .crashLoop(let failures):
            log.error("cluster.crash_loop", "The private PostgreSQL cluster does not stay up") { line in
                line.add("failures", failures)
            }
        case .stopped: log.info("cluster.stopped", "The private PostgreSQL cluster has stopped")
        case .abandoned: log.error("cluster.abandoned", "The private PostgreSQL cluster could not be stopped")
        }
    }
}
