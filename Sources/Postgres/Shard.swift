import Net
import Platform

/// A loop's part of the database: the links that its statements share, the links that its transactions lease, and
/// those who wait for either.
final class Shard: @unchecked Sendable {  // everything runs on the loop's thread, except `counters`
    /// The place of one shared link; reopened whenever its link is lost.
    struct Seat {
        var link: Link
        var backoff: Backoff
        /// When the next attempt is made, while there is no link.
        var retry: EventLoop.Alarm?
    }

    let loop: EventLoop
    let configuration: DatabaseConfiguration
    let counters = PoolCounters()
    var limits: DatabaseLimits { configuration.limits }

    private var seats: [Seat] = []
    private var waiting: WaitQueue<Exchange>
    private var waitAlarm: EventLoop.Alarm?
    private(set) var isClosed = false
    var breaker: Breaker
    var leases: LeasePool<Link, Lease>
    var leaseBackoff: Backoff

    init(_ loop: EventLoop, _ configuration: DatabaseConfiguration) {
        (self.loop, self.configuration) = (loop, configuration)
        let limits = configuration.limits
        waiting = WaitQueue(limit: limits.queueLength)
        breaker = Breaker(threshold: limits.breakerFailures, delay: limits.breakerDelay)
        leases = LeasePool(capacity: limits.leasedLinks, queueLength: limits.queueLength)
        leaseBackoff = Backoff(first: limits.firstRetryDelay, last: limits.lastRetryDelay)
    }

    func start() {
        seats = (0..<limits.sharedLinks).map { _ in Seat(link: newLink(isShared: true), backoff: leaseBackoff) }
        for seat in seats { seat.link.open() }
    }

    private var hasSharedLink: Bool { seats.contains(where: \.link.isOpen) }

    func newLink(isShared: Bool) -> Link { Link(loop, configuration, isShared: isShared, owner: self) }

    // MARK: Statements

    func submit(_ exchange: Exchange) {
        counters.queries.increment()
        if waiting.isEmpty, let link = leastLoaded() {
            link.send(exchange)
            return
        }
        if let refusal = refusal(queue: waiting.isFull, hasLink: hasSharedLink) {
            return exchange.fail(refusal)
        }
        counters.waits.increment()
        waiting.append(exchange, until: loop.now + limits.leaseDeadline)
        gaugesChanged()
        armWaitAlarm()
    }

    /// The shortest pipeline makes the shortest wait.
    private func leastLoaded() -> Link? {
        var best: Link?
        var load = limits.pipelineDepth
        for seat in seats where seat.link.isOpen && seat.link.inFlight < load {
            (best, load) = (seat.link, seat.link.inFlight)
        }
        return best
    }

    /// Why a request cannot even wait.
    func refusal(queue isFull: Bool, hasLink: Bool) -> DatabaseError? {
        if isClosed { return DatabaseError(.closed, "the pool is closed") }
        if !hasLink, breaker.isOpen(at: loop.now) { return unavailable }
        guard isFull else { return nil }
        counters.refusals.increment()
        return DatabaseError(.saturated, "\(limits.queueLength) requests wait already")
    }

    var unavailable: DatabaseError {
        let last = breaker.lastError?.detail ?? "unknown"
        return DatabaseError(.unavailable, "\(breaker.failures) attempts to connect failed, the last: \(last)")
    }

    private func serveWaiting() {
        while !waiting.isEmpty, let link = leastLoaded(), let exchange = waiting.popFirst() { link.send(exchange) }
        gaugesChanged()
    }

    // MARK: Deadlines

    /// One alarm for both queues, at the first deadline.
    func armWaitAlarm() {
        guard waitAlarm == nil else { return }
        let deadlines = [waiting.nextDeadline, leases.waiting.nextDeadline].compactMap { $0 }
        guard let first = deadlines.min() else { return }
        waitAlarm = loop.alarm(at: first) { [self] in
            waitAlarm = nil
            expire()
            armWaitAlarm()
        }
    }

    private func expire() {
        let error = DatabaseError(
            .leaseTimeout,
            "no connection within \(limits.leaseDeadline.seconds) s; last failure: \(breaker.lastError?.detail ?? "none")"
        )
        while let exchange = waiting.popExpired(at: loop.now) {
            counters.refusals.increment()
            exchange.fail(error)
        }
        while let lease = leases.popExpired(at: loop.now) {
            counters.refusals.increment()
            lease.continuation.resume(throwing: error)
        }
        gaugesChanged()
    }

    private func failWaiting(_ error: DatabaseError) {
        while let exchange = waiting.popFirst() { exchange.fail(error) }
        failWaitingLeases(error)
        gaugesChanged()
    }

    // MARK: End

    func close() {
        isClosed = true
        let error = DatabaseError(.closed, "the pool is closed")
        failWaiting(error)
        for seat in seats { seat.link.end(error) }
        for link in leases.idle { link.end(error) }
        seats = []
        leases = LeasePool(capacity: 0, queueLength: 0)
        gaugesChanged()
    }

    func gaugesChanged() {
        counters.queued.set(waiting.count + leases.waiting.count)
        counters.leased.set(leases.leased)
        counters.open.set(seats.count(where: \.link.isOpen) + leases.size - leases.opening)
    }
}

extension Shard: LinkOwner {
    private func seat(of link: Link) -> Int? { seats.firstIndex { $0.link === link } }

    func linkOpened(_ link: Link) {
        if isClosed { return link.end(DatabaseError(.closed, "the pool is closed")) }
        breaker.succeeded()
        guard let seat = seat(of: link) else { return leaseOpened(link) }
        seats[seat].backoff.reset()
        serveWaiting()
    }

    func linkAdvanced(_ link: Link) {
        if link.isShared, !waiting.isEmpty { serveWaiting() }
    }

    func linkEnded(_ link: Link, _ error: any Error) {
        guard !isClosed else { return }
        if link.hasOpened {
            counters.losses.increment()
        } else {
            let detail = (error as? DatabaseError)?.detail ?? "\(error)"
            breaker.failed(DatabaseError(.unavailable, detail), at: loop.now)
            if breaker.isOpen(at: loop.now), !hasSharedLink { failWaiting(unavailable) }
        }
        guard let seat = seat(of: link) else { return leaseEnded(link) }
        gaugesChanged()
        seats[seat].retry = loop.alarm(at: loop.now + seats[seat].backoff.next()) { [self] in
            guard !isClosed else { return }
            reopen(seat)
        }
    }

    private func reopen(_ seat: Int) {
        counters.reconnections.increment()
        seats[seat].retry = nil
        seats[seat].link = newLink(isShared: true)
        seats[seat].link.open()
    }

    /// The server is there, whatever past attempts say: none has to wait for its turn.
    func reconnect() {
        breaker.succeeded()
        leaseBackoff.reset()
        for seat in seats.indices {
            guard let retry = seats[seat].retry else { continue }
            loop.cancel(retry)
            seats[seat].backoff.reset()
            reopen(seat)
        }
    }

    func link(_ link: Link, received notification: Notification) {}
}
