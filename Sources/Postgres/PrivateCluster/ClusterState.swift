/// Where the private server is in its life.
public enum ClusterState: String, Sendable {
    case absent, initialising, starting, running, crashed, stopping, stopped
}

/// What happened to the private server, for the log and the health report.
public enum ClusterEvent: Sendable, Equatable {
    /// The first start on a machine: the database files are being created.
    case initialising
    /// It accepts connections, `after` the attempt began.
    case started(after: Duration)
    /// It ended by itself, or could not start again; the next attempt comes after `restartIn`.
    case crashed(ClusterError, restartIn: Duration)
    /// It failed that many times in a row: a person should look.
    case crashLoop(failures: Int)
    case stopped
    /// It survived even SIGKILL for the time allowed, and was left behind.
    case abandoned
}
