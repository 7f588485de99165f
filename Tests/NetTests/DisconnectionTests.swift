import HTTP
import TestKit
import Testing

@testable import Net

/// Clients that go away, in good order or not, at every moment of a request.
@Suite(.serialized) struct DisconnectionTests {
    private static let request = "GET /later/1 HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(arguments: ["/now/1", "/later/1", "/whole", "/streamed", "/stream/1000000"])
    func aClientThatClosesItsSideStillGetsItsAnswer(_ path: String) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            let hasBody = path == "/whole" || path == "/streamed"
            try client.send(
                hasBody
                    ? "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                    : "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            client.finishSending()
            #expect(try client.receive().status == 200)
            #expect(try client.isClosedByPeer())
        }
    }

    @Test func aClientThatClosesItsSideStillGetsAllPipelinedAnswers() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send(
                (0..<10).map { "GET /\($0 % 2 == 0 ? "now" : "later")/\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            client.finishSending()
            for n in 0..<10 { #expect(try client.receive().text == "\(n)") }
            #expect(try client.isClosedByPeer())
        }
    }

    @Test func aHandlerUnderWayAnswersAClientThatHasClosedItsSide() async throws {
        let gate = Gate()
        let routes = [
            Route.task(.get, "/held") { _ in
                await gate.pass()
                return Response(.ok, .plain, "done")
            }
        ]
        try await TestServer.run(routes) { server in
            let client = try server.client()
            try client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(eventually { gate.arrived == 1 })
            client.finishSending()
            #expect(client.isSilent(for: .milliseconds(50)))
            gate.open()
            #expect(try client.receive().text == "done")
            #expect(try client.isClosedByPeer())
        }
    }

    struct Stage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: String
        /// How much of the answer the client reads before it goes.
        var reads = false
    }
    static let stages = [
        Stage(testDescription: "before the head", bytes: ""),
        Stage(testDescription: "in the head", bytes: "GET /later/1 HTTP/1.1\r\nHo"),
        Stage(
            testDescription: "in a whole body",
            bytes: "POST /whole HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello"),
        Stage(
            testDescription: "in a streamed body",
            bytes: "POST /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhello"),
        Stage(
            testDescription: "in a chunk",
            bytes: "POST /streamed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello"),
        Stage(
            testDescription: "before leave to send",
            bytes: "POST /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"),
        Stage(testDescription: "during the handler", bytes: request),
        Stage(testDescription: "with requests waiting", bytes: String(repeating: request, count: 20)),
        Stage(testDescription: "in the answer", bytes: "GET /page/20000000 HTTP/1.1\r\nHost: a\r\n\r\n", reads: true),
        Stage(testDescription: "in the stream", bytes: "GET /stream/20000000 HTTP/1.1\r\nHost: a\r\n\r\n", reads: true),
        Stage(testDescription: "after a refusal", bytes: "GET\r\n\r\nmore", reads: true),
        Stage(
            testDescription: "in an old client's stream", bytes: "GET /stream/20000000 HTTP/1.0\r\n\r\n", reads: true),
    ]

    /// At most four handlers run at once, so that one that is never counted out shows.
    @Test(arguments: stages, ["reset", "close"])
    func aClientThatGoesAwayLeavesNothingBehind(_ stage: Stage, _ manner: String) async throws {
        try await TestServer.run {
            $0.limits.requestsInFlight = 4
        } _: { server in
            for n in 1...12 {
                let client = try server.client()
                try client.send(stage.bytes)
                if stage.reads { try client.fill() }
                if manner == "reset" { client.reset() } else { client.close() }
                #expect(eventually { server.witness.now.closed == n })
            }
            #expect(
                try eventually {
                    let client = try server.client()
                    try client.send(Self.request)
                    return try client.receive().text == "1"
                })
        }
    }

    @Test func anActThatHasBegunComesToItsEndWithoutItsClient() async throws {
        let gate = Gate()
        let cancelled = Counter()
        let routes = [
            Route.task(.post, "/act", input: .whole) { _ in
                await gate.pass()
                if Task.isCancelled { cancelled.add() }
                return Response(.ok, .plain, "")
            }
        ]
        try await TestServer.run(routes) { server in
            for n in 1...3 {
                let client = try server.client()
                try client.send("POST /act HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
                #expect(eventually { gate.arrived == n })
                client.reset()
            }
            #expect(eventually { server.witness.open == 0 })
            #expect(gate.passed == 0)
            gate.open()
            #expect(eventually { gate.passed == 3 })
            #expect(cancelled.value == 0)
        }
    }

    @Test func aStreamWithoutAClientStops() async throws {
        let stopped = Counter()
        let routes = [
            Route.task(.get, "/events") { _ in
                Response(
                    .ok, fields: [.init("Content-Type", ContentType.events.text)],
                    body: .stream(length: nil) { sink in
                        defer { stopped.add() }
                        while true {
                            try await sink.write(Array(": still here\n\n".utf8))
                            try await EventLoop.current?.sleep(for: .milliseconds(5))
                        }
                    })
            }
        ]
        try await TestServer.run(routes) { server in
            for manner in 0..<3 {
                let client = try server.client()
                try client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
                try client.fill()
                if manner == 0 { client.reset() } else { client.close() }
            }
            #expect(eventually { stopped.value == 3 && server.witness.open == 0 })
        }
    }
}
