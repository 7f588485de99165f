/// Which database, and how much of it this process may use.
public struct DatabaseConfiguration: Sendable {
    /// A libpq connection string (`host=… dbname=…`) or URL (`postgresql://…`).
    public var connection: String
    public var applicationName = "inspectia"
    /// Replaces the role's `search_path` when it is set.
    public var searchPath: String?
    public var limits = DatabaseLimits()

    public init(connection: String) { self.connection = connection }
}

/// Every bound of the database's client. Counts are for each event loop.
public struct DatabaseLimits: Sendable {
    /// Connections that the loop's single statements share. Few: each wakes a process of its own for what it is sent, and
    /// statements that travel together cost half.
    public var sharedLinks = 2
    /// Statements in flight on one shared connection.
    public var pipelineDepth = 64
    /// Connections for transactions, COPY and scripts; opened when needed, then kept.
    public var leasedLinks = 8
    /// Requests that may wait for a shared connection, and for a leased one.
    public var queueLength = 1024
    /// How long a request may wait for a connection.
    public var leaseDeadline = Duration.seconds(5)
    public var connectTimeout = Duration.seconds(5)
    /// The server gives up a statement after this long.
    public var statementTimeout = Duration.seconds(30)
    /// A connection on which nothing moved for `statementTimeout` and this is cut.
    public var stallGrace = Duration.seconds(5)
    public var lockTimeout = Duration.seconds(10)
    /// The server ends a session that holds a transaction open and says nothing.
    public var idleTransactionTimeout = Duration.seconds(30)
    /// Between attempts to reconnect: doubles from the first to the last.
    public var firstRetryDelay = Duration.milliseconds(50)
    public var lastRetryDelay = Duration.seconds(5)
    /// Requests fail at once when this many attempts to connect failed in a row, over `breakerDelay` at least.
    public var breakerFailures = 3
    public var breakerDelay = Duration.seconds(1)
    /// Events that a subscriber of `listen` may leave unread before they are replaced by `.resynchronise`.
    public var unreadNotifications = 256

    public init() {}
}
