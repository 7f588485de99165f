import Platform

@testable import HTTP

/// Plays the shell around a connection's machine, with a clock that stands until it is moved.
struct MachineDriver {
    enum Event: Equatable, Sendable {
        /// A whole request: its method and path, and its body.
        case request(String, body: [UInt8])
        case refused(ParseError)
        /// It announced more than the limit.
        case tooLong
        case failed(BodyError)
        case discarded
    }

    var machine: ConnectionMachine
    var now = Instant(nanoseconds: 0)
    var limit = 1 << 20
    /// Whether a request is answered as soon as it is whole.
    var answersAtOnce = true
    /// The bytes of answers that the client has taken.
    var taken = 0
    private(set) var events: [Event] = []
    /// What became of the connection with the last answer.
    private(set) var next: ConnectionMachine.Next?

    private var kept: [UInt8] = []
    private var target = ""
    private var gathered: [UInt8] = []
    private let parser = RequestParser()

    static let answerTime = Duration.seconds(30)

    init(_ timeouts: ConnectionMachine.Timeouts = .init()) { machine = ConnectionMachine(timeouts, now: now) }

    mutating func receive(_ text: String) { receive(Array(text.utf8)) }

    mutating func receive(_ bytes: some Sequence<UInt8>) {
        kept += bytes
        let input = kept
        var used = 0
        var head = RequestHead()
        withUnsafeTemporaryAllocation(of: HeaderField.self, capacity: HeadLimits().fields) { fields in
            guard let fields = fields.baseAddress else { return }
            input.withUnsafeBytes { raw in
                while used < raw.count {
                    let rest = UnsafeRawBufferPointer(rebasing: raw[used...])
                    switch machine.advance(rest, parser: parser, head: &head, fields: fields, now: now) {
                    case .wait: return
                    case .request:
                        used += head.size
                        begin(head, Array(rest))
                    case .body(let piece, let consumed, let isLast):
                        used += consumed
                        gathered += piece
                        if isLast { complete() }
                    case .refused(let error): giveUp(.refused(error), &used, of: raw.count)
                    case .failed(let error): giveUp(.failed(error), &used, of: raw.count)
                    case .discard: giveUp(.discarded, &used, of: raw.count)
                    }
                }
            }
        }
        kept = Array(input[used...])
    }

    private mutating func begin(_ head: RequestHead, _ bytes: [UInt8]) {
        target = String(decoding: bytes[head.methodName.range] + [0x20] + bytes[head.path.range], as: UTF8.self)
        gathered = []
        guard machine.begin(head.framing, limit: limit, answerTime: Self.answerTime, now: now) else {
            events.append(.tooLong)
            return answer()
        }
        if !machine.awaitsBody { complete() }
    }

    private mutating func complete() {
        machine.bodyCompleted(now: now)
        events.append(.request(target, body: gathered))
        if answersAtOnce { answer() }
    }

    private mutating func giveUp(_ event: Event, _ used: inout Int, of count: Int) {
        used = count
        events.append(event)
        guard event != .discarded else { return }
        machine.closeAfterAnswer()
        if answersAtOnce { answer(leftover: true) }
    }

    /// Hands the whole answer over; what waits behind is taken up with the next call of `receive`.
    mutating func answer(leftover: Bool = false) {
        next = machine.answered(leftover: leftover, now: now)
        if next == .linger { machine.linger(now: now) }
    }

    mutating func wait(_ time: Duration) { now = now + time }

    /// The client does not take at once what it is sent.
    mutating func block() { machine.blocked(taken: taken, now: now) }
    mutating func drain() { machine.drained(now: now) }

    /// What the machine says when the moment of its deadline has come; before it, it says nothing.
    mutating func expire(
        unsent: Int = 0, held: Bool = false, answering: Bool = false
    ) -> ConnectionMachine.Expiry {
        now = Instant(nanoseconds: machine.deadline.nanoseconds - 1)
        var early = machine
        guard early.expired(now: now, unsent: unsent, taken: taken, held: held, answering: answering) == .notYet,
            early.deadline == machine.deadline
        else { preconditionFailure("a deadline took effect before it came") }
        wait(.nanoseconds(1))
        return machine.expired(now: now, unsent: unsent, taken: taken, held: held, answering: answering)
    }
}
