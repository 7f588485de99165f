/// How long the private server may take, and how patiently it is started again.
public struct ClusterLimits: Sendable, Equatable {
    /// Crash recovery replays at most `max_wal_size`, which takes seconds; beyond this something is stuck.
    public var start: Duration = .seconds(300)
    /// How long a command line waits for the server of a service that is starting.
    public var attach: Duration = .seconds(30)
    public var fastShutdown: Duration = .seconds(30)
    public var immediateShutdown: Duration = .seconds(5)
    public var kill: Duration = .seconds(5)
    public var probeInterval: Duration = .milliseconds(5)
    public var firstBackoff: Duration = .seconds(1)
    public var longestBackoff: Duration = .seconds(30)
    /// A server that ran this long was sound: its next failure is a first one.
    public var steadyAfter: Duration = .seconds(60)
    /// This many failures in a row are called a crash loop.
    public var crashLoop = 5

    public init() {}
}
