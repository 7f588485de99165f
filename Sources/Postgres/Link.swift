import CLibPQ
import Net
import Platform

protocol LinkOwner: AnyObject {
    /// The connection is set up and takes statements.
    func linkOpened(_ link: Link)
    /// A statement is over: there is room for another.
    func linkAdvanced(_ link: Link)
    /// The connection is gone, or never came about. Said once, after every waiter was answered.
    func linkEnded(_ link: Link, _ error: any Error)
    func link(_ link: Link, received notification: Notification)
}

/// One connection to the server, driven by a loop: statements go out in a pipeline, each with its own sync point, so
/// that an error stops only its own statement; answers come back in order.
final class Link: EventSource, @unchecked Sendable {  // everything runs on the loop's thread
    /// `failing`: broken, and being read to its end.
    enum State { case opening, ready, failing, ended }
    enum Mode {
        case pipeline
        /// One command at a time, as COPY and scripts need.
        case single(SingleCommand)
    }
    /// What the oldest exchange, or the single command, has received so far.
    struct Reply {
        var result: OpaquePointer?
        var failure: DatabaseError?
        var failedAt = 0
        var count = 0
    }

    let loop: EventLoop
    let configuration: DatabaseConfiguration
    /// Shared links refuse open transactions; exclusive ones have one holder at a time.
    let isShared: Bool
    let owner: any LinkOwner

    var state = State.opening
    var hasOpened = false
    var mode = Mode.pipeline
    var connection: OpaquePointer?
    var token: SourceToken?
    var openingAlarm: EventLoop.Alarm?
    var interest = Interest.read
    var exchanges = Ring<Exchange>()
    var reply = Reply()
    var statements = PreparedStatements()
    var buffer = ParameterBuffer()
    var openingBuffer = ParameterBuffer()
    var isDirty = false
    /// When the server last did something for us, or had nothing to do.
    var progress: Instant
    var patience: Duration
    private var isWatched = false
    /// What the server said unasked before it closed the connection.
    var farewell: String?

    init(_ loop: EventLoop, _ configuration: DatabaseConfiguration, isShared: Bool, owner: any LinkOwner) {
        (self.loop, self.configuration, self.isShared, self.owner) = (loop, configuration, isShared, owner)
        progress = loop.now
        patience = configuration.limits.statementTimeout + configuration.limits.stallGrace
    }

    var isOpen: Bool { hasOpened && state == .ready }
    var inFlight: Int { exchanges.count }
    var isQuiet: Bool {
        guard case .pipeline = mode else { return false }
        return state == .ready && exchanges.isEmpty && PQtransactionStatus(connection) == PQTRANS_IDLE
    }
    var isInTransaction: Bool { PQtransactionStatus(connection) == PQTRANS_INTRANS }

    var isWaiting: Bool {
        if case .single(let command) = mode { return command.isWaiting }
        return !exchanges.isEmpty
    }

    /// One timer for the link, moved on only when it comes.
    func watch() {
        guard !isWatched, let token else { return }
        isWatched = true
        loop.wake(token, at: progress + patience)
    }

    func woken(now: Instant) {
        isWatched = false
        guard state == .ready, isWaiting else { return }
        guard progress + patience <= now else { return watch() }
        end(DatabaseError(.timeout(.unknown), "no answer for \(patience.seconds) s"))
    }

    var libpqMessage: String {
        let message = String(cString: PQerrorMessage(connection)).trimmingNewline
        return farewell.map { "\(message) | \($0)" } ?? message
    }

    func lose() {
        state = .failing
        // Answers that came before the end still count.
        if case .pipeline = mode { receive() }
        let details = [reply.failure?.detail, libpqMessage].compactMap { $0 }
        end(DatabaseError(.connectionLost(.unknown), details.joined(separator: " | ")))
    }

    /// Closes the connection and gives everybody who waits the same answer.
    func end(_ error: any Error) {
        guard state != .ended else { return }
        state = .ended
        if let token { loop.remove(token) }
        if let openingAlarm { loop.cancel(openingAlarm) }
        if case .single(let command) = mode { command.fail(error) }
        PQclear(reply.result)
        reply = Reply()
        PQfinish(connection)
        (connection, token) = (nil, nil)
        while let exchange = exchanges.popFirst() { exchange.fail(error) }
        owner.linkEnded(self, error)
    }

    /// The holder gives up while its statement runs: stops the statement on the server, and the connection with it.
    func abandon() {
        guard state == .ready else { return }
        if let cancel = PQgetCancel(connection) { CancelRequest(cancel).send() }
        end(CancellationError())
    }

    func abandon(serial: Int) {
        if exchanges.contains(where: { $0.serial == serial }) { abandon() }
    }
}
