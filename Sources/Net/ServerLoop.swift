import Glibc
import HTTP
import Platform

/// What one event loop holds to serve: the buffers that its connections borrow, its share of the limits, the clock's
/// text. Everything runs on the loop's thread.
final class ServerLoop: @unchecked Sendable {  // confined to its loop
    let loop: EventLoop
    let application: Application
    let configuration: ServerConfiguration
    let observer: any ServerObserver
    let census: Census
    let parser: RequestParser
    let writer: ResponseWriter
    let requestsInFlightLimit: Int

    /// Filled by one read and used up before the next: a connection owns memory only for what it could not use yet.
    let scratch: UnsafeMutableRawBufferPointer
    let fields: UnsafeMutablePointer<HeaderField>
    var head = RequestHead()

    var tls: TLSContext?
    private(set) var requestsInFlight = 0
    private(set) var draining = false
    private(set) var openConnections = 0
    private var connections: [Connection?] = []
    private var listener: Listener?
    /// When the second that `openingLines` tell is over.
    private var openingEnd = Instant(nanoseconds: 0)
    private var openingLines: [UInt8] = []
    private var isDrained = false
    private var onDrained: [@Sendable () -> Void] = []

    init(
        _ loop: EventLoop, application: Application, configuration: ServerConfiguration, tls: TLSContext?,
        observer: any ServerObserver, census: Census, loops: Int
    ) {
        (self.loop, self.application, self.configuration) = (loop, application, configuration)
        (self.tls, self.observer, self.census) = (tls, observer, census)
        parser = RequestParser(limits: configuration.head)
        writer = ResponseWriter(common: configuration.commonFields)
        requestsInFlightLimit = max(1, configuration.limits.requestsInFlight / loops)
        scratch = .allocate(byteCount: max(128 << 10, 2 * configuration.head.headBytes), alignment: 64)
        fields = .allocate(capacity: configuration.head.fields)
    }

    deinit {
        scratch.deallocate()
        fields.deallocate()
    }

    /// What every answer begins with, made once a second.
    var opening: [UInt8] {
        if loop.now >= openingEnd {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            openingLines = writer.opening(date: HTTPDate.text(Int64(time.tv_sec)))
            openingEnd = loop.now + .nanoseconds(1_000_000_000 - time.tv_nsec)
        }
        return openingLines
    }

    // MARK: Memory for answers

    /// A connection with something to say borrows this, so that an answer that leaves at once costs no allocation and
    /// an idle connection holds no memory.
    private var spare = ByteQueue()
    private static let spareLimit = 64 << 10

    func lend(to queue: inout ByteQueue) {
        if queue.room == 0 { swap(&queue, &spare) }
    }

    /// Takes an empty queue's memory, unless there is a spare already or it is too much to keep.
    func takeBack(_ queue: inout ByteQueue) {
        if spare.room == 0, queue.room <= Self.spareLimit { swap(&queue, &spare) } else { queue.release() }
    }

    /// The answer to what is no request; the connection ends with it.
    func writeRefusal(_ problem: Problem, _ trace: TraceContext, to queue: inout ByteQueue) {
        let response = application.refused(problem, trace)
        guard case .bytes(let body) = response.body else { return }
        writer.writeHead(
            response, framing: .length(body.count), opening: opening, keepsAlive: false, minorVersion: 1, to: &queue)
        queue.append(body)
    }

    // MARK: Connections

    func listen(on descriptor: Int32) {
        listener = Listener(descriptor: descriptor, server: self)
    }

    func accept(_ descriptor: Int32, from address: IPAddress) {
        guard let transport = Transport(descriptor: descriptor, tls: tls) else { return census.leave(address) }
        let connection = Connection(transport, from: address, server: self)
        let place = Int(descriptor)
        if place >= connections.count {
            connections.append(contentsOf: repeatElement(nil, count: place + 64 - connections.count))
        }
        connections[place] = connection
        openConnections += 1
        observer.connectionOpened(loop: loop.index)
        connection.open()
    }

    func forget(_ connection: Connection) {
        connections[Int(connection.descriptor)] = nil
        openConnections -= 1
        census.leave(connection.address)
        observer.connectionClosed(loop: loop.index)
        finishDrain()
    }

    /// Takes on one more handler; false when that would be one too many.
    func admitRequest() -> Bool {
        guard requestsInFlight < requestsInFlightLimit else { return false }
        requestsInFlight += 1
        return true
    }

    func requestEnded() {
        requestsInFlight -= 1
        finishDrain()
    }

    // MARK: Draining

    /// Takes no more connections, answers what has been asked, lets what has begun come to its end, then calls `done`.
    func drain(_ done: @escaping @Sendable () -> Void) {
        if isDrained { return done() }
        onDrained.append(done)
        guard !draining else { return }
        // A listener that closes resets the connections queued in it: take them first.
        listener?.acceptQueued()
        listener?.close()
        listener = nil
        draining = true
        for connection in connections { connection?.drain() }
        finishDrain()
        if isDrained { return }
        // A client that has just sent a request on an idle connection still gets its answer.
        closeIdle(at: loop.now + Self.idleGrace)
        loop.alarm(at: loop.now + configuration.limits.drain) { [self] in
            for connection in connections { connection?.close() }
            finishDrain(always: true)
        }
    }

    private static let idleGrace = Duration.milliseconds(200)

    private func closeIdle(at moment: Instant) {
        loop.alarm(at: moment) { [self] in
            for connection in connections { connection?.closeIfIdle() }
            if !isDrained { closeIdle(at: loop.now + Self.idleGrace) }
        }
    }

    private func finishDrain(always: Bool = false) {
        guard draining, always || openConnections == 0 && requestsInFlight == 0 else { return }
        isDrained = true
        let waiting = onDrained
        onDrained = []
        for done in waiting { done() }
    }
}
