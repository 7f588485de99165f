import Net
import Platform
import Synchronization

/// The process's one connection that listens. It lives on one loop and opens with the first subscription.
final class Listener: LinkOwner, @unchecked Sendable {  // everything runs on the loop's thread, except `subscribe`
    private struct Channel {
        var isActive = false
        var subscribers: [Int: AsyncStream<NotificationEvent>.Continuation] = [:]
    }

    private let loop: EventLoop
    private let configuration: DatabaseConfiguration
    private let lastSubscriber = Atomic<Int>(0)
    private var link: Link?
    private var channels: [String: Channel] = [:]
    private var backoff: Backoff
    private var isClosed = false

    init(_ loop: EventLoop, _ configuration: DatabaseConfiguration) {
        (self.loop, self.configuration) = (loop, configuration)
        backoff = Backoff(first: configuration.limits.firstRetryDelay, last: configuration.limits.lastRetryDelay)
    }

    // MARK: From any thread

    func subscribe(_ name: StaticString, limit: Int) -> AsyncStream<NotificationEvent> {
        let channel = name.description
        precondition(Self.isValid(channel), "a channel's name is made of a-z, 0-9 and _, at most 63")
        let (stream, continuation) = AsyncStream.makeStream(
            of: NotificationEvent.self, bufferingPolicy: .bufferingNewest(limit))
        let subscriber = lastSubscriber.wrappingAdd(1, ordering: .relaxed).newValue
        continuation.onTermination = { _ in self.loop.post { self.remove(subscriber, from: channel) } }
        loop.post { self.add(subscriber, to: channel, continuation) }
        return stream
    }

    func close() {
        loop.post { [self] in
            isClosed = true
            link?.end(DatabaseError(.closed, "the database is closed"))
            link = nil
            for channel in channels.values { for subscriber in channel.subscribers.values { subscriber.finish() } }
            channels = [:]
        }
    }

    private static func isValid(_ name: String) -> Bool {
        (1...63).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f }
    }

    // MARK: Subscribers

    private func add(
        _ subscriber: Int, to name: String, _ continuation: AsyncStream<NotificationEvent>.Continuation
    ) {
        guard !isClosed else { return continuation.finish() }
        let isNew = channels[name] == nil
        channels[name, default: Channel()].subscribers[subscriber] = continuation
        if channels[name]?.isActive == true { continuation.yield(.resynchronise) }
        if link == nil { open() } else if isNew, link?.isOpen == true { activate(name) }
    }

    private func remove(_ subscriber: Int, from name: String) {
        channels[name]?.subscribers[subscriber] = nil
        guard let channel = channels[name], channel.subscribers.isEmpty else { return }
        channels[name] = nil
        if link?.isOpen == true { send("UNLISTEN", name) { _ in } }
    }

    private func deliver(_ event: NotificationEvent, to name: String) {
        guard let channel = channels[name] else { return }
        for subscriber in channel.subscribers.values {
            // The oldest event was dropped for this one: the subscriber must know, after what it still can read.
            if case .dropped = subscriber.yield(event) { subscriber.yield(.resynchronise) }
        }
    }

    // MARK: The link

    private func open() {
        guard !isClosed else { return }
        let link = Link(loop, configuration, isShared: false, owner: self)
        self.link = link
        link.open()
    }

    private func activate(_ name: String) {
        send("LISTEN", name) { [self] result in
            guard case .success = result else { return }
            channels[name]?.isActive = true
            deliver(.resynchronise, to: name)
        }
    }

    private func send(
        _ verb: StaticString, _ name: String, _ answer: @escaping @Sendable (Result<Rows, any Error>) -> Void
    ) {
        link?.send(Exchange(Statement(composed: "\(verb) \"\(name)\""), [], .call(answer)))
    }

    /// A connection that only listens would not notice that the server has gone.
    private func beat(on link: Link) {
        loop.alarm(at: loop.now + configuration.limits.statementTimeout) { [weak link, self] in
            guard let link, link.isOpen else { return }
            link.send(Exchange("SELECT 1", [], .call { _ in }))
            beat(on: link)
        }
    }

    func linkOpened(_ link: Link) {
        backoff.reset()
        for name in channels.keys { activate(name) }
        beat(on: link)
    }

    func linkEnded(_ link: Link, _ error: any Error) {
        guard !isClosed else { return }
        for name in channels.keys { channels[name]?.isActive = false }
        loop.alarm(at: loop.now + backoff.next()) { self.open() }
    }

    func linkAdvanced(_ link: Link) {}

    func link(_ link: Link, received notification: Notification) {
        deliver(.notification(notification), to: notification.channel)
    }
}
