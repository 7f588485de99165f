import Net
import Platform

extension Database {
    public enum Isolation: Sendable {
        case readCommitted, repeatableRead, serializable
    }

    /// Runs `body` in a transaction on a connection of its own: COMMIT when it returns, ROLLBACK when it throws or its
    /// task is cancelled. When transactions exclude each other the loser's whole body runs again, up to `retries`
    /// times: it must have no other effects. `timeout` replaces the statements' usual one; `setting` holds for the
    /// transaction.
    @discardableResult
    public nonisolated(nonsending) func transaction<Value>(
        isolation: Isolation = .readCommitted, readOnly: Bool = false, retries: Int = 3, timeout: Duration? = nil,
        under setting: LocalSetting? = nil,
        _ body: nonisolated(nonsending) (Transaction) async throws -> Value
    ) async throws -> Value {
        var opening = [Self.begin(isolation, readOnly: readOnly)]
        if let timeout { opening.append(Statement(composed: "SET LOCAL statement_timeout = \(timeout.setting)")) }
        if let setting { opening.append(setting.opening) }
        let shard = shard
        var backoff = Backoff(first: .milliseconds(10), last: .milliseconds(500))
        while true {
            do {
                return try await attempt(on: shard, opening: opening, timeout: timeout, body)
            } catch let error as DatabaseError {
                shard.counters.errors.increment()
                let mayPass = error.isConflict || error.report?.isStalePlan == true
                guard mayPass, backoff.attempts < retries else { throw error }
                shard.counters.conflictRetries.increment()
                try await shard.loop.sleep(for: backoff.next())
            }
        }
    }

    private nonisolated(nonsending) func attempt<Value>(
        on shard: Shard, opening: [Statement], timeout: Duration?,
        _ body: nonisolated(nonsending) (Transaction) async throws -> Value
    ) async throws -> Value {
        let link = try await lease(from: shard)
        defer { link.perform { shard.release(link) } }
        if let timeout { link.perform { link.patience = timeout + shard.limits.stallGrace } }
        let transaction = Transaction(link, opening: opening) { self.nextSerial() }
        let value: Value
        do {
            value = try await body(transaction)
        } catch {
            await transaction.rollBack()
            throw error
        }
        try await transaction.commit()
        return value
    }

    private func lease(from shard: Shard) async throws -> Link {
        if Task.isCancelled { throw CancellationError() }
        let serial = nextSerial()
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                let lease = Lease(continuation, serial: serial)
                if shard.loop.isCurrent { shard.acquire(lease) } else { shard.loop.post { shard.acquire(lease) } }
            }
        } onCancel: {
            shard.loop.post { shard.withdraw(serial: serial) }
        }
    }

    private static func begin(_ isolation: Isolation, readOnly: Bool) -> Statement {
        switch (isolation, readOnly) {
        case (.readCommitted, false): "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        case (.readCommitted, true): "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
        case (.repeatableRead, false): "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"
        case (.repeatableRead, true): "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        case (.serializable, false): "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"
        case (.serializable, true): "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"
        }
    }
}
