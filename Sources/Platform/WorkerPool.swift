/// A few niced threads for work that blocks or computes too long for an event loop, behind a bounded queue.
///
/// Its threads live until `stop`.
public final class WorkerPool: Sendable {
    public struct Limits: Equatable, Sendable {
        public let threads: Int
        /// Jobs that wait for a thread.
        public let queue: Int
        /// 0 shares the cores equally with the event loops; 19 yields to them.
        public let niceness: Int

        /// One core is left to the event loops.
        public init(threads: Int = max(1, Thread.availableCores - 1), queue: Int = 64, niceness: Int = 10) {
            (self.threads, self.queue, self.niceness) = (max(1, threads), max(0, queue), niceness)
        }
    }

    private let state: Monitor<JobQueue>
    private let threads: [Thread]

    public init(name: String, limits: Limits = Limits()) {
        let state = Monitor(JobQueue(limits: limits))
        self.state = state
        threads = (0..<limits.threads).map { k in
            Thread.start("\(name)-\(k)") {
                Thread.lowerPriority(by: limits.niceness)
                Self.work(state)
            }
        }
    }

    private static func work(_ state: Monitor<JobQueue>) {
        while let job = state.wait({ $0.next() }).job {
            let announce = job()
            state.withLock { $0.finish() }
            announce?()
        }
    }

    /// False, at once, when the queue is full or the pool stopped.
    public func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        enqueue {
            job()
            return nil
        } == .accepted
    }

    func enqueue(_ job: @escaping JobQueue.Job) -> JobQueue.Admission {
        let admission = state.withLock { $0.add(job) }
        if admission == .accepted { state.signal() }
        return admission
    }

    /// Jobs that run and jobs that wait, for metrics and health.
    public var load: (running: Int, waiting: Int) { state.withLock { ($0.running, $0.waiting) } }

    /// Takes no new job, lets the accepted ones finish and ends the threads. Not to be called from a job, nor twice at once.
    public func stop() {
        guard state.withLock({ $0.stop() }) else { return }
        state.broadcast()
        for thread in threads { thread.join() }
    }
}
