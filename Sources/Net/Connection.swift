import Glibc
import HTTP
import Platform

/// One client's connection: the thin shell that moves bytes between a socket, the connection's state machine and the
/// application.
final class Connection: EventSource, @unchecked Sendable {  // confined to its loop's thread
    let server: ServerLoop
    let address: IPAddress
    let descriptor: Int32
    let isSecure: Bool
    var machine: ConnectionMachine
    /// The request in production, when its handler is a task or its body is still coming.
    var exchange: Exchange?

    private var transport: Transport
    private var token: SourceToken?
    private var interest = Interest.read
    private var inbound = ByteQueue()
    private(set) var outbound = ByteQueue()
    private var ending = Ending.no
    /// Bytes given to the kernel.
    private var sent = 0
    private var turnEndIsDue = false
    /// `inbound` holds what could be used, were there room for what it produces.
    private var isHeldBack = false
    /// Bytes read behind the part of the scratch buffer that is being used.
    private var behind = 0
    private var wakeAt = Instant.distantFuture

    /// What happens once everything has been sent.
    private enum Ending { case no, close, linger }

    init(_ transport: consuming Transport, from address: IPAddress, server: ServerLoop) {
        descriptor = transport.descriptor
        isSecure = transport.isSecure
        self.transport = transport
        (self.address, self.server) = (address, server)
        machine = ConnectionMachine(server.configuration.timeouts, now: server.loop.now)
    }

    var isOpen: Bool { token != nil }

    func open() {
        token = server.loop.add(self, descriptor: descriptor, interest: interest)
        scheduleWake()
    }

    func close() {
        guard let token else { return }
        self.token = nil
        server.loop.remove(token)
        transport.close()
        inbound.release()
        outbound.release()
        if let exchange {
            self.exchange = nil
            exchange.abandon()
        }
        server.forget(self)
    }

    /// Closes so that the client sees a failure and no end, where only the end of the connection ends the answer.
    func cut() {
        if isOpen { transport.resetOnClose() }
        close()
    }

    // MARK: The loop's calls

    func ready(_ events: Interest) {
        if !events.isDisjoint(with: .failure) { return close() }
        if events.contains(.write) {
            flush()
            if isHeldBack { resume() }
        }
        // Under TLS a read may have waited for a write.
        if isOpen, events.contains(.read) || transport.isSecure { receive() }
    }

    func turnEnded() {
        turnEndIsDue = false
        flush()
        if isHeldBack || transport.hasReadAhead { resume() }
    }

    func woken(now: Instant) {
        guard now >= wakeAt else { return }
        wakeAt = .distantFuture
        let expiry = machine.expired(
            now: now, unsent: outbound.count, taken: taken, held: exchange?.body?.takeHeld() ?? false,
            answering: exchange?.answerHasBegun ?? false)
        switch expiry {
        case .notYet: scheduleWake()
        case .close: close()
        case .requestTooSlow: refuse(Problem(.requestTimeout))
        case .bodyTooSlow:
            exchange?.body?.fail(.tooSlow)
            refuse(Problem(.requestTimeout, "Le corps de la requête arrive trop lentement."))
        case .answerTooSlow: refuse(Problem(.timeout))
        }
    }

    /// The loop is asked again only for an earlier moment: a deadline that moves away costs nothing.
    func scheduleWake() {
        guard let token, machine.deadline < wakeAt else { return }
        wakeAt = machine.deadline
        server.loop.wake(token, at: wakeAt)
    }

    // MARK: Draining

    func drain() {
        guard isOpen else { return }
        if machine.isIdle { receive() }
        if let exchange, exchange.isEndless { exchange.endStream() }
    }

    func closeIfIdle() {
        if isOpen, machine.isIdle, outbound.isEmpty { close() }
    }

    // MARK: Reading

    /// What one connection may bring in before the others have their turn.
    private static let bytesPerTurn = 1 << 20

    private func receive() {
        guard canRead else { return watch(eagerly: true) }
        if transport.dropTLSIfUnused() {
            return refuse(Problem(.malformedRequest, "Cette adresse n'accepte que HTTPS."))
        }
        var budget = Self.bytesPerTurn
        while isOpen, canRead, budget > 0 {
            let kept = takeInbound()
            let room = server.scratch.count - kept
            switch transport.read(into: server.scratch.baseAddress! + kept, room) {
            case .bytes(let count):
                budget -= count
                // What comes of these bytes at once leaves now, not at the turn's end.
                let wasDue = turnEndIsDue
                turnEndIsDue = true
                process(kept + count)
                turnEndIsDue = wasDue
                flush()
                if isOpen, isHeldBack, hasRoom { awaitTurnEnd() }
                // A short read has emptied the socket; TLS gives one record at a time.
                guard count == room || transport.hasReadAhead else { return }
            case .wouldBlock(let needsWrite):
                keep(from: 0, to: kept)
                return watch(alsoWrite: needsWrite)
            case .ended:
                keep(from: 0, to: kept)
                return inputEnded()
            case .failed: return close()
            }
        }
        // The socket's readiness does not tell of what TLS has read ahead.
        if isOpen, canRead, transport.hasReadAhead { server.loop.post { [self] in resume() } }
    }

