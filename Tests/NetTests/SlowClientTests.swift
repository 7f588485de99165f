import Glibc
import HTTP
import TestKit
import Testing

@testable import Net

@Suite(.serialized) struct SlowClientTests {
    private static let request = "GET /now/1 HTTP/1.1\r\nHost: a\r\nX: 1234567890\r\n\r\n"

    @Test func aHeadThatIsTooSlowIsToldSo() async throws {
        try await TestServer.run {
            $0.timeouts.head = .milliseconds(200)
        } _: { server in
            let client = try server.client()
            try client.send("GET /now/1 HTTP/1.1\r\nHost: a\r\n")
            // More bytes do not move the deadline.
            for _ in 0..<5 where client.isSilent(for: .milliseconds(60)) { try client.send("X: y\r\n") }
            try expectRefusal(client, 408)
            #expect(server.witness.now.refusals == ["request_timeout"])
        }
    }

    @Test func aClientThatSaysNothingIsClosedInSilence() async throws {
        try await TestServer.run {
            $0.timeouts.head = .milliseconds(100)
        } _: { server in
            let client = try server.client()
            #expect(try client.isClosedByPeer())
        }
    }

    @Test func aSecondHeadThatIsTooSlowIsToldSo() async throws {
        try await TestServer.run {
            $0.timeouts.head = .milliseconds(100)
        } _: { server in
            let client = try server.client()
            try client.send(Self.request + "GET /now")
            #expect(try client.receive().text == "1")
            try expectRefusal(client, 408)
        }
    }

    @Test func aHeadThatComesByteByByteIsServed() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            for _ in 0..<2 {
                try client.send(Self.request, pause: .milliseconds(1))
                #expect(try client.receive().text == "1")
            }
        }
    }

    @Test(arguments: ["/whole", "/streamed"]) func aBodyBelowTheMinimumRateIsToldSo(_ path: String) async throws {
        try await TestServer.run {
            $0.timeouts.window = .milliseconds(150)
        } _: { server in
            let client = try server.client()
            try client.send("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            for _ in 0..<20 where client.isSilent(for: .milliseconds(30)) { try client.send("x") }
            try expectRefusal(client, 408)
        }
    }

    @Test(arguments: ["/whole", "/streamed"]) func aBodyAboveTheMinimumRateIsTaken(_ path: String) async throws {
        try await TestServer.run {
            $0.timeouts.window = .milliseconds(500)
            $0.timeouts.bytesPerWindow = 100
        } _: { server in
            let client = try server.client()
            let body = Pattern.bytes(100_000)
            try client.send("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
            for start in stride(from: 0, to: body.count, by: 1000) {
                try client.send(Array(body[start..<start + 1000]))
                // Twice the window in all.
                if start % 10_000 == 0 { #expect(client.isSilent(for: .milliseconds(100))) }
            }
            #expect(try client.receive().text == "100000 intact")
        }
    }

    @Test(arguments: ["/page/20000000", "/stream/20000000"])
    func aClientThatLeavesItsAnswerLyingIsCut(_ path: String) async throws {
        try await TestServer.run {
            $0.timeouts.window = .milliseconds(200)
        } _: { server in
            let client = try server.client(receiveBuffer: 8192)
            try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(eventually { server.witness.now.closed == 1 })
            #expect(throws: RawClient.Failure.self) { try client.receive() }
        }
    }

    @Test(arguments: ["/page/20000000", "/stream/20000000"])
    func aClientThatTakesItsAnswerGetsAllOfIt(_ path: String) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(Pattern.verdict(try client.receive().body) == "20000000 intact")
            try client.send(Self.request)
            #expect(try client.receive().text == "1")
        }
    }

    /// What the client takes slowly, yet fast enough, neither cuts the answer nor the time to ask again.
    @Test func aClientThatIsSlowButSteadyGetsAllOfIt() async throws {
        try await TestServer.run {
            $0.timeouts.window = .milliseconds(300)
            $0.timeouts.idle = .milliseconds(400)
            $0.timeouts.bytesPerWindow = 1000
        } _: { server in
            let client = try server.client(receiveBuffer: 8192)
            try client.send("GET /page/8000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            // Longer than several windows, and than the idle time.
            for _ in 0..<8 {
                _ = try client.fill()
                usleep(100_000)
            }
            #expect(Pattern.verdict(try client.receive().body) == "8000000 intact")
            try client.send(Self.request)
            #expect(try client.receive().text == "1")
        }
    }
}
