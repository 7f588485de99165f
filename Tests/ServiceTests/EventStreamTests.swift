import HTTP
import JSON
import Platform
import Testing

@testable import Service
@testable import TestKit

@Suite struct EventStreamTests {
    private let service: RunningService
    private let name = "\(UUIDv7.make())"
    private var source: EventSources { .source(name) }

    init() throws { service = try FileService.running.get() }

    private func listen(to service: RunningService? = nil) throws -> RawClient {
        let client = try RawClient(port: (service ?? self.service).port)
        try client.send(RunningService.head("GET", "/flux/\(name)"))
        return client
    }

    /// Reads until `text` has come.
    private func wait(for text: String, on client: RawClient, times: Int = 1) throws {
        while String(decoding: client.pending, as: UTF8.self).occurrences(of: text) < times {
            let isMore = try client.fill()
            try #require(isMore)
        }
    }

    @Test func eventsArriveAsTheyHappen() throws {
        let client = try listen()
        try wait(for: "retry: 3000\n\n", on: client)
        source.send(.init(id: "7", event: "avance", data: "{\"pas\":1}"))
        try wait(for: "id: 7\nevent: avance\ndata: {\"pas\":1}\n\n", on: client)
        source.send(.init(data: "deux\nlignes"))
        try wait(for: "data: deux\ndata: lignes\n\n", on: client)
        let head = String(decoding: client.pending, as: UTF8.self)
        #expect(head.contains("Content-Type: text/event-stream; charset=utf-8\r\n"))
        #expect(head.contains("Cache-Control: no-store\r\n"))
        #expect(head.contains("X-Accel-Buffering: no\r\n"))
        #expect(!head.contains("Content-Length"))
    }

    @Test func silenceIsBroken() throws {
        let client = try listen()
        try wait(for: ":\n\n", on: client, times: 3)
    }

    @Test func theSourcesEndIsTheStreams() throws {
        let client = try listen()
        source.send(.init(data: "dernier"))
        source.finish()
        let answer = try client.receive()
        #expect(answer.status == 200)
        #expect(answer.text.hasSuffix("data: dernier\n\n"))
    }

    @Test(arguments: [true, false]) func aClientThatLeavesEndsTheSource(_ abruptly: Bool) throws {
        let client = try listen()
        source.send(.init(data: "bonjour"))
        try wait(for: "bonjour", on: client)
        #expect(!source.hasEnded)
        if abruptly { client.reset() } else { client.close() }
        source.waitForEnd()
    }

    @Test func headOpensNoStream() throws {
        let head = try service.ask("HEAD", "/flux/\(name)")
        #expect(head.status == 200)
        #expect(head.value("Content-Type") == "text/event-stream; charset=utf-8")
    }

    @Test func aServiceThatStopsEndsItsStreams() throws {
        let own = try RunningService(database: nil, adding: { _ in FileService.routes })
        let client = try listen(to: own)
        source.send(.init(data: "bonjour"))
        try wait(for: "bonjour", on: client)
        let start = Instant.now()
        own.stop()
        // Far from the twenty seconds that requests are given.
        #expect(Instant.now() - start < .seconds(10))
        #expect(source.hasEnded)
        while try client.fill() {}
    }
}

extension String {
    fileprivate func occurrences(of text: String) -> Int { ranges(of: text).count }
}
