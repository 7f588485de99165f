import HTTP
import Platform
import TestKit
import Testing

@testable import Net

@Suite(.serialized) struct DrainTests {
    private static func held(_ gate: Gate) -> Route {
        .task(.get, "/held/{n}") { request in
            await gate.pass()
            return Response(.ok, .plain, request.parameter("n") ?? "")
        }
    }
    private func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

    /// Drains beside `body`, which runs when no connection is taken any more.
    private func draining(_ server: TestServer, _ body: () throws -> Void) async throws {
        // Not on the shared threads, which other tests may hold.
        let drain = Task(executorPreference: BlockingThread()) { await server.server.drain() }
        #expect(eventually { (try? server.client()) == nil })
        try body()
        await drain.value
    }

    @Test func idleConnectionsAreClosedAndNewOnesRefused() async throws {
        try await TestServer.run(loops: 2) { server in
            let clients = try (0..<10).map { _ in try server.client() }
            for client in clients {
                try client.send(get("/now/1"))
                #expect(try client.receive().text == "1")
            }
            let silent = try server.client()
            #expect(eventually { server.witness.open == 11 })
            try await draining(server) { () throws in
                for client in clients + [silent] { #expect(try client.isClosedByPeer()) }
                #expect(throws: RawClient.Failure.refused) { try server.client() }
            }
        }
    }

    @Test func requestsUnderWayAreAnsweredAndTheirConnectionsClosed() async throws {
        let gate = Gate()
        try await TestServer.run([Self.held(gate)] + .standard) { server in
            let client = try server.client()
            try client.send(get("/held/1"))
            let uploading = try server.client()
            try uploading.send("POST /whole HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
            #expect(eventually { gate.arrived == 1 && server.witness.open == 2 })
            try await draining(server) { () throws in
                try uploading.send(Pattern.bytes(10))
                let uploaded = try uploading.receive()
                #expect(uploaded.text == "10 intact" && uploaded.value("connection") == "close")
                #expect(try uploading.isClosedByPeer())
                gate.open()
                let response = try client.receive()
                #expect(response.text == "1" && response.value("connection") == "close")
                #expect(try client.isClosedByPeer())
            }
        }
    }

    @Test func pipelinedRequestsAreNotLost() async throws {
        let gate = Gate()
        try await TestServer.run([Self.held(gate)] + .standard) { server in
            let client = try server.client()
            let paths = ["/held/0", "/now/1", "/held/2", "/later/3", "/now/4"]
            try client.send(paths.map(get).joined())
            #expect(eventually { gate.arrived == 1 })
            try await draining(server) { () throws in
                gate.open()
                for n in 0..<5 {
                    let response = try client.receive()
                    #expect(response.text == "\(n)")
                    #expect(response.value("connection") == (n == 4 ? "close" : nil))
                }
                #expect(try client.isClosedByPeer())
            }
        }
    }

    @Test func aRequestOnItsWayIsAnswered() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send("GET /now/1 HTTP/1.1\r\nHo")
            #expect(eventually { server.witness.open == 1 })
            try await draining(server) { () throws in
                // Longer than idle connections are kept.
                #expect(client.isSilent(for: .milliseconds(400)))
                try client.send("st: a\r\n\r\n")
                let response = try client.receive()
                #expect(response.text == "1" && response.value("connection") == "close")
            }
        }
    }

    @Test func streamsWithoutAnEndAreEnded() async throws {
        let stopped = Counter()
        let routes = [
            Route.task(.get, "/events") { _ in
                Response(
                    .ok, fields: [.init("Content-Type", ContentType.events.text)],
                    body: .stream(length: nil) { sink in
                        defer { stopped.add() }
                        try await sink.write(Array(": hello\n\n".utf8))
                        try await EventLoop.current?.sleep(for: .seconds(60))
                    })
            }
        ]
        try await TestServer.run(routes + .standard) { server in
            let events = try server.client()
            try events.send(get("/events"))
            try events.fill()
            let stream = try server.client()
            try stream.send(get("/stream/20000000"))
            try stream.fill()
            try await draining(server) { () throws in
                #expect(eventually { stopped.value == 1 })
                #expect(throws: RawClient.Failure.ended) { try events.receive() }
                // A stream that has an end comes to it.
                #expect(Pattern.verdict(try stream.receive().body) == "20000000 intact")
            }
        }
    }

    @Test func whatDoesNotFinishIsCutAtTheDeadline() async throws {
        let gate = Gate()
        try await TestServer.run([Self.held(gate)]) {
            $0.limits.drain = .milliseconds(300)
        } _: { server in
            let client = try server.client()
            try client.send(get("/held/1"))
            #expect(eventually { gate.arrived == 1 })
            await server.server.drain()
            #expect(server.witness.open == 0)
            #expect(throws: RawClient.Failure.self) { try client.receive() }
            gate.open()
        }
    }

    @Test func anActWhoseClientHasGoneIsWaitedFor() async throws {
        let gate = Gate()
        try await TestServer.run([Self.held(gate)]) { server in
            let client = try server.client()
            try client.send(get("/held/1"))
            #expect(eventually { gate.arrived == 1 })
            client.reset()
            #expect(eventually { server.witness.open == 0 })
            let drained = Counter()
            let drain = Task(executorPreference: BlockingThread()) {
                await server.server.drain()
                drained.add()
            }
            #expect(!eventually(within: .milliseconds(200)) { drained.value == 1 })
            gate.open()
            await drain.value
            #expect(gate.passed == 1)
        }
    }

    @Test func aSecondDrainEndsWithTheFirst() async throws {
        try await TestServer.run { server in
            async let first: Void = server.server.drain()
            async let second: Void = server.server.drain()
            _ = await (first, second)
            await server.server.drain()
        }
    }

    /// Clients that keep connecting: what was queued when the drain began is taken, and no more.
    @Test func aFloodOfConnectionsDoesNotPutOffTheEnd() async throws {
        try await TestServer.run { server in
            let stop = Counter()
            let threads = (0..<4).map { _ in
                Thread.start("flood") {
                    while stop.value == 0 { _ = try? server.client(.milliseconds(500)) }
                }
            }
            #expect(eventually { server.witness.now.opened > 100 })
            await server.server.drain()
            stop.add()
            for thread in threads { thread.join() }
            #expect(throws: RawClient.Failure.refused) { try server.client() }
        }
    }

    /// Each request that was handled was answered, and the answer arrived.
    @Test func nothingIsLostUnderLoad() async throws {
        let handled = Counter()
        let received = Counter()
        let routes: [Route] = [
            .immediate(.get, "/now/{n}") { request in
                handled.add()
                return Response(.ok, .plain, request.parameter("n") ?? "")
            },
            .task(.get, "/later/{n}") { request in
                try await EventLoop.current?.sleep(for: .milliseconds(3))
                handled.add()
                return Response(.ok, .plain, request.parameter("n") ?? "")
            },
        ]
        try await TestServer.run(routes, loops: 2) { server in
            let threads = (0..<32).map { k in
                Thread.start("client") {
                    while let client = try? server.client() {
                        for n in 0..<20 {
                            let path = "/\((n + k) % 2 == 0 ? "now" : "later")/\(n)"
                            guard (try? client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")) != nil,
                                let response = try? client.receive()
                            else { break }
                            if response.text == "\(n)" { received.add() }
                            if response.value("connection") == "close" { break }
                        }
                    }
                }
            }
            #expect(eventually { handled.value > 200 })
            await server.server.drain()
            for thread in threads { thread.join() }
            #expect(received.value == handled.value)
        }
    }
}