    /// Whether the client has sent more than the request that is being answered.
    var hasMoreInput: Bool { behind > 0 || !inbound.isEmpty || transport.hasReadAhead || transport.hasUnread }

    private var canRead: Bool { machine.wantsInput && ending != .close && !isHeldBack && hasRoom }

    /// Whether there is room for what more input would produce.
    private var hasRoom: Bool {
        !(exchange?.body?.isFull ?? false) && outbound.count < server.configuration.limits.buffered
    }

    /// Moves what was kept to the front of the scratch buffer; returns its size.
    private func takeInbound() -> Int {
        guard !inbound.isEmpty else { return 0 }
        let count = inbound.count
        server.scratch.baseAddress!.copyMemory(from: inbound.bytes.baseAddress!, byteCount: count)
        inbound.release()
        return count
    }

    private func keep(from start: Int, to end: Int) {
        inbound.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(server.scratch)[start..<end]))
    }

    /// Uses up what can be used of the first `count` bytes of the scratch buffer.
    private func process(_ count: Int) {
        var used = 0
        isHeldBack = true
        reading: while isOpen, hasRoom {
            let rest = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(server.scratch)[used..<count])
            let step = machine.advance(
                rest, parser: server.parser, head: &server.head, fields: server.fields, now: server.loop.now)
            switch step {
            case .wait:
                isHeldBack = false
                break reading
            case .request:
                used += server.head.size
                behind = count - used
                begin(rest)
            case .body(let piece, let consumed, let isLast):
                used += consumed
                behind = count - used
                receive(piece, isLast: isLast)
            case .failed(let error):
                used = count
                bodyFailed(error)
            case .refused(let error):
                used = count
                refuse(Problem(error))
            case .discard:
                used = count
                break reading
            }
        }
        behind = 0
        isHeldBack = isHeldBack && isOpen && used < count
        guard isOpen else { return }
        if used < count { keep(from: used, to: count) }
        scheduleWake()
    }

    /// Takes up again what waits: requests pipelined behind the one just answered, or the body of this one. What that
    /// produces leaves at the turn's end, with the answer that came before.
    func resume() {
        guard isOpen else { return }
        if !inbound.isEmpty, machine.wantsInput, hasRoom { process(takeInbound()) }
        if isOpen, canRead, transport.hasReadAhead { receive() } else { watch() }
    }

    private func inputEnded() {
        // What has not come whole never will: without a handler that has begun there is nothing to answer.
        if machine.awaitsBody, exchange?.body == nil { exchange = nil }
        exchange?.body?.fail(.disconnected)
        if machine.inputEnded() || !outbound.isEmpty {
            ending = .close
            watch()
        } else {
            close()
        }
    }

    // MARK: Writing

    /// Changes `outbound`; it is sent at the end of the turn, together with what else the turn adds.
    func write(_ body: (inout ByteQueue) -> Void) {
        server.lend(to: &outbound)
        body(&outbound)
        awaitTurnEnd()
    }

    private func awaitTurnEnd() {
        guard !turnEndIsDue else { return }
        turnEndIsDue = true
        server.loop.endTurn(with: self)
    }

    /// The answer is complete in `outbound`. `leftover` says that the client is still sending what nobody will read.
    func answered(leftover: Bool = false) {
        switch machine.answered(leftover: leftover, now: server.loop.now) {
        case .nextRequest: break
        case .close: ending = .close
        case .linger: ending = .linger
        }
    }

    /// What the kernel has in hand is not with the client: it can be megabytes, and room in it is told only when a third
    /// is free, too rarely to judge a slow client by.
    private var taken: Int { sent - transport.unacknowledged }

    private func flush() {
        while isOpen, !outbound.isEmpty {
            switch transport.write(outbound.bytes) {
            case .bytes(let count):
                outbound.consume(count)
                sent += count
            case .wouldBlock(let needsWrite):
                machine.blocked(taken: taken, now: server.loop.now)
                scheduleWake()
                return watch(alsoWrite: needsWrite)
            case .ended, .failed: return close()
            }
        }
        guard isOpen else { return }
        machine.drained(now: server.loop.now)
        server.takeBack(&outbound)
        exchange?.sinkDrained()
        switch ending {
        case .no: watch()
        case .close where exchange != nil: watch()
        case .close where !transport.hasUnread && inbound.isEmpty: close()
        case .close, .linger:
            // Closing on unread input would reset the connection and destroy the answer on its way.
            machine.linger(now: server.loop.now)
            (ending, isHeldBack) = (.no, false)
            inbound.release()
            transport.endWriting()
            scheduleWake()
            watch()
        }
    }

    /// Tells the loop what to wait for. Unless `eagerly`, reading is not switched off for the short while that an
    /// answer takes: most clients stay silent until they have it, and two system calls are saved.
    private func watch(alsoWrite: Bool = false, eagerly: Bool = false) {
        guard let token else { return }
        var wanted: Interest = canRead || (!eagerly && interest.contains(.read)) ? .read : []
        // What the turn's end will send needs no waiting for.
        if alsoWrite || !outbound.isEmpty && !turnEndIsDue { wanted.insert(.write) }
        guard wanted != interest else { return }
        interest = wanted
        server.loop.change(token, interest: wanted)
    }
}
