public import Platform

/// The life of one connection as a server sees it (RFC 9112), without its socket: bytes and moments go in, what to do
/// comes out. One request is answered at a time; what is pipelined behind it waits.
public struct ConnectionMachine: Sendable {
    public struct Timeouts: Sendable {
        /// From the first byte of a head, or from the connection's start, to the head's end.
        public var head = Duration.seconds(10)
        /// Between two requests.
        public var idle = Duration.seconds(75)
        /// How often progress is judged while bytes flow in either direction.
        public var window = Duration.seconds(10)
        /// The bytes that must pass in each window.
        public var bytesPerWindow = 5_000
        /// How long a refused client may go on sending before the connection is cut.
        public var linger = Duration.seconds(2)
        public init() {}
    }

    public enum Step {
        /// Nothing more can be done with these bytes now: keep them.
        case wait
        /// A head is complete; it takes `head.size` bytes. Answer it with `begin` or `refuse`.
        case request
        /// The next piece of the body, possibly empty.
        case body(UnsafeRawBufferPointer, consumed: Int, isLast: Bool)
        case failed(BodyError)
        case refused(ParseError)
        /// The client was refused and still sends: drop all of it.
        case discard
    }

    public enum Expiry: Equatable, Sendable {
        /// Too early: look again at `deadline`.
        case notYet
        case close
        /// Answer 408, then close.
        case requestTooSlow
        /// The body of a request that is being handled comes too slowly.
        case bodyTooSlow
        /// The handler takes too long.
        case answerTooSlow
    }

    public enum Next: Equatable, Sendable { case nextRequest, close, linger }

    private enum Body: Sendable {
        case none
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        /// Refused while it came: nobody reads on.
        case failed
    }
    /// `closing`: the last answer is on its way.
    private enum Phase: Sendable { case idle, head, busy, closing, lingering }

    public private(set) var keepsAlive = true
    /// For what the phase waits for.
    private var due: Instant
    /// For the client to take what it is sent; far away while nothing waits.
    private var sendDue = Instant.distantFuture
    private var phase = Phase.idle
    private var body = Body.none
    private var bodyLimit = 0
    private var bodyReceived = 0
    private var windowBytes = 0
    /// Bytes that the client had taken when the window for sending began.
    private var takenBefore = 0
    /// For how long the handler has taken nothing of the body.
    private var heldFor = Duration.zero
    /// Bytes of the head that were already found not to complete it.
    private var seen = 0
    private var answerTime = Duration.zero
    private let timeouts: Timeouts

    public init(_ timeouts: Timeouts, now: Instant) {
        self.timeouts = timeouts
        due = now + timeouts.head
    }

    /// When `expired` is to be asked.
    public var deadline: Instant { min(due, sendDue) }

    // MARK: Bytes in

    /// Whether the socket should be read: a request in production holds back those behind it.
    public var wantsInput: Bool {
        switch phase {
        case .idle, .head: keepsAlive
        case .busy: readsBody
        case .closing: false
        case .lingering: true
        }
    }
    public var isIdle: Bool { phase == .idle }
    /// Whether the body has not come whole.
    public var awaitsBody: Bool { if case .none = body { false } else { true } }
    private var readsBody: Bool {
        switch body {
        case .none, .failed: false
        case .length, .chunked: true
        }
    }

    /// What the front of `input` is. Call again with what is left until it says `wait`.
    public mutating func advance(
        _ input: UnsafeRawBufferPointer, parser: RequestParser, head: inout RequestHead,
        fields: UnsafeMutablePointer<HeaderField>, now: Instant
    ) -> Step {
        switch phase {
        case .lingering: return .discard
        case .closing: return .wait
        case .busy: return input.isEmpty ? .wait : bodyStep(input, now)
        case .idle, .head:
            guard keepsAlive, !input.isEmpty else { return .wait }
            switch parser.parse(input, known: seen, head: &head, fields: fields) {
            case .needMore:
                seen = input.count
                if phase == .idle {
                    phase = .head
                    due = now + timeouts.head
                }
                return .wait
            case .failed(let error): return .refused(error)
            case .complete:
                (phase, seen) = (.busy, 0)
                keepsAlive = keepsAlive && head.keepAlive
                return .request
            }
        }
    }

    private mutating func bodyStep(_ input: UnsafeRawBufferPointer, _ now: Instant) -> Step {
        switch body {
        case .none, .failed: return .wait
        case .length(let remaining):
            let piece = UnsafeRawBufferPointer(rebasing: input.prefix(remaining))
            received(piece.count)
            let isLast = piece.count == remaining
            body = isLast ? .none : .length(remaining: remaining - piece.count)
            return .body(piece, consumed: piece.count, isLast: isLast)
        case .chunked(var decoder):
            do throws(ParseError) {
                let piece = try decoder.next(input)
                received(piece.data.count)
                body = decoder.isDone ? .none : .chunked(decoder)
                guard bodyReceived <= bodyLimit else { return failBody(.tooLarge(limit: bodyLimit), now) }
                return .body(piece.data, consumed: piece.consumed, isLast: decoder.isDone)
            } catch { return failBody(.malformed, now) }
        }
    }

