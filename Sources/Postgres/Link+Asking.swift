import Net

/// How tasks wait for a link that they hold, from any thread.
extension Link {
    func perform(_ action: @escaping @Sendable () -> Void) {
        if loop.isCurrent { action() } else { loop.post(action) }
    }

    /// Waits for the exchange that `action` sends. Ends early when the task is cancelled: then the statement is
    /// stopped, and the link with it.
    func ask(
        serial: Int, _ action: @escaping @Sendable (Exchange.Waiter) -> Void
    ) async throws -> Rows {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in perform { action(.task(continuation)) } }
        } onCancel: {
            loop.post { self.abandon(serial: serial) }
        }
    }

    func step(
        _ action: @escaping @Sendable (Link, SingleCommand.Waiter) -> Void
    ) async throws -> SingleCommand.Step {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { waiter in perform { action(self, waiter) } }
        } onCancel: {
            loop.post { self.abandonSingle() }
        }
    }

    /// False when a script has ended the transaction that it ran in.
    func isStillInTransaction() async -> Bool {
        await withUnsafeContinuation { continuation in
            perform { continuation.resume(returning: self.isInTransaction) }
        }
    }
}
