import HTTP
import TestKit
import Testing

@testable import Net

@Suite(.serialized) struct HeadLimitTests {
    private static func head(of size: Int) -> String {
        let frame = "GET /now/1 HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n"
        return "GET /now/1 HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: size - frame.utf8.count))\r\n\r\n"
    }

    @Test func aHeadAtItsLimitIsServedAndOneByteMoreIsNot() async throws {
        try await TestServer.run { server in
            let limit = HeadLimits().headBytes
            let client = try server.client()
            try client.send(Self.head(of: limit))
            #expect(try client.receive().text == "1")
            try client.send(Self.head(of: limit + 1))
            try expectRefusal(client, 431)
        }
    }

    @Test func aTargetAtItsLimitIsServedAndOneByteMoreIsNot() async throws {
        try await TestServer.run { server in
            let limit = HeadLimits().targetBytes
            let client = try server.client()
            let target = "/now/1?" + String(repeating: "q", count: limit - 7)
            try client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receive().text == "1")
            try client.send("GET \(target)q HTTP/1.1\r\nHost: a\r\n\r\n")
            try expectRefusal(client, 414)
        }
    }

    @Test func asManyFieldsAsAllowedAreServedAndOneMoreIsNot() async throws {
        try await TestServer.run { server in
            let limit = HeadLimits().fields
            let client = try server.client()
            let fields = (1..<limit).map { "X-\($0): y\r\n" }.joined()
            try client.send("GET /now/1 HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
            #expect(try client.receive().text == "1")
            try client.send("GET /now/1 HTTP/1.1\r\nHost: a\r\n\(fields)X: y\r\n\r\n")
            try expectRefusal(client, 431)
        }
    }

    @Test func anEnormousHeadIsRefusedAndReadAwaySoThatTheAnswerArrives() async throws {
        try await TestServer.run { server in
            for (request, status) in [
                ("GET /now/1 HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 100_000))\r\n\r\n", 431),
                ("GET /\(String(repeating: "x", count: 1_000_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
            ] {
                let client = try server.client()
                try client.send(request)
                try expectRefusal(client, status)
            }
        }
    }
}
