import JSON
import Platform
import Postgres
import TestKit

@testable import Service

/// What tests of retention share: the database's clock moved on, and purges as the service and as the owner do them.
struct AgedDatabase: Sendable {
    let database: TestDatabase
    let directory: String

    init(_ database: TestDatabase, directory: String) { (self.database, self.directory) = (database, directory) }
    init(_ office: AnalysingService) { self.init(office.database, directory: office.service.directory.path) }

    /// Only the owner can say that it is later than it is.
    func age(months: Int) throws {
        try database.value(
            """
            CREATE OR REPLACE FUNCTION moment_de_conservation() RETURNS timestamptz LANGUAGE sql STABLE
                AS 'SELECT now() + interval ''\(months) months'''
            """)
    }

    func settings(_ more: [String: String] = [:]) throws -> ServiceSettings {
        let own = [
            "INSPECTIA_DATABASE_URL": database.connectionString, "INSPECTIA_DATA_DIR": directory,
        ]
        return try .reading(own.merging(more) { $1 })
    }

    /// As the role that owns nothing, unless the owner is meant.
    func use<Value: Sendable>(
        asOwner: Bool = false, _ body: @escaping @Sendable (Retention) async throws -> Value
    ) throws -> Value {
        let pool = WorkerPool(name: "essai", limits: .init(threads: 1))
        defer { pool.stop() }
        let settings = try settings()
        let connection = asOwner ? database.connectionString : database.serviceConnectionString
        return try CommandDatabase.connect(connection, settings) { database in
            try await body(Retention(settings, database, pool))
        }
    }

    static let actor = AuditActor(name: "service")

    @discardableResult
    func purge(asOwner: Bool = false, atOnce: Int = 7, parts: Int = .max) throws -> Retention.Summary? {
        try use(asOwner: asOwner) { retention in
            var count = 0
            return try await retention.run(by: Self.actor, atOnce: atOnce) { _ in
                count += 1
                return count < parts
            }
        }
    }

    /// In the rows of all offices.
    @discardableResult
    func value(_ sql: String) throws -> String? {
        try database.value("SELECT set_config('inspectia.bureau', '*', true); " + sql)
    }

    func list(_ sql: String) throws -> [String] {
        let joined = try value("SELECT string_agg(t.x::text, ' ' ORDER BY t.x::text) FROM (\(sql)) t (x)")
        return (joined ?? "").split(separator: " ").map(String.init)
    }

    var numbers: [String] { get throws { try list("SELECT numero_declaration FROM declarations") } }

    /// What is written once is changed all the same.
    func tamper(_ table: String, _ sql: String) throws {
        try database.value(
            """
            SELECT set_config('inspectia.bureau', '*', false); ALTER TABLE \(table) DISABLE TRIGGER USER;
            \(sql); ALTER TABLE \(table) ENABLE TRIGGER USER
            """)
    }

    func isWhole() throws -> Bool {
        try AuditCommands.verify(settings(), journal: nil, anchors: nil, key: nil).isGood
    }
}
