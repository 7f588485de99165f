/// One statement on its way: what to send, and who waits for the answer.
struct Exchange: Sendable {
    enum Waiter: Sendable {
        case task(UnsafeContinuation<Rows, any Error>)
        case call(@Sendable (Result<Rows, any Error>) -> Void)
    }

    struct Call: Sendable {
        let statement: Statement
        let parameters: [any PostgresEncodable]

        init(_ statement: Statement, _ parameters: [any PostgresEncodable] = []) {
            (self.statement, self.parameters) = (statement, parameters)
        }
    }

    let statement: Statement
    let parameters: [any PostgresEncodable]
    let waiter: Waiter
    /// Sent before the statement, in the same breath: BEGIN and its settings; before COMMIT the last statement. When one
    /// fails, nothing after it is done.
    var opening: [Call] = []
    /// Tells a transaction's statements apart, so that a late cancellation does not hit the next one.
    var serial = 0
    /// It may be sent a second time when the server has forgotten its plan.
    var mayRepeat = true
    /// The literals that were prepared along with it, each with its position among the answers.
    var preparing: [(position: Int, key: UInt)] = []

    init(_ statement: Statement, _ parameters: [any PostgresEncodable] = [], _ waiter: Waiter) {
        (self.statement, self.parameters, self.waiter) = (statement, parameters, waiter)
    }

    func succeed(_ rows: Rows) {
        switch waiter {
        case .task(let continuation): continuation.resume(returning: rows)
        case .call(let call): call(.success(rows))
        }
    }
    func fail(_ error: any Error) {
        switch waiter {
        case .task(let continuation): continuation.resume(throwing: error)
        case .call(let call): call(.failure(error))
        }
    }
}
