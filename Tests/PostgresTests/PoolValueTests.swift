import Platform
import Testing

@testable import Postgres

@Suite struct LeasePoolTests {
    private final class Holder {}
    private let deadline = Instant(nanoseconds: 1000)

    private func describe(_ answer: LeasePool<Holder, Int>.Answer) -> String {
        switch answer {
        case .lease: "lease"
        case .open: "open"
        case .wait: "wait"
        case .refuse: "refuse"
        }
    }

    @Test func opensUpToItsCapacityThenQueuesThenRefuses() {
        var pool = LeasePool<Holder, Int>(capacity: 2, queueLength: 3)
        let answers = (0..<6).map { describe(pool.acquire($0, until: deadline)) }
        #expect(answers == ["open", "open", "wait", "wait", "wait", "refuse"])
        #expect(pool.size == 2 && pool.opening == 2 && pool.waiting.count == 5)
    }

    @Test func servesThoseWhoWaitInOrder() {
        var pool = LeasePool<Holder, Int>(capacity: 1, queueLength: 10)
        let holder = Holder()
        for ticket in 0..<3 { _ = pool.acquire(ticket, until: deadline) }
        #expect(pool.opened(holder) == 0)
        #expect(pool.leased == 1)
        #expect(pool.released(holder) == 1)
        #expect(pool.withdraw { $0 == 2 } == 2)
        #expect(pool.released(holder) == nil)
        #expect(pool.idle.count == 1 && pool.leased == 0)
        guard case .lease(let again) = pool.acquire(3, until: deadline) else { return #expect(Bool(false)) }
        #expect(again === holder)
    }

    @Test func aLostConnectionIsReplacedOnlyForThoseWhoWait() {
        var pool = LeasePool<Holder, Int>(capacity: 1, queueLength: 10)
        let holder = Holder()
        _ = pool.acquire(0, until: deadline)
        _ = pool.opened(holder)
        let none = pool.lost(holder)
        #expect(!none && pool.size == 0)
        _ = pool.acquire(1, until: deadline)
        _ = pool.opened(holder)
        _ = pool.acquire(2, until: deadline)
        let replaced = pool.lost(holder)
        #expect(replaced && pool.size == 1 && pool.opening == 1)
    }

    @Test func anIdleConnectionThatDiesIsNotLeased() {
        var pool = LeasePool<Holder, Int>(capacity: 1, queueLength: 10)
        let holder = Holder()
        _ = pool.acquire(0, until: deadline)
        _ = pool.opened(holder)
        _ = pool.released(holder)
        _ = pool.lost(holder)
        #expect(describe(pool.acquire(1, until: deadline)) == "open")
    }

    @Test func aFailureToOpenIsRepeatedWhileSomebodyWaits() {
        var pool = LeasePool<Holder, Int>(capacity: 3, queueLength: 10)
        _ = pool.acquire(0, until: deadline)
        let again = pool.failedToOpen()
        #expect(again && pool.size == 1)
        #expect(pool.popExpired(at: Instant(nanoseconds: 999)) == nil)
        #expect(pool.popExpired(at: deadline) == 0)
        let given = pool.failedToOpen()
        #expect(!given && pool.size == 0 && pool.opening == 0)
    }

    @Test func countsStayTrueUnderAnyOrderOfEvents() {
        var random = SystemRandomNumberGenerator()
        var pool = LeasePool<Holder, Int>(capacity: 4, queueLength: 6)
        var held: [Holder] = []
        for step in 0..<20_000 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                if case .lease(let holder) = pool.acquire(step, until: deadline) { held.append(holder) }
            case 2 where pool.opening > 0:
                let holder = Holder()
                if pool.opened(holder) != nil { held.append(holder) }
            case 3 where pool.opening > 0: _ = pool.failedToOpen()
            case 4 where !held.isEmpty:
                let holder = held.removeFirst()
                if pool.released(holder) != nil { held.append(holder) }
            case 5 where !held.isEmpty: _ = pool.lost(held.removeFirst())
            default: _ = pool.popWaiting()
            }
            #expect(pool.leased == held.count)
            #expect(pool.size <= pool.capacity && pool.opening >= 0)
            #expect(pool.waiting.isEmpty || pool.idle.isEmpty)
            // Nobody waits for nothing: a connection is opening, or all are in use.
            #expect(pool.waiting.isEmpty || pool.opening > 0 || pool.leased > 0)
        }
    }
}

@Suite struct WaitQueueTests {
    @Test func expiresFromTheFrontAtTheDeadlineAndNotBefore() {
        var queue = WaitQueue<Int>(limit: 2)
        queue.append(1, until: Instant(nanoseconds: 10))
        #expect(!queue.isFull)
        queue.append(2, until: Instant(nanoseconds: 20))
        #expect(queue.isFull && queue.nextDeadline == Instant(nanoseconds: 10))
        #expect(queue.popExpired(at: Instant(nanoseconds: 9)) == nil)
        #expect(queue.popExpired(at: Instant(nanoseconds: 10)) == 1)
        #expect(queue.popExpired(at: Instant(nanoseconds: 19)) == nil)
        #expect(queue.popFirst() == 2)
    }
}

@Suite struct BackoffTests {
    @Test func doublesUpToItsBoundWithinTheJitter() {
        var backoff = Backoff(first: .milliseconds(50), last: .seconds(5))
        for whole in [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000] {
            let delay = backoff.next().milliseconds
            #expect(delay >= Double(whole) / 2 - 0.001 && delay <= Double(whole) + 0.001)
        }
        for _ in 0..<100 { #expect(backoff.next() <= .seconds(5)) }
        backoff.reset()
        #expect(backoff.next() <= .milliseconds(50))
    }
}

@Suite struct BreakerTests {
    private let error = DatabaseError(.unavailable, "refused")

    @Test func opensAfterEnoughFailuresAndEnoughTime() {
        var breaker = Breaker(threshold: 3, delay: .seconds(1))
        let start = Instant(nanoseconds: 5_000_000_000)
        for _ in 0..<3 { breaker.failed(error, at: start) }
        #expect(!breaker.isOpen(at: start + .milliseconds(999)))
        #expect(breaker.isOpen(at: start + .seconds(1)))
        #expect(breaker.lastError == error)
    }

    @Test func needsTheNumberAsWellAsTheTime() {
        var breaker = Breaker(threshold: 3, delay: .seconds(1))
        let start = Instant(nanoseconds: 0)
        breaker.failed(error, at: start)
        breaker.failed(error, at: start + .seconds(60))
        #expect(!breaker.isOpen(at: start + .seconds(60)))
        breaker.failed(error, at: start + .seconds(60))
        #expect(breaker.isOpen(at: start + .seconds(60)))
    }

    @Test func oneSuccessClosesIt() {
        var breaker = Breaker(threshold: 1, delay: .zero)
        #expect(!breaker.isOpen(at: .distantFuture))
        breaker.failed(error, at: Instant(nanoseconds: 0))
        #expect(breaker.isOpen(at: Instant(nanoseconds: 0)))
        breaker.succeeded()
        #expect(!breaker.isOpen(at: .distantFuture) && breaker.lastError == nil)
    }
}
