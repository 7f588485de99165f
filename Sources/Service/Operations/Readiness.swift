import Synchronization

/// How far the service has come on its way up, or down.
final class Readiness: Sendable {
    private let prepared = Atomic(false)
    private let stopping = Atomic(false)

    var databaseIsPrepared: Bool { prepared.load(ordering: .acquiring) }
    var isStopping: Bool { stopping.load(ordering: .acquiring) }
    var isReady: Bool { databaseIsPrepared && !isStopping }

    func databasePrepared() { prepared.store(true, ordering: .releasing) }
    func stop() { stopping.store(true, ordering: .releasing) }
}
