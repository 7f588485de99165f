import Glibc
import Platform

/// A PostgreSQL cluster that belongs to this service alone: created, started, watched and stopped by it, and reached
/// only over a socket in its data directory, by this account, root and the account that runs PostgreSQL.
public final class PrivateCluster: Sendable {
    private struct Shared {
        var state = ClusterState.absent
        var failure: ClusterError?
        var run: Run?
    }

    /// What lives from a start to its stop.
    private struct Run {
        let thread: Thread
        let bell: ClusterBell
        let lock: ClusterLock
    }

    let place: ClusterPlace
    let limits: ClusterLimits
    private let settings: ClusterSettings
    private let onEvent: @Sendable (ClusterEvent) -> Void
    private let shared = Monitor(Shared())

    /// Creates `dataDirectory` when it is missing, and nothing else. `onEvent` is called on the thread that watches
    /// the server, which it must not hold up.
    public init(
        dataDirectory: String, settings: ClusterSettings = ClusterSettings(), limits: ClusterLimits = ClusterLimits(),
        onEvent: @escaping @Sendable (ClusterEvent) -> Void = { _ in }
    ) throws(ClusterError) {
        place = try ClusterPlace(dataDirectory: dataDirectory)
        self.settings = settings
        self.limits = limits
        self.onEvent = onEvent
    }

    /// What libpq needs to connect as the owner of the service's database.
    public var connectionString: String { place.layout.connectionString() }

    /// Owns nothing, and may do what it was granted.
    public static var serviceRole: String { ClusterLayout.serviceRole }

    /// What libpq needs to connect as the role that owns nothing and may do what it was granted.
    public var serviceConnectionString: String { place.layout.connectionString(role: ClusterLayout.serviceRole) }

    /// The same for another database.
    public func serviceConnectionString(to database: String) -> String {
        place.layout.connectionString(database: database, role: ClusterLayout.serviceRole)
    }

    /// What libpq needs to connect as the owner of another of the role's databases.
    public func connectionString(to database: String) -> String { place.layout.connectionString(database: database) }

    /// What libpq needs to connect as the cluster's administrator, to create databases or roles.
    public var administratorConnectionString: String {
        place.layout.connectionString(database: "postgres", role: ClusterLayout.administrator)
    }

    public var state: ClusterState { shared.withLock { $0.state } }

    /// Blocks until the server accepts connections, after creating its files on the first start. From then on it is
    /// started again whenever it dies.
    public func start() throws(ClusterError) {
        let lock = try place.take()
        let server = try place.server(settings, limits)
        let bell = try ClusterBell()
        let (onEvent, shared) = (onEvent, shared)
        let publish: @Sendable (ClusterState, ClusterError?) -> Void = { state, failure in
            shared.withLock { ($0.state, $0.failure) = (state, failure) }
            shared.broadcast()
        }
        publish(.absent, nil)
        let thread = Thread.start("postgres") {
            ClusterSupervisor(server, bell: bell, report: onEvent, publish: publish).run()
        }
        let failure = shared.wait { shared -> ClusterError?? in
            switch shared.state {
            case .running: .some(nil)
            case .stopped: .some(shared.failure)
            case .absent, .initialising, .starting, .crashed, .stopping: nil
            }
        }
        if let failure {
            thread.join()
            throw failure
        }
        shared.withLock { $0.run = Run(thread: thread, bell: bell, lock: lock) }
    }

    /// Ends all sessions, has everything written to disk, and blocks until the server is gone.
    public func stop() {
        guard let run = shared.withLock({ $0.run.take() }) else { return }
        run.bell.ring()
        run.thread.join()
    }
}
