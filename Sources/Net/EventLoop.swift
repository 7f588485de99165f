import CLinux
import Glibc
public import Platform

/// One thread, one epoll set, and the executor of the tasks that run there. Everything that is registered with a loop lives on its thread and needs no lock; the
/// only thing that other threads touch is the inbox.
public final class EventLoop: @unchecked Sendable {  // state is confined to the loop's thread, except `inbox`
    private struct Slot {
        var generation: UInt32 = 0
        var source: (any EventSource)?
    }
    private struct Inbox: Sendable {
        var jobs: [UnownedJob] = []
        var calls: [@Sendable () -> Void] = []
        var isEmpty: Bool { jobs.isEmpty && calls.isEmpty }
    }

    public let index: Int
    /// The monotonic clock as read at the start of the turn.
    public private(set) var now = Instant.now()

    private let epoll: Int32
    private let bell: Int32
    private let inbox = Monitor(Inbox())
    private var slots: [Slot] = []
    private var generation: UInt32 = 0
    private var jobs: [UnownedJob] = []
    private var ending: [any EventSource] = []
    private var timers = TimerHeap()
    private var alarms: [UInt64: () -> Void] = [:]
    private var lastAlarm: UInt64 = 0
    private var stopped = false

    private static let bellToken = UInt64.max
    private static let alarmBit: UInt64 = 1 << 63
    /// A turn that runs tasks without end would starve the sockets.
    private static let jobsPerTurn = 4096
    /// The low bits of an eighth of a second, in nanoseconds.
    private static let slot: Int64 = 1 << 27 - 1
    /// Thousands of deadlines that come together must not hold up the sockets either.
    private static let timersPerTurn = 256

    public init(index: Int) {
        self.index = index
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        bell = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        precondition(epoll >= 0 && bell >= 0, "epoll or eventfd: errno \(errno)")
        _ = clinux_epoll_ctl(epoll, EPOLL_CTL_ADD, bell, Interest.read.rawValue, Self.bellToken)
    }

    deinit {
        close(bell)
        close(epoll)
    }

    /// The loop that runs on the calling thread.
    public static var current: EventLoop? {
        clinux_thread_pointer().map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
    }
    public var isCurrent: Bool { clinux_thread_pointer() == Unmanaged.passUnretained(self).toOpaque() }

    // MARK: From any thread

    /// Runs `call` on the loop's thread, soon.
    public func post(_ call: @escaping @Sendable () -> Void) {
        ring(
            inbox.withLock { box in
                defer { box.calls.append(call) }
                return box.isEmpty
            })
    }

    func accept(_ job: UnownedJob) {
        if isCurrent {
            jobs.append(job)
        } else {
            ring(
                inbox.withLock { box in
                    defer { box.jobs.append(job) }
                    return box.isEmpty
                })
        }
    }

    private func ring(_ wasEmpty: Bool) {
        guard wasEmpty else { return }
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
    }

    /// Ends `run` after the current turn.
    public func stop() { post { self.stopped = true } }

    // MARK: Sources, on the loop's thread

