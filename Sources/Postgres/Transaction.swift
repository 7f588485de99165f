/// A transaction that is open. It lives as long as the body that received it: afterwards it throws. Statements that are
/// sent together, by `async let`, travel together.
public final class Transaction: Queryable, @unchecked Sendable {  // `phase` is touched on the link's loop only
    private enum Phase { case fresh, begun, over }

    let link: Link
    private let opening: [Statement]
    private let nextSerial: @Sendable () -> Int
    private var phase = Phase.fresh
    /// What travels with COMMIT.
    private var last: Exchange.Call?

    init(_ link: Link, opening: [Statement], nextSerial: @escaping @Sendable () -> Int) {
        (self.link, self.opening, self.nextSerial) = (link, opening, nextSerial)
    }

    public nonisolated(nonsending) func send(
        _ statement: Statement, _ parameters: [any PostgresEncodable]
    ) async throws -> Rows {
        if Task.isCancelled { throw CancellationError() }
        let serial = nextSerial()
        do {
            return try await link.ask(serial: serial) { waiter in
                var exchange = Exchange(statement, parameters, waiter)
                exchange.serial = serial
                self.issue(exchange)
            }
        } catch { throw Self.beforeCommit(error) }
    }

    /// The transaction's last statement: it is sent when the body ends, and COMMIT with it. What locks it takes are held
    /// for one journey less. Its failure is the transaction's.
    public nonisolated(nonsending) func executeLast(
        _ statement: Statement, _ parameters: any PostgresEncodable...
    ) async throws {
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
            link.perform {
                guard self.last == nil, self.phase == .begun else {
                    return continuation.resume(throwing: DatabaseError(.misuse, "a transaction has one last statement"))
                }
                self.last = Exchange.Call(statement, parameters)
                continuation.resume()
            }
        }
    }

    /// What fails inside `body` is undone, and the transaction goes on.
    @discardableResult
    public nonisolated(nonsending) func savepoint<Value>(
        _ body: nonisolated(nonsending) () async throws -> Value
    ) async throws -> Value {
        try await execute("SAVEPOINT etape")
        do {
            let value = try await body()
            try await execute("RELEASE SAVEPOINT etape")
            return value
        } catch {
            // If this fails too the transaction is lost, and its commit will say so.
            _ = try? await execute("ROLLBACK TO SAVEPOINT etape")
            _ = try? await execute("RELEASE SAVEPOINT etape")
            throw error
        }
    }

    // MARK: On the loop

    /// BEGIN travels with the first statement.
    private func issue(_ exchange: Exchange) {
        var exchange = exchange
        switch phase {
        case .over: exchange.fail(DatabaseError(.misuse, "a transaction was used after its end"))
        case .begun where last != nil:
            exchange.fail(DatabaseError(.misuse, "a transaction was used after its last statement"))
        case .begun: link.send(exchange)
        case .fresh:
            exchange.opening = opening.map { .init($0) }
            if link.send(exchange) { phase = .begun }
        }
    }

    private func issueBegin(_ continuation: UnsafeContinuation<Void, any Error>) {
        guard phase == .fresh, let last = opening.last else {
            if phase == .begun { return continuation.resume() }
            return continuation.resume(throwing: DatabaseError(.misuse, "a transaction was used after its end"))
        }
        var exchange = Exchange(last, [], .call { continuation.resume(with: $0.map { _ in }) })
        exchange.opening = opening.dropLast().map { .init($0) }
        if link.send(exchange) { phase = .begun }
    }

    // MARK: From any thread

    /// Sends BEGIN alone, for what cannot travel with it.
    func begin() async throws {
        if Task.isCancelled { throw CancellationError() }
        try await withUnsafeThrowingContinuation { continuation in link.perform { self.issueBegin(continuation) } }
    }

    /// Nothing of a transaction that lost its connection before COMMIT remains.
    static func beforeCommit(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        return switch error.kind {
        case .connectionLost: DatabaseError(.connectionLost(.notExecuted), error.detail)
        case .timeout: DatabaseError(.timeout(.notExecuted), error.detail)
        default: error
        }
    }

    func commit() async throws {
        guard let rows = try await end(with: "COMMIT", afterLast: true) else { return }
        // A transaction in which a statement failed answers COMMIT with ROLLBACK, and no error.
        guard rows.command == "COMMIT" else {
            throw DatabaseError(.misuse, "an error inside the transaction was ignored: everything was rolled back")
        }
    }

    /// When this fails the link is dead, or not quiet and closed at its release; the server rolls back by itself.
    func rollBack() async { _ = try? await end(with: "ROLLBACK") }

    /// Runs to its end whatever becomes of the task. Nil when nothing had begun.
    private func end(with statement: Statement, afterLast sendsLast: Bool = false) async throws -> Rows? {
        try await withUnsafeThrowingContinuation { continuation in
            link.perform { [self] in
                let hadBegun = phase == .begun
                phase = .over
                guard hadBegun else { return continuation.resume(returning: nil) }
                var exchange = Exchange(statement, [], .call { continuation.resume(with: $0.map { .some($0) }) })
                if sendsLast, let last { exchange.opening = [last] }
                link.send(exchange)
            }
        }
    }
}
