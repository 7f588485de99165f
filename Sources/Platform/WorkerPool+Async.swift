import Synchronization

public enum WorkerPoolError: Error, Equatable, Sendable {
    /// Every thread is busy and the queue is full: try later.
    case saturated
    case stopped
}

extension WorkerPool {
    /// Runs `body` on a worker and waits for it without holding a thread. Work whose task was cancelled before its
    /// turn came is not done: the wait ends with a `CancellationError`.
    public func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                let admission = enqueue {
                    let outcome = Swift.Result {
                        if cancellation.requested.load(ordering: .relaxed) { throw CancellationError() }
                        return try body()
                    }
                    return { continuation.resume(with: outcome) }
                }
                switch admission {
                case .accepted: break
                case .saturated: continuation.resume(throwing: WorkerPoolError.saturated)
                case .stopped: continuation.resume(throwing: WorkerPoolError.stopped)
                }
            }
        } onCancel: {
            cancellation.requested.store(true, ordering: .relaxed)
        }
    }

    private final class Cancellation: Sendable {
        let requested = Atomic(false)
    }
}
