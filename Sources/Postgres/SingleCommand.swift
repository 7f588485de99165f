/// A COPY or a script: it has the connection to itself, outside the pipeline, and one waiter at a time.
final class SingleCommand {
    enum Phase {
        /// The server works; its results follow.
        case running
        /// COPY FROM STDIN: the server takes data.
        case sending
        /// COPY TO STDOUT: the server gives data.
        case receiving
    }
    enum Step: Sendable {
        case started(isBinary: Bool)
        case room
        case chunk([UInt8])
        case finished(Rows)
    }
    typealias Waiter = UnsafeContinuation<Step, any Error>

    let statement: Statement
    var phase = Phase.running
    /// Data that libpq had no room for.
    var unsent: [UInt8]?
    private var waiter: Waiter?

    init(_ statement: Statement) { self.statement = statement }

    var isWaiting: Bool { waiter != nil }

    func wait(_ waiter: Waiter) { self.waiter = waiter }
    func answer(_ step: Step) { waiter.take()?.resume(returning: step) }
    func fail(_ error: any Error) { waiter.take()?.resume(throwing: error) }
}
