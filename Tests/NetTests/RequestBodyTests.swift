import HTTP
import TestKit
import Testing

@testable import Net

@Suite(.serialized) struct RequestBodyTests {
    private static let paths = ["/whole", "/streamed"]
    private static let limit = [Route].uploadLimit

    private func head(_ path: String, _ framing: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n"
    }
    private func chunked(_ bytes: [UInt8], by size: Int) -> [UInt8] {
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = bytes[start..<min(start + size, bytes.count)]
            out += Array("\(String(piece.count, radix: 16, uppercase: true))\r\n".utf8) + piece + [13, 10]
        }
        return out + Array("0\r\nTrailer: dropped\r\n\r\n".utf8)
    }

    @Test(arguments: paths) func bodiesOfEverySizeArriveIntact(_ path: String) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            for size in [1, 2, 4095, 16_384, 131_071, 131_072, 131_073, Self.limit] {
                try client.send(head(path, "Content-Length: \(size)"))
                try client.send(Pattern.bytes(size))
                #expect(try client.receive().text == "\(size) intact")
            }
            try client.send(head(path, "Content-Length: 0"))
            #expect(try client.receive().text == "none")
        }
    }

    @Test(arguments: paths) func chunksOfEverySizeArriveIntact(_ path: String) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            for (size, piece) in [
                (0, 1), (1, 1), (3000, 1), (100_000, 777), (Self.limit, 65_536), (Self.limit, Self.limit),
            ] {
                try client.send(head(path, "Transfer-Encoding: chunked"))
                try client.send(chunked(Pattern.bytes(size), by: piece))
                #expect(try client.receive().text == (size == 0 && path == "/whole" ? "0 intact" : "\(size) intact"))
            }
        }
    }

    @Test(arguments: paths) func aBodyThatComesByteByByteArrivesIntact(_ path: String) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            let request = Array(head(path, "Transfer-Encoding: chunked").utf8) + chunked(Pattern.bytes(40), by: 7)
            for byte in request { try client.send([byte]) }
            #expect(try client.receive().text == "40 intact")
        }
    }

    /// The client sends all of it before it looks for the answer, as most do.
    @Test(arguments: paths) func oneByteBeyondTheLimitIsRefusedInAWayThatTheClientCanRead(_ path: String) async throws {
        try await TestServer.run { server in
            for size in [Self.limit + 1, 3_000_000] {
                let announced = try server.client()
                try announced.send(head(path, "Content-Length: \(size)"))
                try announced.send(Pattern.bytes(size))
                try expectRefusal(announced, 413)
                let discovered = try server.client()
                try discovered.send(head(path, "Transfer-Encoding: chunked"))
                try discovered.send(chunked(Pattern.bytes(size), by: 50_000))
                try expectRefusal(discovered, 413)
            }
        }
    }

    @Test(arguments: paths) func anAnnouncedGigabyteIsRefusedAtOnce(_ path: String) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send(head(path, "Content-Length: 1000000000"))
            try expectRefusal(client, 413)
        }
    }

    @Test func aBodyThatItsRouteDoesNotExpectIsDropped() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send(
                "GET /now/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /later/2 HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            #expect(try client.receive().text == "1")
            #expect(try client.receive().text == "2")
        }
    }

    /// Nobody reads: the sender stops before it has filled the memory, and goes on when the handler does.
    @Test func aHandlerThatDoesNotReadHoldsItsSenderBack() async throws {
        let gate = Gate()
        let routes = [
            Route.task(.post, "/held", input: .streamed, limits: .init(body: 1 << 30)) { request in
                await gate.pass()
                guard case .stream(let body) = request.body else { return Response(.badRequest) }
                var pattern = Pattern()
                while let piece = try await body.next() { pattern.check(piece) }
                return Response(.ok, .plain, pattern.verdict)
            }
        ]
        try await TestServer.run(routes) { server in
            let size = 40_000_000
            let client = try server.client()
            try client.send(head("/held", "Content-Length: \(size)"))
            let all = Pattern.bytes(size)
            let taken = try client.send(all, patience: .milliseconds(300))
            // The rest is in the sockets' buffers.
            #expect(taken < 20_000_000)
            gate.open()
            try client.send(Array(all[taken...]))
            #expect(try client.receive().text == "\(size) intact")
        }
    }

    /// Time that the handler takes is not held against the client, and is bounded like any handler's.
    @Test func aHandlerThatNeverReadsRunsOutOfTime() async throws {
        let gate = Gate()
        let routes = [
            Route.task(.post, "/held", input: .streamed, limits: .init(body: 1 << 30, seconds: 1)) { request in
                await gate.pass()
                return Response(.ok, .plain, "too late")
            }
        ]
        try await TestServer.run(routes) {
            $0.timeouts.window = .milliseconds(200)
        } _: { server in
            let client = try server.client()
            let body = [UInt8](repeating: 0, count: 10_000_000)
            try client.send(head("/held", "Content-Length: \(body.count)"))
            _ = try client.send(body, patience: .milliseconds(200))
            try expectRefusal(client, 504)
            gate.open()
        }
    }

    @Test func anAnswerBeforeTheBodysEndClosesTheConnection() async throws {
        let routes = [
            Route.task(.post, "/early", input: .streamed, limits: .init(body: 1 << 30)) { request in
                Response(.forbidden, .plain, "non")
            }
        ]
        try await TestServer.run(routes) { server in
            let client = try server.client()
            try client.send(head("/early", "Content-Length: 2000000"))
            try client.send(Pattern.bytes(2_000_000))
            let response = try client.receive()
            #expect(response.status == 403 && response.value("connection") == "close")
            #expect(try client.isClosedByPeer())
        }
    }

    @Test func aBodyThatBreaksOffIsNotTakenForWhole() async throws {
        let failures = Counter()
        let routes = [
            Route.task(.post, "/broken", input: .streamed) { request in
                guard case .stream(let body) = request.body else { return Response(.badRequest) }
                do {
                    while try await body.next() != nil {}
                } catch BodyError.disconnected { failures.add() }
                return Response(.ok, .plain, "")
            }
        ]
        try await TestServer.run(routes) { server in
            for framing in ["Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"] {
                let client = try server.client()
                try client.send("POST /broken HTTP/1.1\r\nHost: a\r\n\(framing)")
                client.finishSending()
                #expect(try client.isClosedByPeer())
            }
            #expect(eventually { failures.value == 2 })
        }
    }
}
