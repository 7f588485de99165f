import Platform

/// Open when the server has been out of reach for long enough, and often enough, that waiting for it is pointless.
/// Reconnection goes on meanwhile; one success closes it.
struct Breaker {
    let threshold: Int
    let delay: Duration
    private(set) var failures = 0
    private(set) var lastError: DatabaseError?
    private var since = Instant.distantFuture

    init(threshold: Int, delay: Duration) { (self.threshold, self.delay) = (threshold, delay) }

    mutating func failed(_ error: DatabaseError, at now: Instant) {
        if failures == 0 { since = now }
        failures += 1
        lastError = error
    }

    mutating func succeeded() { (failures, since, lastError) = (0, .distantFuture, nil) }

    func isOpen(at now: Instant) -> Bool { failures >= threshold && since + delay <= now }
}
