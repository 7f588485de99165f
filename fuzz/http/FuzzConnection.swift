import HTTP
import Platform

/// A connection understands the same however its bytes are cut.
enum ConnectionFuzz {
    enum End: Equatable {
        case waiting
        case refused(ParseError)
        case failed(BodyError)
        case tooLong
    }
    struct Outcome: Equatable {
        var requests: [[UInt8]] = []
        var end = End.waiting
    }

    static func run(_ input: UnsafeRawBufferPointer, _ cut: Int) {
        let whole = outcome(input, [0, input.count])
        for cuts in [[0, cut, input.count], Array(0...input.count)] {
            let other = outcome(input, cuts)
            precondition(other.requests == whole.requests, "requests depend on the cut")
            // A head is looked at again when a line ends, so a refusal may come later than it could, or not yet.
            switch (whole.end, other.end) {
            case (.refused, .waiting), (.refused, .refused(.headTooLarge)): break
            default: precondition(other.end == whole.end, "the end depends on the cut")
            }
        }
    }

    static func outcome(_ input: UnsafeRawBufferPointer, _ cuts: [Int]) -> Outcome {
        var session = Session()
        defer { session.fields.deallocate() }
        var taken = 0
        for stop in cuts.dropFirst() where session.outcome.end == .waiting {
            taken += session.receive(part(input, taken..<stop))
        }
        return session.outcome
    }

    private struct Session {
        static let bodyLimit = 40

        var machine = ConnectionMachine(.init(), now: Instant(nanoseconds: 0))
        var outcome = Outcome()
        let fields = UnsafeMutablePointer<HeaderField>.allocate(capacity: HeadFuzz.limits.fields)
        private let parser = RequestParser(limits: HeadFuzz.limits)
        private var head = RequestHead()
        private var request: [UInt8] = []
        private var size = 0
        private var now = Instant(nanoseconds: 0)

        /// Returns how many of the bytes were used up.
        mutating func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
            var used = 0
            while used < bytes.count, outcome.end == .waiting {
                now = now + .nanoseconds(1)
                let rest = part(bytes, used..<bytes.count)
                switch machine.advance(rest, parser: parser, head: &head, fields: fields, now: now) {
                case .wait: return used
                case .request:
                    precondition(head.size > 0 && head.size <= rest.count)
                    used += head.size
                    begin(rest)
                case .body(let piece, let consumed, let isLast):
                    precondition(consumed > 0 && consumed <= rest.count && piece.count <= consumed)
                    used += consumed
                    request += piece
                    size += piece.count
                    precondition(size <= Self.bodyLimit, "more than the limit")
                    precondition(isLast != machine.awaitsBody)
                    if isLast { complete() }
                case .failed(let error): end(.failed(error), rest)
                case .refused(let error): end(.refused(error), rest)
                case .discard: preconditionFailure("nothing was refused")
                }
            }
            return used
        }

        private mutating func begin(_ bytes: UnsafeRawBufferPointer) {
            request = Array(bytes.prefix(head.size))
            size = 0
            guard machine.begin(head.framing, limit: Self.bodyLimit, answerTime: .seconds(1), now: now) else {
                return end(.tooLong, bytes)
            }
            if !machine.awaitsBody { complete() }
        }

        private mutating func complete() {
            outcome.requests.append(request)
            machine.bodyCompleted(now: now)
            precondition(!machine.wantsInput)
            let keepsAlive = machine.keepsAlive
            let next = machine.answered(leftover: false, now: now)
            precondition(next == (keepsAlive ? .nextRequest : .close) && machine.wantsInput == keepsAlive)
        }

        /// Whatever comes after the last answer is dropped, and then the connection is closed.
        private mutating func end(_ end: End, _ rest: UnsafeRawBufferPointer) {
            outcome.end = end
            machine.closeAfterAnswer()
            precondition(machine.answered(leftover: true, now: now) == .linger)
            machine.linger(now: now)
            guard case .discard = machine.advance(rest, parser: parser, head: &head, fields: fields, now: now) else {
                preconditionFailure("what follows is read")
            }
            let expiry = machine.expired(now: machine.deadline, unsent: 0, taken: 0, held: false, answering: false)
            precondition(expiry == .close)
        }
    }
}
