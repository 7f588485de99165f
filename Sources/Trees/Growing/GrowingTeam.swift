import Platform
import Synchronization

/// Threads that share out pieces of work and wait for one another. What comes out may not depend on who did what: a
/// piece writes only what is its own.
final class GrowingTeam: Sendable {
    /// The piece, and who does it, from 0 on: for room that is used again and again.
    typealias Work = (_ piece: Int, _ worker: Int) -> Void

    /// It lives as long as `run`.
    private struct Task: @unchecked Sendable {
        let work: UnsafePointer<Work>
        let pieces: Int
    }
    private struct State: Sendable {
        var task: Task?
        /// Grows with each task.
        var number = 0
        var atWork = 0
        var isOver = false
    }

    let size: Int
    private let state = Monitor(State())
    private let done = Monitor(0)
    private let next = Atomic<Int>(0)
    private let threads: Monitor<[Thread]>

    init(threads count: Int) {
        size = max(1, count)
        threads = Monitor([])
    }

    /// Starts the others. They end with `stop()`.
    func start() {
        let others = (1..<max(1, size)).map { worker in
            Thread.start("foret-\(worker)") { self.follow(worker) }
        }
        threads.withLock { $0 = others }
    }

    func stop() {
        state.withLock { $0.isOver = true }
        state.broadcast()
        for thread in threads.withLock({ $0 }) { thread.join() }
    }

    /// Does all pieces, this thread among the others, and returns when all are done.
    func run(_ pieces: Int, _ work: Work) {
        guard size > 1, pieces > 1 else {
            for piece in 0..<pieces { work(piece, 0) }
            return
        }
        withoutActuallyEscaping(work) { work in
            withUnsafePointer(to: work) { share(Task(work: $0, pieces: pieces)) }
        }
    }

    private func share(_ task: Task) {
        next.store(0, ordering: .relaxed)
        done.withLock { $0 = 0 }
        state.withLock {
            $0.task = task
            $0.number += 1
        }
        state.broadcast()
        work(on: task, as: 0)
        // Everybody must have seen that there is nothing left.
        _ = done.wait { $0 == size - 1 ? true : nil }
    }

    private func work(on task: Task, as worker: Int) {
        while true {
            let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard piece < task.pieces else { return }
            task.work.pointee(piece, worker)
        }
    }

    private func follow(_ worker: Int) {
        var seen = 0
        while true {
            let task: Task? = state.wait { state in
                if state.isOver { return .some(nil) }
                guard state.number > seen, let task = state.task else { return nil }
                seen = state.number
                return task
            }
            guard let task else { return }
            work(on: task, as: worker)
            done.withLock { $0 += 1 }
            done.signal()
        }
    }
}
