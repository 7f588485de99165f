import Platform

/// Runs each part of a task between two waits on a thread of its own, so that a test that blocks holds up no other.
public final class BlockingThread: TaskExecutor {
    public init() {}

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        Thread.start("test") { job.runSynchronously(on: executor) }.detach()
    }

    public func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }
}
