/// What a worker pool has accepted: a ring of waiting jobs and the count of running ones.
struct JobQueue {
    /// Returns what tells the waiting caller, called when the thread counts as free again: the caller may submit at once.
    typealias Job = @Sendable () -> (@Sendable () -> Void)?
    enum Admission { case accepted, saturated, stopped }
    /// What a thread that asks for work is told: a job, or none for ever.
    struct Assignment { let job: Job? }

    private var ring: [Job?]
    private var head = 0
    private let threads: Int
    private let limit: Int
    private var stopped = false
    private(set) var waiting = 0
    private(set) var running = 0

    init(limits: WorkerPool.Limits) {
        threads = limits.threads
        limit = limits.queue
        ring = Array(repeating: nil, count: limits.threads + limits.queue)
    }

    /// A job is accepted when a thread is free for it or the queue has room.
    mutating func add(_ job: @escaping Job) -> Admission {
        if stopped { return .stopped }
        guard running + waiting < threads + limit else { return .saturated }
        ring[(head + waiting) % ring.count] = job
        waiting += 1
        return .accepted
    }

    /// Nil when the thread has to wait.
    mutating func next() -> Assignment? {
        guard waiting > 0 else { return stopped ? Assignment(job: nil) : nil }
        let job = ring[head]
        ring[head] = nil
        head = (head + 1) % ring.count
        waiting -= 1
        running += 1
        return Assignment(job: job)
    }

    mutating func finish() { running -= 1 }

    /// False when it was stopped before.
    mutating func stop() -> Bool {
        defer { stopped = true }
        return !stopped
    }
}