    /// Where the next request begins is no longer known. The time to answer runs.
    private mutating func failBody(_ error: BodyError, _ now: Instant) -> Step {
        (body, keepsAlive) = (.failed, false)
        due = now + answerTime
        return .failed(error)
    }

    private mutating func received(_ count: Int) {
        bodyReceived += count
        windowBytes += count
    }

    // MARK: Answering

    /// The request is taken on: its body may have `limit` bytes, its answer must begin within `answerTime` after it is
    /// complete. False when it announces more than the limit.
    public mutating func begin(_ framing: BodyFraming, limit: Int, answerTime: Duration, now: Instant) -> Bool {
        self.answerTime = answerTime
        (bodyLimit, bodyReceived, windowBytes, heldFor) = (limit, 0, 0, .zero)
        switch framing {
        case .none: body = .none
        case .length(let length):
            body = length == 0 ? .none : .length(remaining: length)
            guard length <= limit else { return false }
        case .chunked: body = .chunked(ChunkedDecoder())
        }
        due = now + (awaitsBody ? timeouts.window : answerTime)
        return true
    }

    /// The body is complete: the time to answer runs.
    public mutating func bodyCompleted(now: Instant) { due = now + answerTime }

    /// The answer has begun to leave: from here on only its progress is judged.
    public mutating func answerBegun(now: Instant) { due = now + timeouts.window }

    /// The client is behind: it has `taken` that many bytes in all, and more wait for it.
    public mutating func blocked(taken: @autoclosure () -> Int, now: Instant) {
        if sendDue == .distantFuture { (sendDue, takenBefore) = (now + timeouts.window, taken()) }
    }

    /// Nothing waits any more.
    public mutating func drained(now: Instant) {
        guard sendDue != .distantFuture else { return }
        sendDue = .distantFuture
        if phase == .idle { due = now + timeouts.idle }
    }

    /// This answer is the connection's last.
    public mutating func closeAfterAnswer() { keepsAlive = false }

    /// The answer has been handed over whole. `leftover` says that the client goes on sending what nobody will read.
    public mutating func answered(leftover: Bool, now: Instant) -> Next {
        let unread = awaitsBody || leftover
        if unread { keepsAlive = false }
        body = .none
        if keepsAlive {
            phase = .idle
            due = now + timeouts.idle
            return .nextRequest
        }
        (phase, due) = (.closing, .distantFuture)
        return unread ? .linger : .close
    }

    /// Everything is sent: what still comes is dropped for a while, since closing on unread input would make the
    /// kernel reset the connection and destroy the answer on its way.
    public mutating func linger(now: Instant) {
        phase = .lingering
        due = now + timeouts.linger
    }

    // MARK: Moments

    /// The client has closed its side. True when an answer is still owed: finish it, then close.
    public mutating func inputEnded() -> Bool {
        keepsAlive = false
        return phase == .busy && !readsBody
    }

    /// A deadline has come. `unsent` bytes of the answer wait for the client, which has `taken` that many in all; `held`
    /// says that the body waited for its handler, not for the client; `answering` that the answer has begun to leave.
    public mutating func expired(
        now: Instant, unsent: Int, taken: @autoclosure () -> Int, held: Bool, answering: Bool
    ) -> Expiry {
        if now >= sendDue {
            let taken = taken()
            guard taken - takenBefore >= min(unsent, timeouts.bytesPerWindow) else { return .close }
            (sendDue, takenBefore) = (now + timeouts.window, taken)
        }
        guard now >= due else { return .notYet }
        switch phase {
        case .busy where readsBody: return bodyWindow(now, held: held || unsent > 0, answering: answering)
        case .busy:
            guard answering else { return .answerTooSlow }
            due = now + timeouts.window
            return .notYet
        case .idle, .head:
            // What comes next is not read while the client leaves its answers lying.
            if unsent > 0 {
                due = min(sendDue, now + timeouts.window)
                return .notYet
            }
            return phase == .head ? .requestTooSlow : .close
        case .closing, .lingering: return .close
        }
    }

    private mutating func bodyWindow(_ now: Instant, held: Bool, answering: Bool) -> Expiry {
        let enough = held || windowBytes >= timeouts.bytesPerWindow
        // A handler that takes nothing of the body has its time to answer, no more.
        heldFor = held && windowBytes == 0 && !answering ? heldFor + timeouts.window : .zero
        windowBytes = 0
        due = now + timeouts.window
        if heldFor > answerTime { return .answerTooSlow }
        return enough ? .notYet : .bodyTooSlow
    }
}
