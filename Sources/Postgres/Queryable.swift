/// What takes statements: the database, where each stands alone, or a transaction. Store functions take `some
/// Queryable` when they do not care.
public protocol Queryable {
    nonisolated(nonsending) func send(
        _ statement: Statement, _ parameters: [any PostgresEncodable]
    ) async throws -> Rows
}

extension Queryable {
    public nonisolated(nonsending) func query(
        _ statement: Statement, _ parameters: any PostgresEncodable...
    ) async throws -> Rows {
        try await send(statement, parameters)
    }

    public nonisolated(nonsending) func query(_ composed: ComposedStatement) async throws -> Rows {
        try await send(composed.statement, composed.parameters)
    }

    /// The first row, if there is one.
    public nonisolated(nonsending) func queryOne(
        _ statement: Statement, _ parameters: any PostgresEncodable...
    ) async throws -> Row? {
        try await send(statement, parameters).first
    }

    /// The number of rows that the statement touched.
    @discardableResult
    public nonisolated(nonsending) func execute(
        _ statement: Statement, _ parameters: any PostgresEncodable...
    ) async throws -> Int {
        try await send(statement, parameters).affected
    }

    /// Sends to whoever listens on the channel; inside a transaction, when it commits.
    public nonisolated(nonsending) func notify(_ channel: StaticString, _ payload: String = "") async throws {
        try await execute("SELECT pg_notify($1, $2)", channel.description, payload)
    }
}
