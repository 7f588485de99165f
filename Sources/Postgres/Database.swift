public import Net
import Platform
import Synchronization

/// The database as the whole process shares it. A statement that starts on a loop is sent, answered and resumed on
/// that loop, without a lock; from elsewhere it goes to one of the loops and back.
///
///     let rows = try await database.query("SELECT code, nom FROM bureaux WHERE region = $1", region)
///     let bureaux = try rows.map { try Bureau(code: $0.get("code"), nom: $0.get("nom")) }
///
/// A statement that was handed to a connection runs to its end even when its task is cancelled; `transaction` stops it.
public final class Database: Queryable, Sendable {
    public let configuration: DatabaseConfiguration
    private let shards: [Shard]
    private let turn = Atomic<Int>(0)
    private let serial = Atomic<Int>(0)
    private let listener: Listener

    /// Connects in the background, and again whenever a connection is lost.
    public init(_ configuration: DatabaseConfiguration, on group: EventLoopGroup) throws(DatabaseError) {
        try configuration.check()
        self.configuration = configuration
        shards = group.loops.map { Shard($0, configuration) }
        listener = Listener(group.loops[0], configuration)
        for shard in shards { shard.loop.post { shard.start() } }
    }

    /// The caller's own loop's part, else each in turn.
    var shard: Shard {
        if let loop = EventLoop.current, loop.index < shards.count, shards[loop.index].loop === loop {
            return shards[loop.index]
        }
        return shards[turn.wrappingAdd(1, ordering: .relaxed).oldValue % shards.count]
    }

    func nextSerial() -> Int { serial.wrappingAdd(1, ordering: .relaxed).newValue }

    public nonisolated(nonsending) func send(
        _ statement: Statement, _ parameters: [any PostgresEncodable]
    ) async throws -> Rows {
        try await send(statement, parameters, opening: [])
    }

    nonisolated(nonsending) func send(
        _ statement: Statement, _ parameters: [any PostgresEncodable], opening: [Statement]
    ) async throws -> Rows {
        if Task.isCancelled { throw CancellationError() }
        let shard = shard
        do {
            return try await withUnsafeThrowingContinuation { continuation in
                var exchange = Exchange(statement, parameters, .task(continuation))
                exchange.opening = opening.map { .init($0) }
                let ready = exchange
                if shard.loop.isCurrent { shard.submit(ready) } else { shard.loop.post { shard.submit(ready) } }
            }
        } catch {
            shard.counters.errors.increment()
            throw error
        }
    }

    /// Hears every NOTIFY on the channel. The stream ends when the database is closed.
    public func listen(_ channel: StaticString) -> AsyncStream<NotificationEvent> {
        listener.subscribe(channel, limit: configuration.limits.unreadNotifications)
    }

    public var metrics: PoolMetrics {
        var sum = PoolMetrics()
        for shard in shards { shard.counters.add(to: &sum) }
        return sum
    }

    /// Connects now where it would have waited after failures: for those who know that the server has come.
    public func reconnect() {
        for shard in shards { shard.loop.post { shard.reconnect() } }
    }

    /// Closes every connection. Whoever still waits is told so.
    public func close() async {
        listener.close()
        for shard in shards {
            await withUnsafeContinuation { (done: UnsafeContinuation<Void, Never>) in
                shard.loop.post {
                    shard.close()
                    done.resume()
                }
            }
        }
    }
}
