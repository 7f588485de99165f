import Net
import Platform

public enum HealthState: Sendable {
    /// The server answered a statement, after this long.
    case healthy(Duration)
    case unhealthy(DatabaseError)
}

extension Database {
    /// Runs a statement for real, and waits no longer than `deadline` for its answer.
    public func check(within deadline: Duration = .seconds(1)) async -> HealthState {
        let start = Instant.now()
        let loop = shard.loop
        return await withUnsafeContinuation { continuation in
            let answer = Answer(continuation)
            Task(executorPreference: loop) {
                do {
                    _ = try await self.query("SELECT 1")
                    answer.give(.healthy(Instant.now() - start))
                } catch {
                    answer.give(.unhealthy(error as? DatabaseError ?? DatabaseError(.closed, "\(error)")))
                }
            }
            loop.post {
                loop.alarm(at: start + deadline) {
                    let detail = "no answer to SELECT 1 within \(deadline.seconds) s"
                    answer.give(.unhealthy(DatabaseError(.unavailable, detail)))
                }
            }
        }
    }

    /// The first of two answers.
    private final class Answer: Sendable {
        private let continuation: Monitor<UnsafeContinuation<HealthState, Never>?>
        init(_ waiter: UnsafeContinuation<HealthState, Never>) { continuation = Monitor(waiter) }
        func give(_ state: HealthState) { continuation.withLock { $0.take() }?.resume(returning: state) }
    }
}
