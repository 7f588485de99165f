import Glibc
import HTTP
import Platform
import TestKit
import Testing

@testable import Net

@Suite(.serialized) struct StreamedResponseTests {
    private struct Failure: Error {}

    private static func stream(
        _ path: PathTemplate, length: Int? = nil, _ produce: @escaping @Sendable (any BodySink) async throws -> Void
    ) -> Route {
        .task(.get, path) { _ in Response(.ok, body: .stream(length: length, produce: produce)) }
    }

    private static let routes: [Route] = [
        stream("/chunked") { try await Pattern.write(1_000_000, to: $0) },
        stream("/known", length: 1_000_000) { try await Pattern.write(1_000_000, to: $0) },
        .immediate(.get, "/immediate") { _ in
            Response(.ok, body: .stream(length: nil) { try await Pattern.write(1_000_000, to: $0) })
        },
        stream("/empty") { _ in },
        stream("/small") {
            try await $0.write([])
            try await $0.write([65])
            try await $0.write([])
        },
        stream("/fails") {
            try await Pattern.write(100_000, to: $0)
            throw Failure()
        },
        stream("/fails-at-once") { _ in throw Failure() },
        stream("/short", length: 1000) { try await Pattern.write(999, to: $0) },
        stream("/long", length: 1000) { try await Pattern.write(1001, to: $0) },
        stream("/dribble", length: 3) { for _ in 0..<4 { try await $0.write([66]) } },
    ]

    @Test(arguments: ["/chunked", "/known", "/immediate"]) func arriveIntactAndKeepTheConnection(_ path: String)
        async throws
    {
        try await TestServer.run(Self.routes) { server in
            let client = try server.client()
            for _ in 0..<3 {
                try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                let response = try client.receive()
                #expect(Pattern.verdict(response.body) == "1000000 intact")
                #expect(response.values("transfer-encoding") == (path == "/known" ? [] : ["chunked"]))
            }
        }
    }

    @Test func emptyOnesAndEmptyPiecesAreFramed() async throws {
        try await TestServer.run(Self.routes) { server in
            let client = try server.client()
            try client.send("GET /empty HTTP/1.1\r\nHost: a\r\n\r\nGET /small HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receive().text == "")
            #expect(try client.receive().text == "A")
        }
    }

    @Test func anOldClientReadsToTheConnectionsEnd() async throws {
        try await TestServer.run(Self.routes) { server in
            for option in ["", "Connection: keep-alive\r\n"] {
                let client = try server.client()
                try client.send("GET /chunked HTTP/1.0\r\n\(option)\r\n")
                let response = try client.receive()
                #expect(response.values("transfer-encoding").isEmpty && response.value("connection") == "close")
                #expect(Pattern.verdict(response.body) == "1000000 intact")
            }
        }
    }

    @Test(arguments: ["/fails", "/fails-at-once", "/short", "/long", "/dribble"])
    func oneThatFailsIsCutSoThatTheClientSeesIt(_ path: String) async throws {
        try await TestServer.run(Self.routes) { server in
            let client = try server.client()
            try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(throws: RawClient.Failure.ended) { try client.receive() }
            #expect(eventually { server.witness.now.statuses == [500] })
        }
    }

    @Test func nothingIsSentBeyondTheAnnouncedLength() async throws {
        try await TestServer.run(Self.routes) { server in
            let client = try server.client()
            try client.send("GET /dribble HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receiveToEnd().count { $0 == UInt8(ascii: "B") } <= 3)
        }
    }

    /// Where only the connection's end ends the answer, a cut must not look like one.
    @Test func anOldClientSeesACutAsAFailure() async throws {
        try await TestServer.run(Self.routes) { server in
            let client = try server.client()
            try client.send("GET /fails HTTP/1.0\r\n\r\n")
            #expect(throws: RawClient.Failure.reset) { try client.receive() }
        }
    }

    @Test func aProducerWaitsForItsClient() async throws {
        let written = Counter()
        let routes = [
            Self.stream("/endless-ish") { sink in
                var at = 0
                while at < 60_000_000 {
                    try await sink.write(Pattern.bytes(50_000, from: at))
                    at += 50_000
                    written.add(50_000)
                }
            }
        ]
        try await TestServer.run(routes) { server in
            let client = try server.client(receiveBuffer: 65_536)
            try client.send("GET /endless-ish HTTP/1.1\r\nHost: a\r\n\r\n")
            var before = -1
            #expect(
                eventually {
                    defer { before = written.value }
                    usleep(100_000)
                    return before == written.value
                })
            #expect(written.value < 30_000_000)
            #expect(Pattern.verdict(try client.receive().body) == "60000000 intact")
        }
    }

    @Test func manyWritersOfOneStreamAllGoOn() async throws {
        let routes = [
            Self.stream("/many") { sink in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<8 {
                        group.addTask { for _ in 0..<20 { try await sink.write([UInt8](repeating: 7, count: 50_000)) } }
                    }
                    try await group.waitForAll()
                }
            }
        ]
        try await TestServer.run(routes) { server in
            let client = try server.client()
            try client.send("GET /many HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receive().body.count == 8_000_000)
        }
    }
}
