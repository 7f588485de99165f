import Platform
import Synchronization

/// The loops of the process, one thread each.
public final class EventLoopGroup: Sendable {
    public let loops: [EventLoop]
    private let threads: [Thread]
    private let turn = Atomic<Int>(0)

    public init(count: Int) {
        loops = (0..<count).map { EventLoop(index: $0) }
        threads = loops.map { loop in Thread.start("loop-\(loop.index)") { Thread.withOwnShard { loop.run() } } }
    }

    /// The loop for work that starts outside: the caller's own when it is on one, else each in turn.
    public func next() -> EventLoop {
        if let current = EventLoop.current { return current }
        return loops[turn.wrappingAdd(1, ordering: .relaxed).oldValue % loops.count]
    }

    /// Runs `work` as a task of one of the loops.
    @discardableResult
    public func start(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: next(), operation: work)
    }

    /// Ends every loop and waits for its thread. Tasks that have not finished are abandoned.
    public func stop() {
        for loop in loops { loop.stop() }
        for thread in threads { thread.join() }
    }
}
