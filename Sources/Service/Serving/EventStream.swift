public import HTTP
import Net

extension Response {
    /// A stream of events that lasts until the source ends, the client leaves or the service stops.
    public static func events(
        _ source: @escaping @Sendable () async -> AsyncStream<ServerSentEvent>, heartbeat: Duration = .seconds(15)
    ) -> Response {
        let fields: [Field] = [
            .init("Content-Type", ContentType.events.text), .init("Cache-Control", "no-store"),
            // Tells nginx not to hold events back.
            .init("X-Accel-Buffering", "no"),
        ]
        let body = Body.stream(length: nil) { sink in
            try await sink.write(ServerSentEvent.retry(milliseconds: 3000))
            let events = await source()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await event in events { try await sink.write(event.bytes) }
                }
                group.addTask {
                    while let loop = EventLoop.current {
                        try await loop.sleep(for: heartbeat)
                        try await sink.write(ServerSentEvent.heartbeat)
                    }
                }
                try await group.next()
                group.cancelAll()
            }
        }
        return Response(.ok, fields: fields, body: body)
    }
}
