import Glibc
import HTTP
import Platform
import TestKit
import Testing

@testable import Net

/// More clients than a server likes.
@Suite(.serialized) struct CrowdTests {
    private static let request = "GET /now/1 HTTP/1.1\r\nHost: a\r\n\r\n"

    /// Each client takes two descriptors of this process: its own and the server's.
    private static let descriptors: Int = {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        getrlimit(kind, &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(kind, &limit)
        return Int(clamping: limit.rlim_cur)
    }()
    private static let crowd = min(3000, (descriptors - 2000) / 2)

    @Test(.enabled(if: descriptors >= 8000)) func thousandsOfSlowClientsDoNotSlowAnother() async throws {
        try await TestServer.run(loops: 2) {
            $0.limits.connectionsPerAddress = 10_000
            $0.timeouts.head = .seconds(60)
        } _: { server in
            var slow: [RawClient] = []
            for _ in 0..<Self.crowd {
                let client = try server.client()
                try client.send("GET /now/1 HTTP/1.1\r\nHo")
                slow.append(client)
            }
            #expect(eventually { server.witness.open == Self.crowd })
            let begin = Instant.now()
            let probe = try server.client()
            for k in 0..<300 {
                // They go on, a byte at a time.
                try slow[k * 7 % slow.count].send("s")
                try probe.send(Self.request)
                #expect(try probe.receive().text == "1")
            }
            #expect(Instant.now() - begin < .seconds(10))
            #expect(server.witness.open == Self.crowd + 1)
        }
    }

    @Test func thousandsBeyondTheLimitAreTurnedAwayAndTheOthersServed() async throws {
        try await TestServer.run(loops: 2) {
            $0.limits.connections = 50
        } _: { server in
            let clients = try (0..<50).map { _ in try server.client() }
            for client in clients {
                try client.send(Self.request)
                #expect(try client.receive().text == "1")
            }
            for n in 0..<2000 {
                let client = try server.client()
                let response = try client.receive()
                #expect(response.status == 503 && response.value("retry-after") == "1")
                if n % 100 == 0 {
                    try clients[n / 100].send(Self.request)
                    #expect(try clients[n / 100].receive().text == "1")
                }
            }
            #expect(eventually { server.witness.now.refusals.count == 2000 })
            #expect(server.witness.open == 50)
        }
    }
}
