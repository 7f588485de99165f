import HTTP
import TestKit
import Testing

@testable import Net

@Suite(.serialized) struct KeepAliveTests {
    @Test func oneConnectionServesManyRequests() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            for n in 0..<50 {
                try client.send("GET /\(n % 2 == 0 ? "now" : "later")/\(n) HTTP/1.1\r\nHost: a\r\n\r\n")
                let response = try client.receive()
                #expect(response.status == 200 && response.text == "\(n)")
                #expect(response.value("connection") == nil)
            }
            #expect(server.witness.now.opened == 1)
        }
    }

    @Test(arguments: ["now", "later", "mixed"]) func pipelinedRequestsAreAnsweredInOrder(_ kind: String) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            let paths = (0..<16).map { n in kind == "mixed" ? (n % 3 == 0 ? "later" : "now") : kind }
            try client.send(
                paths.enumerated().map { "GET /\($1)/\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            for n in 0..<16 { #expect(try client.receive().text == "\(n)") }
            #expect(client.isSilent(for: .milliseconds(20)))
        }
    }

    @Test func pipelinedRequestsWithBodiesAreAnsweredInOrder() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            let body = String(repeating: "é", count: 100)
            let length = "POST /now/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n\(body)"
            let chunked =
                "POST /whole HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            let streamed =
                "POST /streamed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n"
            try client.send([length, chunked, streamed, "GET /later/9 HTTP/1.1\r\nHost: a\r\n\r\n"].joined())
            #expect(try client.receive().text == body)
            #expect(try client.receive().text == "3 damaged")
            #expect(try client.receive().text == "3 damaged")
            #expect(try client.receive().text == "9")
        }
    }

    /// Answers that the client does not take hold back the requests behind them.
    @Test func pipelinedRequestsForLargePagesAreAnsweredAsTheyAreTaken() async throws {
        let made = Counter()
        let page = Pattern.bytes(200_000)
        let routes = [
            Route.immediate(.get, "/large") { _ in
                made.add()
                return Response(.ok, .bytes, page)
            }
        ]
        try await TestServer.run(routes) { server in
            let client = try server.client(receiveBuffer: 8192)
            try client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 400))
            #expect(eventually { made.value > 0 })
            // Without a bound all of them are made in one turn, before this client reads a byte.
            for n in 0..<400 {
                let response = try client.receive()
                #expect(response.body.count == page.count && response.body == page)
                if n == 0 { #expect(made.value < 200) }
            }
            #expect(made.value == 400)
        }
    }

    @Test func headHasTheFieldsOfGetWithoutTheBody() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send("HEAD /page/5000 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /stream/10 HTTP/1.1\r\nHost: a\r\n\r\n")
            let page = try client.receive(toHead: true)
            #expect(page.status == 200 && page.value("content-length") == "5000")
            #expect(try client.receive(toHead: true).status == 200)
            try client.send("GET /now/1 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receive().text == "1")
        }
    }

    @Test func optionsNamesTheMethods() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send("OPTIONS /now/1 HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
            let path = try client.receive()
            #expect(path.status == 204 && path.value("allow") == "GET, HEAD, POST, OPTIONS")
            #expect(path.value("content-length") == nil)
            let all = try client.receive()
            #expect(all.status == 204 && all.value("allow") == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
        }
    }

    @Test func unknownPathsAndMethodsKeepTheConnection() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receive().status == 404)
            for method in ["DELETE", "TRACE", "BREW"] {
                try client.send("\(method) /now/1 HTTP/1.1\r\nHost: a\r\n\r\n")
                let response = try client.receive()
                #expect(response.status == 405 && response.value("allow") == "GET, HEAD, POST, OPTIONS")
            }
            try client.send("GET /now/1 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receive().text == "1")
        }
    }

    @Test func theBodyOfAnUnknownPathIsNoNextRequest() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            let smuggled = "GET /now/1 HTTP/1.1\r\nHost: a\r\n\r\n"
            try client.send(
                "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n\(smuggled)")
            try expectRefusal(client, 404)
        }
    }

    struct Persistence: CustomTestStringConvertible {
        let testDescription: String
        let version: String
        let option: String
        let answered: String?
        let stays: Bool
    }
    @Test(arguments: [
        Persistence(testDescription: "1.1", version: "1.1", option: "", answered: nil, stays: true),
        Persistence(testDescription: "1.1 close", version: "1.1", option: "close", answered: "close", stays: false),
        Persistence(
            testDescription: "1.1 close in a list", version: "1.1", option: "te, Close", answered: "close", stays: false
        ),
        Persistence(testDescription: "1.0", version: "1.0", option: "", answered: "close", stays: false),
        Persistence(
            testDescription: "1.0 keep-alive", version: "1.0", option: "Keep-Alive", answered: "keep-alive", stays: true
        ),
    ]) func theConnectionStaysAsTheClientAsks(_ asked: Persistence) async throws {
        try await TestServer.run { server in
            for path in ["/now/1", "/later/1", "/nowhere"] {
                let client = try server.client()
                let option = asked.option.isEmpty ? "" : "Connection: \(asked.option)\r\n"
                let request = "GET \(path) HTTP/\(asked.version)\r\nHost: a\r\n\(option)\r\n"
                try client.send(request)
                let response = try client.receive()
                #expect(response.value("connection") == asked.answered)
                if asked.stays {
                    try client.send(request)
                    #expect(try client.receive().status == response.status)
                } else {
                    #expect(try client.isClosedByPeer())
                }
            }
        }
    }

    @Test func anIdleConnectionIsClosedInSilence() async throws {
        try await TestServer.run {
            $0.timeouts.idle = .milliseconds(100)
        } _: { server in
            let client = try server.client()
            try client.send("GET /now/1 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receive().text == "1")
            #expect(try client.isClosedByPeer())
        }
    }

    @Test func answersWithoutABodyAnnounceNone() async throws {
        let routes = [204, 304].map { code in
            Route.immediate(.get, code == 204 ? "/204" : "/304") { _ in
                Response(code == 204 ? .noContent : .notModified, .plain, "should not be sent")
            }
        }
        try await TestServer.run(routes + .standard) { server in
            let client = try server.client()
            for path in ["/204", "/304", "/now/7"] { try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n") }
            let (first, second) = (try client.receive(), try client.receive())
            #expect(first.status == 204 && first.values("content-length").isEmpty)
            #expect(second.status == 304)
            #expect(try client.receive().text == "7")
        }
    }
}
