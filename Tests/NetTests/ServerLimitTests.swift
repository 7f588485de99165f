import Glibc
import HTTP
import Platform
import TestKit
import Testing

@testable import Net

@Suite(.serialized) struct ServerLimitTests {
    private static let request = "GET /now/1 HTTP/1.1\r\nHost: a\r\n\r\n"

    private func expectServed(_ client: RawClient) throws {
        try client.send(Self.request)
        #expect(try client.receive().text == "1")
    }
    private func expectTurnedAway(_ client: RawClient) throws {
        let response = try client.receive()
        #expect(response.status == 503 && response.value("retry-after") == "1")
        #expect(response.value("connection") == "close")
        #expect(try client.isClosedByPeer())
    }

    @Test func asManyConnectionsAsAllowedAreServedAndOneMoreIsTurnedAway() async throws {
        try await TestServer.run(loops: 2) {
            $0.limits.connections = 5
        } _: { server in
            var clients: [RawClient] = []
            for _ in 0..<5 {
                clients.append(try server.client())
                try expectServed(clients.last!)
            }
            for _ in 0..<3 { try expectTurnedAway(try server.client()) }
            for client in clients { try expectServed(client) }
            clients.removeLast().close()
            #expect(eventually { server.witness.open == 4 })
            try expectServed(try server.client())
        }
    }

    /// A client that has sent its request before it is turned away reads why, instead of a reset.
    @Test func aClientThatSpeaksFirstCanReadWhyItIsTurnedAway() async throws {
        try await TestServer.run {
            $0.limits.connections = 0
        } _: { server in
            for _ in 0..<20 {
                let client = try server.client()
                try? client.send(Self.request)
                try expectTurnedAway(client)
            }
        }
    }

    @Test func anAddressHasItsShareOfConnections() async throws {
        try await TestServer.run(loops: 2) {
            $0.limits.connectionsPerAddress = 3
            $0.trustedProxies = TrustedProxies([AddressBlock("127.0.0.3")!])
        } _: { server in
            var clients: [RawClient] = []
            for (source, count) in [("127.0.0.1", 3), ("127.0.0.2", 3), ("127.0.0.3", 10)] {
                for _ in 0..<count {
                    clients.append(try server.client(source: source))
                    try expectServed(clients.last!)
                }
            }
            for source in ["127.0.0.1", "127.0.0.2"] {
                try expectTurnedAway(try server.client(source: source))
            }
        }
    }

    @Test func aNetworkOfIPv6CountsAsOneAddress() {
        var limits = ServerConfiguration.Limits()
        limits.connectionsPerAddress = 2
        let census = Census(limits: limits, proxies: TrustedProxies([]))
        #expect(census.admit(IPAddress("2001:db8::1")!))
        #expect(census.admit(IPAddress("2001:db8::2")!))
        #expect(!census.admit(IPAddress("2001:db8::3")!))
        #expect(census.admit(IPAddress("2001:db8:0:1::1")!))
        census.leave(IPAddress("2001:db8::1")!)
        #expect(census.admit(IPAddress("2001:db8::3")!))
    }

    @Test func asManyRequestsAsAllowedRunAndOneMoreIsRefused() async throws {
        let gate = Gate()
        let routes = [
            Route.task(.get, "/held") { _ in
                await gate.pass()
                return Response(.ok, .plain, "done")
            },
            Route.task(.post, "/upload", input: .streamed) { _ in Response(.ok, .plain, "") },
        ]
        try await TestServer.run(routes + .standard) {
            $0.limits.requestsInFlight = 3
        } _: { server in
            let clients = try (0..<3).map { _ in try server.client() }
            for client in clients { try client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(eventually { gate.arrived == 3 })
            let late = try server.client()
            try late.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
            let refused = try late.receive()
            #expect(refused.status == 503 && refused.value("retry-after") == "1" && refused.value("connection") == nil)
            // What needs no task is still served, on the same connection.
            try expectServed(late)
            try late.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            try late.send(Pattern.bytes(100_000))
            #expect(try late.receive().status == 503)
            #expect(try late.isClosedByPeer())
            gate.open()
            for client in clients { #expect(try client.receive().text == "done") }
            try clients[0].send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try clients[0].receive().text == "done")
        }
    }

    @Test func aHandlerThatTakesTooLongIsAnsweredForAndItsResultDropped() async throws {
        let gate = Gate()
        let routes = [
            Route.task(.get, "/held", limits: .init(seconds: 1)) { _ in
                await gate.pass()
                return Response(.ok, .plain, "too late")
            }
        ]
        try await TestServer.run(routes) { server in
            let client = try server.client()
            try client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\nGET /held HTTP/1.1\r\nHost: a\r\n\r\n")
            try expectRefusal(client, 504)
            gate.open()
            #expect(eventually { gate.passed == 1 })
            #expect(server.witness.now.refusals == ["timeout"] && server.witness.now.statuses.isEmpty)
        }
    }

    /// The client is slow, not the handler: the time to answer is not over while earlier answers wait to be taken.
    @Test func aHandlersTimeBeginsWithItsRequest() async throws {
        try await TestServer.run { server in
            let client = try server.client(receiveBuffer: 8192)
            try client.send("GET /page/8000000 HTTP/1.1\r\nHost: a\r\n\r\nGET /later/1 HTTP/1.1\r\nHost: a\r\n\r\n")
            usleep(200_000)
            #expect(try client.receive().body.count == 8_000_000)
            #expect(try client.receive().text == "1")
        }
    }

    @Test func aLoopOutOfDescriptorsNeitherSpinsNorDies() async throws {
        await #expect(processExitsWith: .success) {
            try await TestServer.run { server in
                let first = try server.client()
                try first.send(Self.request)
                #expect(try first.receive().text == "1")
                // Twelve are left, whatever this process was born with.
                let free = (0..<12).map { _ in dup(first.descriptor) }
                for descriptor in free { close(descriptor) }
                var few = rlimit(rlim_cur: rlim_t(try #require(free.max())) + 1, rlim_max: 4096)
                try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &few) == 0)
                // Both ends are in this process: the server runs out while the clients can still be made.
                var clients: [RawClient] = []
                while let client = try? server.client(.milliseconds(500)) { clients.append(client) }
                let before = Self.processorTime()
                usleep(500_000)
                let spent = Self.processorTime() - before
                try #require(clients.count >= 4)
                try #require(spent < .milliseconds(250))
                try first.send(Self.request)
                try #require(try first.receive().text == "1")
                clients = []
                let isServing = eventually {
                    guard let client = try? server.client(.seconds(1)) else { return false }
                    return (try? client.send(Self.request)) != nil && (try? client.receive().text) == "1"
                }
                try #require(isServing)
            }
        }
    }

    /// Of the whole process.
    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
