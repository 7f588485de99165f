import Synchronization

/// What the database's client has done and is doing, summed over the loops.
public struct PoolMetrics: Sendable, Equatable {
    public var queries = 0
    /// Statements that ended with an error.
    public var errors = 0
    /// Requests that found no free connection at once.
    public var waits = 0
    /// Requests that the queue's bound or its deadline turned away.
    public var refusals = 0
    public var conflictRetries = 0
    /// Open connections that broke, were cut or were given up.
    public var losses = 0
    public var reconnections = 0
    public var open = 0
    public var leased = 0
    public var queued = 0
}

/// A number that one thread writes and any may read.
struct Gauge: ~Copyable, Sendable {
    private let value = Atomic<Int>(0)
    var current: Int { value.load(ordering: .relaxed) }
    func increment() { value.wrappingAdd(1, ordering: .relaxed) }
    func set(_ new: Int) { value.store(new, ordering: .relaxed) }
}

final class PoolCounters: Sendable {
    let queries = Gauge()
    let errors = Gauge()
    let waits = Gauge()
    let refusals = Gauge()
    let conflictRetries = Gauge()
    let losses = Gauge()
    let reconnections = Gauge()
    let open = Gauge()
    let leased = Gauge()
    let queued = Gauge()

    func add(to sum: inout PoolMetrics) {
        sum.queries += queries.current
        sum.errors += errors.current
        sum.waits += waits.current
        sum.refusals += refusals.current
        sum.conflictRetries += conflictRetries.current
        sum.losses += losses.current
        sum.reconnections += reconnections.current
        sum.open += open.current
        sum.leased += leased.current
        sum.queued += queued.current
    }
}