    public func add(_ source: any EventSource, descriptor: Int32, interest: Interest) -> SourceToken {
        let place = Int(descriptor)
        if place >= slots.count {
            slots.append(contentsOf: repeatElement(Slot(), count: max(64, place + 1 - slots.count)))
        }
        generation = (generation + 1) & 0x7fff_ffff
        slots[place] = Slot(generation: generation, source: source)
        let token = SourceToken(descriptor: descriptor, generation: generation)
        _ = clinux_epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, interest.rawValue, token.rawValue)
        return token
    }

    public func change(_ token: SourceToken, interest: Interest) {
        _ = clinux_epoll_ctl(epoll, EPOLL_CTL_MOD, token.descriptor, interest.rawValue, token.rawValue)
    }

    /// Call before the descriptor is closed.
    public func remove(_ token: SourceToken) {
        guard source(token.rawValue) != nil else { return }
        slots[Int(token.descriptor)].source = nil
        _ = clinux_epoll_ctl(epoll, EPOLL_CTL_DEL, token.descriptor, 0, 0)
    }

    /// Calls the source's `turnEnded` once, when this turn's events, deadlines and tasks have run.
    public func endTurn(with source: any EventSource) { ending.append(source) }

    /// Wakes the source at `deadline`, if it is still registered then. What is a second away or more may come an eighth
    /// of a second late: so the deadlines of thousands of idle connections are a few turns' work, not one each.
    public func wake(_ token: SourceToken, at deadline: Instant) {
        let isFar = deadline >= now + .seconds(1)
        let moment = isFar ? Instant(nanoseconds: deadline.nanoseconds | Self.slot) : deadline
        timers.insert(.init(at: moment, token: token.rawValue))
    }

    // MARK: Alarms, on the loop's thread

    public struct Alarm: Sendable { fileprivate let token: UInt64 }

    /// Runs `action` on this loop at `deadline`, unless it is cancelled before.
    @discardableResult
    public func alarm(at deadline: Instant, _ action: @escaping () -> Void) -> Alarm {
        lastAlarm += 1
        let token = Self.alarmBit | lastAlarm
        alarms[token] = action
        timers.insert(.init(at: deadline, token: token))
        return Alarm(token: token)
    }

    public func cancel(_ alarm: Alarm) { alarms[alarm.token] = nil }

    // MARK: The turns

    /// Runs until `stop`, on the calling thread.
    public func run() {
        clinux_set_thread_pointer(Unmanaged.passUnretained(self).toOpaque())
        defer { clinux_set_thread_pointer(nil) }
        let capacity = 512
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
        defer { events.deallocate() }
        while !stopped {
            let count = epoll_wait(epoll, events, Int32(capacity), pause())
            now = Instant.now()
            for k in 0..<max(0, Int(count)) { deliver(events + k) }
            fireTimers()
            runJobs()
            finishTurn()
        }
    }

    /// How long the next wait may last, in milliseconds; −1 is for ever.
    private func pause() -> Int32 {
        if !jobs.isEmpty || !ending.isEmpty { return 0 }
        guard let earliest = timers.earliest else { return -1 }
        let nanoseconds = max(0, earliest.nanoseconds - Instant.now().nanoseconds)
        return Int32(clamping: (nanoseconds + 999_999) / 1_000_000)
    }

    private func deliver(_ event: UnsafePointer<epoll_event>) {
        let raw = clinux_event_data(event)
        if raw == Self.bellToken {
            emptyInbox()
        } else if let source = source(raw) {
            source.ready(Interest(rawValue: clinux_event_mask(event)))
        }
    }

    private func source(_ raw: UInt64) -> (any EventSource)? {
        let token = SourceToken(rawValue: raw)
        let place = Int(token.descriptor)
        guard place < slots.count, slots[place].generation == token.generation else { return nil }
        return slots[place].source
    }

    private func emptyInbox() {
        var count: UInt64 = 0
        _ = read(bell, &count, 8)
        let box = inbox.withLock { box in
            defer { box = Inbox() }
            return box
        }
        jobs.append(contentsOf: box.jobs)
        for call in box.calls { call() }
    }

    private func fireTimers() {
        for _ in 0..<Self.timersPerTurn {
            guard let entry = timers.popDue(at: now) else { return }
            if entry.token & Self.alarmBit != 0 {
                alarms.removeValue(forKey: entry.token)?()
            } else {
                source(entry.token)?.woken(now: now)
            }
        }
    }

    private func runJobs() {
        let serial = asUnownedSerialExecutor()
        let task = asUnownedTaskExecutor()
        var done = 0
        // Jobs that jobs enqueue run in the same turn, up to the bound.
        while done < jobs.count, done < Self.jobsPerTurn {
            jobs[done].runSynchronously(isolatedTo: serial, taskExecutor: task)
            done += 1
        }
        if done == jobs.count { jobs.removeAll(keepingCapacity: true) } else { jobs.removeFirst(done) }
    }

    private func finishTurn() {
        var k = 0
        while k < ending.count {
            ending[k].turnEnded()
            k += 1
        }
        ending.removeAll(keepingCapacity: true)
    }
}
