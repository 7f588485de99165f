/// A setting of the server for one transaction: it travels with the first statement and ends with the last.
public struct LocalSetting: Sendable {
    let opening: Statement

    /// Nil unless the value is made of ASCII letters, digits, `-`, `_` and `*`, 64 at most: it becomes part of the text.
    public init?(_ name: StaticString, _ value: String) {
        let isPlain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_*".utf8.contains(byte)
            }
        }
        guard isPlain, value.utf8.count <= 64 else { return nil }
        opening = Statement(composed: "SELECT set_config('\(name)', '\(value)', true)")
    }
}

/// The database with a setting for each of its statements: no statement can be sent without it, and it costs no round
/// trip of its own.
public struct ScopedDatabase: Queryable, Sendable {
    private let database: Database
    private let setting: LocalSetting

    init(_ database: Database, _ setting: LocalSetting) { (self.database, self.setting) = (database, setting) }

    public nonisolated(nonsending) func send(
        _ statement: Statement, _ parameters: [any PostgresEncodable]
    ) async throws -> Rows {
        // Without a sync point in between, both are one transaction to the server.
        try await database.send(statement, parameters, opening: [setting.opening])
    }

    @discardableResult
    public nonisolated(nonsending) func transaction<Value>(
        isolation: Database.Isolation = .readCommitted, readOnly: Bool = false, retries: Int = 3,
        timeout: Duration? = nil, _ body: nonisolated(nonsending) (Transaction) async throws -> Value
    ) async throws -> Value {
        try await database.transaction(
            isolation: isolation, readOnly: readOnly, retries: retries, timeout: timeout, under: setting, body)
    }
}

extension Database {
    /// The same database, each of whose statements and transactions runs under the setting.
    public func under(_ setting: LocalSetting) -> ScopedDatabase { ScopedDatabase(self, setting) }
}
