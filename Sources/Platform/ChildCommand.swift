/// What to start and how it is wired.
public struct ChildCommand: Sendable {
    /// One of the three standard streams.
    public enum Stream: Equatable, Sendable {
        case null
        /// The one of this process.
        case inherited
        /// A pipe whose other end `Child` hands out.
        case pipe
        /// A descriptor that stays the caller's.
        case descriptor(Int32)
        /// Read for input; made if missing and appended to for output.
        case file(String)
    }
    public enum Group: Equatable, Sendable {
        case inherited
        /// The child leads a process group of its own: a terminal's Ctrl-C does not reach it.
        case own
        /// It leads a session of its own.
        case ownSession
    }

    /// A path; it is not searched for.
    public var executable: String
    /// Without the program's name.
    public var arguments: [String]
    /// All that it gets: nothing is inherited.
    public var environment: [String: String]
    public var workingDirectory: String?
    public var input = Stream.null
    public var output = Stream.inherited
    public var error = Stream.inherited
    public var group = Group.inherited
    /// Whether what it started in its own group dies when it ends.
    public var killsGroupAtExit = false

    public init(_ executable: String, _ arguments: [String] = [], environment: [String: String] = [:]) {
        (self.executable, self.arguments, self.environment) = (executable, arguments, environment)
    }
}
