import Glibc
import Platform
import Postgres

/// A database that nobody else uses, in a PostgreSQL server that all tests of the process share.
///
/// The server starts with the first database and ends with the process, however that ends.
public final class TestDatabase: Sendable {
    public let name: String
    /// What libpq needs to connect as the owner of the database.
    public let connectionString: String
    /// What libpq needs to connect as the role that owns nothing.
    public var serviceConnectionString: String { server.serviceConnectionString(to: name) }
    private let server: TestServer

    /// An empty database.
    public convenience init() throws {
        try self.init(like: "template0") { _ in }
    }

    /// A copy of a database that `prepare` filled, the first time that `kind` was asked for in this process.
    /// `prepare` must have closed its connections when it returns.
    public init(like kind: String, preparedBy prepare: (_ connectionString: String) throws -> Void) throws {
        server = try TestServer.shared()
        name = try server.makeDatabase(like: kind, preparedBy: prepare)
        connectionString = server.connectionString(to: name)
    }

    /// As a backup of the other would be restored. Nobody may be connected to it.
    public init(copying other: TestDatabase) throws {
        server = other.server
        name = try server.makeDatabase(copying: other.name)
        connectionString = server.connectionString(to: name)
    }

    deinit { try? server.drop(name) }

    /// The first value of the first row.
    @discardableResult
    public func value(_ sql: String) throws -> String? { try PlainSQL.value(connectionString, sql) }
}

/// The server behind all test databases.
final class TestServer: Sendable {
    private struct Names {
        var templates: Set<String> = ["template0"]
        var made = 0
    }

    private static let started = Monitor<TestServer?>(nil)

    private let directory: TemporaryDirectory
    private let cluster: PrivateCluster
    /// One at a time: a database cannot be copied while another connection looks at it.
    private let names = Monitor(Names())

    static func shared() throws -> TestServer {
        try started.withLock { started in
            if let started { return started }
            let server = try TestServer()
            started = server
            // After the directory's own: what is registered last is called first.
            atexit { TestServer.started.withLock { $0.take() }?.cluster.stop() }
            return server
        }
    }

    private init() throws {
        directory = try TemporaryDirectory()
        var settings = ClusterSettings()
        settings.memory = 512 << 20
        settings.connections = 97
        settings.isDurable = false
        cluster = try PrivateCluster(dataDirectory: directory.path, settings: settings)
        try cluster.start()
    }

    func connectionString(to database: String) -> String { cluster.connectionString(to: database) }

    func serviceConnectionString(to database: String) -> String { cluster.serviceConnectionString(to: database) }

    func makeDatabase(like kind: String, preparedBy prepare: (String) throws -> Void) throws -> String {
        try names.withLock { names in
            if !names.templates.contains(kind) {
                try create(kind, like: "template0")
                try prepare(connectionString(to: kind))
                names.templates.insert(kind)
            }
            return try makeNext(like: kind, &names)
        }
    }

    func makeDatabase(copying other: String) throws -> String {
        try names.withLock { try makeNext(like: other, &$0) }
    }

    private func makeNext(like template: String, _ names: inout Names) throws -> String {
        names.made += 1
        let name = "test_\(names.made)"
        try create(name, like: template)
        return name
    }

    func drop(_ database: String) throws {
        try PlainSQL.value(cluster.administratorConnectionString, "DROP DATABASE \"\(database)\" WITH (FORCE)")
    }

    private func create(_ database: String, like template: String) throws {
        let sql = "CREATE DATABASE \"\(database)\" OWNER inspectia TEMPLATE \"\(template)\" STRATEGY file_copy"
        try PlainSQL.value(cluster.administratorConnectionString, sql)
    }
}
