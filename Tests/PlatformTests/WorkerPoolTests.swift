import Platform
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
    /// Holds the workers that wait in it until it opens.
    private final class Gate: Sendable {
        private let state = Monitor((open: false, arrived: 0))

        func pass() {
            state.withLock { $0.arrived += 1 }
            state.broadcast()
            state.wait { $0.open ? () : nil }
        }
        func open() {
            state.withLock { $0.open = true }
            state.broadcast()
        }
        func awaitArrivals(_ count: Int) { state.wait { $0.arrived >= count ? () : nil } }
    }

    @Test(arguments: [(1, 0), (1, 3), (2, 0), (3, 5)])
    func refusesTheJobPastItsBound(threads: Int, queue: Int) {
        let pool = WorkerPool(name: "pool", limits: .init(threads: threads, queue: queue))
        let gate = Gate()
        for _ in 0..<threads { #expect(pool.submit { gate.pass() }) }
        gate.awaitArrivals(threads)
        let done = Atomic(0)
        for _ in 0..<queue { #expect(pool.submit { done.wrappingAdd(1, ordering: .relaxed) }) }
        #expect(pool.load == (threads, queue))
        #expect(!pool.submit { done.wrappingAdd(100, ordering: .relaxed) })
        gate.open()
        pool.stop()
        #expect(done.load(ordering: .relaxed) == queue)
        #expect(pool.load == (0, 0))
    }

    @Test func stopFinishesWhatWasAcceptedAndRefusesTheRest() async {
        let pool = WorkerPool(name: "pool", limits: .init(threads: 2, queue: 1000))
        let done = Atomic(0)
        for _ in 0..<1000 { #expect(pool.submit { done.wrappingAdd(1, ordering: .relaxed) }) }
        pool.stop()
        #expect(done.load(ordering: .relaxed) == 1000)
        #expect(!pool.submit {})
        await #expect(throws: WorkerPoolError.stopped) { try await pool.run { 1 } }
        pool.stop()
    }

    @Test func runReturnsAndThrowsWhatTheBodyDoes() async throws {
        struct Refused: Error, Equatable {}
        let pool = WorkerPool(name: "pool", limits: .init(threads: 1, queue: 8))
        #expect(try await pool.run { 6 * 7 } == 42)
        await #expect(throws: Refused()) { try await pool.run { throw Refused() } }
        let gate = Gate()
        #expect(pool.submit { gate.pass() })
        gate.awaitArrivals(1)
        for _ in 0..<8 { #expect(pool.submit {}) }
        await #expect(throws: WorkerPoolError.saturated) { try await pool.run { 1 } }
        gate.open()
        pool.stop()
    }

    @Test func aCallerThatWasAnsweredFindsTheThreadFree() async throws {
        let pool = WorkerPool(name: "pool", limits: .init(threads: 1, queue: 0))
        for k in 0..<2000 { #expect(try await pool.run { k } == k) }
        pool.stop()
    }

    @Test func workWhoseTaskWasCancelledIsNotDone() async {
        let pool = WorkerPool(name: "pool", limits: .init(threads: 1, queue: 8))
        let gate = Gate()
        #expect(pool.submit { gate.pass() })
        gate.awaitArrivals(1)
        let done = Atomic(0)
        let task = Task { try await pool.run { done.wrappingAdd(1, ordering: .relaxed) } }
        while pool.load.waiting == 0 { await Task.yield() }
        task.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await task.value }
        pool.stop()
        #expect(done.load(ordering: .relaxed) == 0)
    }

    @Test func manySubmittersLoseNothing() {
        let pool = WorkerPool(name: "pool", limits: .init(threads: 3, queue: 16))
        let accepted = Atomic(0)
        let done = Atomic(0)
        let callers = (0..<4).map { _ in
            Thread.start("caller") {
                for _ in 0..<5000 where pool.submit({ done.wrappingAdd(1, ordering: .relaxed) }) {
                    accepted.wrappingAdd(1, ordering: .relaxed)
                }
            }
        }
        for caller in callers { caller.join() }
        pool.stop()
        #expect(accepted.load(ordering: .relaxed) > 0)
        #expect(done.load(ordering: .relaxed) == accepted.load(ordering: .relaxed))
    }
}
