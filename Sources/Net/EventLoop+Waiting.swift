public import Platform

extension EventLoop {
    /// Waits without holding a thread. Ends early, with an error, when the task is cancelled.
    public func sleep(until deadline: Instant) async throws(CancellationError) {
        let nap = Nap()
        await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                post { nap.begin(on: self, until: deadline, continuation) }
            }
        } onCancel: {
            post { nap.end(on: self) }
        }
        if Task.isCancelled { throw CancellationError() }
    }

    public func sleep(for duration: Duration) async throws(CancellationError) {
        try await sleep(until: Instant.now() + duration)
    }

    /// One sleep. Touched only on the loop's thread, by calls that the loop runs in the order of their posting.
    private final class Nap: @unchecked Sendable {
        private var continuation: UnsafeContinuation<Void, Never>?
        private var alarm: Alarm?
        private var ended = false

        func begin(on loop: EventLoop, until deadline: Instant, _ continuation: UnsafeContinuation<Void, Never>) {
            if ended { return continuation.resume() }
            self.continuation = continuation
            alarm = loop.alarm(at: deadline) { self.end(on: loop) }
        }

        func end(on loop: EventLoop) {
            ended = true
            if let alarm { loop.cancel(alarm) }
            continuation?.resume()
            (continuation, alarm) = (nil, nil)
        }
    }
}
