import HTTP
import Net
import Platform
import Postgres
import Synchronization

/// Hands events on to those who watch. An instance reads each event once, however many watch.
final class EventHub: Sendable {
    struct Limits: Sendable {
        /// Streams of one account.
        var perUser = 3
        var all = 1000
        /// Events that a watcher may be behind; then its stream ends, and it comes back with what it has.
        var behind = 1000
        /// As long as a token: whoever comes back is looked at again.
        var life = Duration.seconds(600)
    }

    fileprivate struct Watcher {
        let principal: Principal
        let subjects: Set<String>
        let ends: Instant
        let continuation: AsyncStream<ServerSentEvent>.Continuation
        /// Nil while the past is told: what comes meanwhile waits.
        var since: Int?
        var waiting: [EventStore.Event] = []
    }
    private struct State {
        var watchers: [UUIDv7: Watcher] = [:]
        /// The last event that was handed on; nil before the first look.
        var last: Int?
    }

    private let database: Database
    private let revocations: Revocations
    private let readiness: Readiness
    private let limits: Limits
    private let state = Mutex(State())
    private static let pieces = 500
    private static let beat = Duration.seconds(5)

    init(_ database: Database, _ revocations: Revocations, _ readiness: Readiness, limits: Limits = Limits()) {
        (self.database, self.revocations, self.readiness, self.limits) = (database, revocations, readiness, limits)
    }

    private var all: ScopedDatabase { database.under(OfficeScope.all) }

    // MARK: Reading

    /// Ends when the database is closed.
    func listen() async {
        for await _ in database.listen(EventStore.channel) {
            do { try await read() } catch {
                Log.shared.warn("events.unread", "Events could not be read") { $0.add("error", error.operatorMessage) }
            }
        }
    }

    private func read() async throws {
        guard var last = state.withLock({ $0.last }) else {
            let end = try await EventStore.span(all)?.upperBound ?? 0
            return state.withLock { $0.last = end }
        }
        while true {
            let events = try await EventStore.after(last, count: Self.pieces, all)
            guard let end = events.last else { return }
            last = end.seq
            let late = state.withLock { state in
                state.last = end.seq
                return state.watchers.keys.filter { id in
                    !events.allSatisfy { Self.deliver($0, to: id, &state) }
                }.compactMap { state.watchers[$0]?.continuation }
            }
            // Outside of the lock, which their ends take.
            for continuation in late { continuation.finish() }
        }
    }

    /// False when the watcher is too far behind.
    private static func deliver(_ event: EventStore.Event, to id: UUIDv7, _ state: inout State) -> Bool {
        guard let watcher = state.watchers[id], watcher.mayKnow(event) else { return true }
        guard let since = watcher.since else {
            state.watchers[id]?.waiting.append(event)
            return true
        }
        guard event.seq > since else { return true }
        if case .dropped = watcher.continuation.yield(event.message) { return false }
        return true
    }

    // MARK: Watching

    /// A place among those who watch. Nothing comes before `begin`.
    func admit(
        _ principal: Principal, _ subjects: Set<String>
    ) throws(Problem) -> (id: UUIDv7, stream: AsyncStream<ServerSentEvent>) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ServerSentEvent.self, bufferingPolicy: .bufferingOldest(limits.behind))
        let id = UUIDv7.make()
        let mayWatch = state.withLock { state in
            let own = state.watchers.values.count { $0.principal.user == principal.user }
            guard own < limits.perUser, state.watchers.count < limits.all else { return false }
            state.watchers[id] = Watcher(
                principal: principal, subjects: subjects, ends: .now() + limits.life, continuation: continuation)
            return true
        }
        guard mayWatch else {
            throw Problem(.tooManyRequests, "Trop de flux sont ouverts pour ce compte.", retryAfter: 5)
        }
        continuation.onTermination = { _ in self.state.withLock { _ = $0.watchers.removeValue(forKey: id) } }
        return (id, stream)
    }

    /// Tells what came after `last`, where one is named, then lets the rest through.
    func begin(_ id: UUIDv7, after last: Int?) async {
        guard let watcher = state.withLock({ $0.watchers[id] }) else { return }
        var since = 0
        if let last {
            do { since = try await replay(to: watcher, after: last) } catch { return watcher.continuation.finish() }
        }
        let isInTime = state.withLock { state in
            guard let waiting = state.watchers[id]?.waiting else { return true }
            state.watchers[id]?.waiting = []
            state.watchers[id]?.since = since
            return waiting.allSatisfy { Self.deliver($0, to: id, &state) }
        }
        if !isInTime { watcher.continuation.finish() }
    }

    /// The last number that it has told.
    private func replay(to watcher: Watcher, after last: Int) async throws -> Int {
        let scoped = database.seen(by: watcher.principal)
        // What is gone cannot be told, nor what never was.
        guard let span = try await EventStore.span(all), span.lowerBound - 1...span.upperBound ~= last else {
            watcher.continuation.yield(.init(event: "resync", data: "{}"))
            return 0
        }
        let events = try await EventStore.after(last, count: limits.behind, scoped)
        guard events.count < limits.behind else {
            watcher.continuation.yield(.init(event: "resync", data: "{}"))
            return events.last?.seq ?? last
        }
        for event in events where watcher.mayKnow(event) { watcher.continuation.yield(event.message) }
        return events.last?.seq ?? last
    }

    /// Ends the streams of those whose session ended, whose rights changed, or whose time is over; clears old events away.
    func keep() async {
        var swept = Instant.now()
        while !readiness.isStopping, let loop = EventLoop.current {
            guard (try? await loop.sleep(for: Self.beat)) != nil else { return }
            let (snapshot, now) = (revocations.snapshot, Instant.now())
            let ended = state.withLock { state in
                state.watchers.values.filter { $0.hasEnded(snapshot, now) }.map(\.continuation)
            }
            for continuation in ended { continuation.finish() }
            guard now - swept > .seconds(600) else { continue }
            swept = now
            try? await EventStore.sweep(all)
        }
    }
}

extension EventHub.Watcher {
    fileprivate func mayKnow(_ event: EventStore.Event) -> Bool {
        guard subjects.isEmpty || subjects.contains(event.subject) else { return false }
        if let own = principal.bureau, event.office != own { return false }
        return principal.may(.viewPredictions) || event.user == principal.user
    }

    fileprivate func hasEnded(_ snapshot: Revocations.Snapshot, _ now: Instant) -> Bool {
        if now > ends || snapshot.endedSessions[principal.session] != nil { return true }
        guard let state = snapshot.users[principal.user]?.state else { return false }
        return !state.isActive || state.role.rawValue != principal.role || state.bureau != principal.bureau
    }
}

extension EventStore.Event {
    fileprivate var message: ServerSentEvent { .init(id: String(seq), event: subject, data: content) }
}
