import Net
import Platform
import Postgres

/// The service's database for the time of one command, as its owner: the running service's, or one started for the
/// occasion.
enum CommandDatabase {
    /// Blocks until `body` has ended.
    static func use<Value: Sendable>(
        _ settings: ServiceSettings, _ body: @escaping @Sendable (Database) async throws -> Value
    ) throws -> Value {
        if let url = settings.databaseOwnerURL { return try connect(url, settings, body) }
        return try PrivateCluster.use(dataDirectory: settings.dataDirectory, settings: settings.clusterSettings) {
            try connect($0, settings, body)
        }
    }

    /// Blocks.
    static func connect<Value: Sendable>(
        _ connection: String, _ settings: ServiceSettings, _ body: @escaping @Sendable (Database) async throws -> Value
    ) throws -> Value {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        let database = try Database(settings.databaseConfiguration(connection), on: group)
        let outcome = Monitor<Result<Value, any Error>?>(nil)
        group.start {
            let result: Result<Value, any Error>
            do { result = .success(try await body(database)) } catch { result = .failure(error) }
            await database.close()
            outcome.withLock { $0 = result }
            outcome.signal()
        }
        return try outcome.wait { $0 }.get()
    }
}
