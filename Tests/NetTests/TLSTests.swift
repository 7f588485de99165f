import Glibc
import HTTP
import TestKit
import Testing

@testable import Net

@Suite(.serialized) struct TLSTests {
    private static let request = "GET /now/1 HTTP/1.1\r\nHost: a\r\n\r\n"

    private struct Files {
        let directory: TemporaryDirectory
        let paths: TLSFiles

        init(serialNumber: Int) throws {
            let identity = try TLSIdentity(serialNumber: serialNumber)
            directory = try TemporaryDirectory()
            paths = TLSFiles(
                certificate: try directory.file("certificate.pem", identity.certificate),
                key: try directory.file("key.pem", identity.key))
        }
    }

    private func serve(
        _ configure: (inout ServerConfiguration) -> Void = { _ in }, loops: Int = 1,
        _ body: (TestServer, TemporaryDirectory) async throws -> Void
    ) async throws {
        let files = try Files(serialNumber: 1)
        try await TestServer.run(loops: loops) {
            $0.tls = files.paths
            configure(&$0)
        } _: { server in
            try await body(server, files.directory)
        }
    }

    private func client(_ server: TestServer, _ offer: TLSOffer = TLSOffer()) throws -> RawClient {
        let client = try server.client()
        try client.startTLS(offer)
        return client
    }

    @Test(arguments: [TLSOffer.Version.v12, .v13]) func bothVersionsServe(_ version: TLSOffer.Version) async throws {
        try await serve { server, _ in
            let client = try client(server, TLSOffer(version))
            for _ in 0..<3 {
                try client.send(Self.request)
                #expect(try client.receive().text == "1")
            }
            #expect(client.tlsProtocol == nil)
            client.finishTLS()
            #expect(try client.isClosedByPeer())
        }
    }

    @Test func olderVersionsAreRefused() async throws {
        try await serve { server, _ in
            #expect(throws: RawClient.Failure.self) { try client(server, TLSOffer(.v11)) }
            #expect(eventually { server.witness.open == 0 })
        }
    }

    @Test func theProtocolIsAgreedOn() async throws {
        try await serve { server, _ in
            let both = try client(server, TLSOffer(protocols: ["h2", "http/1.1"]))
            #expect(both.tlsProtocol == "http/1.1")
            try both.send(Self.request)
            #expect(try both.receive().text == "1")
            #expect(throws: RawClient.Failure.self) { try client(server, TLSOffer(protocols: ["h2"])) }
        }
    }

    @Test(arguments: ["GET /now/1", "POST /whole", "HEAD /", "DELETE /now/1", "OPTIONS *", "BREW /"])
    func plainHTTPIsToldSo(_ start: String) async throws {
        try await serve { server, _ in
            let client = try server.client()
            try client.send("\(start) HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            try client.send(Pattern.bytes(100_000))
            try expectRefusal(client, 400)
            #expect(server.witness.now.statuses.isEmpty)
        }
    }

    @Test func garbageInsteadOfAHandshakeIsDropped() async throws {
        try await serve { server, _ in
            let garbage: [[UInt8]] = [
                [0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5], [0x80, 0x2e, 1, 3, 1], [UInt8](repeating: 0xff, count: 20_000),
                [0x16, 3, 1, 0xff, 0xff] + [UInt8](repeating: 0, count: 70_000), Array("get / http/1.1\r\n\r\n".utf8),
                [0],
            ]
            for bytes in garbage {
                let client = try server.client()
                try? client.send(bytes)
                client.finishSending()
                while (try? client.fill()) == true {}
            }
            #expect(eventually { server.witness.now.closed == garbage.count })
            let client = try client(server)
            try client.send(Self.request)
            #expect(try client.receive().text == "1")
        }
    }

    @Test func aHandshakeThatIsTooSlowIsDropped() async throws {
        try await serve {
            $0.timeouts.head = .milliseconds(150)
        } _: { server, _ in
            let client = try server.client()
            try client.send([0x16, 3, 1])
            #expect(try client.isClosedByPeer())
        }
    }

    @Test func largeBodiesArriveIntactInBothDirections() async throws {
        try await serve { server, _ in
            let client = try client(server)
            for path in ["/whole", "/streamed"] {
                let size = [Route].uploadLimit
                try client.send("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
                try client.send(Pattern.bytes(size))
                #expect(try client.receive().text == "\(size) intact")
            }
            for path in ["/page/5000000", "/stream/5000000"] {
                try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(Pattern.verdict(try client.receive().body) == "5000000 intact")
            }
        }
    }

    /// What the session has decrypted while the answers had no room is not forgotten.
    @Test func pipelinedRequestsForLargePagesAreAllAnswered() async throws {
        try await serve { server, _ in
            let client = try client(server)
            let requests = (0..<200).map { n in
                "GET /\(n % 3 == 0 ? "stream" : "page")/\(100_000 + n) HTTP/1.1\r\nHost: a\r\n\r\n"
            }
            try client.send(requests.joined())
            for n in 0..<200 { #expect(Pattern.verdict(try client.receive().body) == "\(100_000 + n) intact") }
        }
    }

    /// Each request has a record of its own and all come in one segment: of those that the session has read ahead, behind
    /// the one that is being answered or while answers have no room, the socket says nothing.
    @Test(arguments: ["now", "later", "page", "stream"])
    func recordsThatCameTogetherAreAllAnswered(_ route: String) async throws {
        try await serve {
            $0.limits.buffered = 20_000
        } _: { server, _ in
            let client = try client(server)
            client.holdsBack = true
            for n in 0..<100 { try client.send("GET /\(route)/\(10_000 + n) HTTP/1.1\r\nHost: a\r\n\r\n") }
            client.holdsBack = false
            for n in 0..<100 {
                let response = try client.receive()
                if ["now", "later"].contains(route) {
                    #expect(response.text == "\(10_000 + n)")
                } else {
                    #expect(Pattern.verdict(response.body) == "\(10_000 + n) intact")
                }
            }
        }
    }

    /// More than a connection may bring in a turn: the rest has its turn too.
    @Test func aTurnsBudgetEndsNothingUnderTLS() async throws {
        let files = try Files(serialNumber: 1)
        let routes = [
            Route.task(.post, "/fast", input: .streamed, limits: .init(body: 1 << 30)) { request in
                guard case .stream(let body) = request.body else { return Response(.badRequest) }
                var pattern = Pattern()
                while let piece = try await body.next() { pattern.check(piece) }
                return Response(.ok, .plain, pattern.verdict)
            }
        ]
        try await TestServer.run(routes) {
            $0.tls = files.paths
            $0.limits.buffered = 1 << 30
        } _: { server in
            let client = try client(server)
            try client.send("POST /fast HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n")
            try client.send(Pattern.bytes(20_000_000))
            #expect(try client.receive().text == "20000000 intact")
        }
    }

    @Test func aHandlerHoldsItsSenderBackUnderTLS() async throws {
        let files = try Files(serialNumber: 1)
        let routes = [
            Route.task(.post, "/slow", input: .streamed, limits: .init(body: 1 << 30)) { request in
                guard case .stream(let body) = request.body else { return Response(.badRequest) }
                var pattern = Pattern()
                while let piece = try await body.next() {
                    pattern.check(piece)
                    try await EventLoop.current?.sleep(for: .milliseconds(2))
                }
                return Response(.ok, .plain, pattern.verdict)
            }
        ]
        try await TestServer.run(routes) {
            $0.tls = files.paths
            $0.limits.buffered = 20_000
        } _: { server in
            let client = try client(server)
            try client.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n")
            try client.send(Pattern.bytes(3_000_000))
            #expect(try client.receive().text == "3000000 intact")
        }
    }

    @Test func aClientThatResetsUnderTLSLeavesNothingBehind() async throws {
        try await serve { server, _ in
            for n in 0..<20 {
                let client = try client(server)
                try client.send("GET /stream/20000000 HTTP/1.\(n % 2)\r\nHost: a\r\n\r\n")
                try client.fill()
                client.reset()
            }
            #expect(eventually { server.witness.open == 0 })
        }
    }

    @Test func aNewCertificateServesNewConnections() async throws {
        try await serve(loops: 2) { server, directory in
            let before = try client(server)
            #expect(before.tlsSerialNumber == 1)
            let identity = try TLSIdentity(serialNumber: 2)
            _ = try directory.file("certificate.pem", identity.certificate)
            // Half of the change is none.
            #expect(throws: ServerError.self) { try server.server.reloadTLS() }
            #expect(try client(server).tlsSerialNumber == 1)
            _ = try directory.file("key.pem", identity.key)
            try server.server.reloadTLS()
            var inARow = 0
            #expect(
                try eventually {
                    inARow = try client(server).tlsSerialNumber == 2 ? inARow + 1 : 0
                    return inARow == 10
                })
            try before.send(Self.request)
            #expect(try before.receive().text == "1")
            #expect(before.tlsSerialNumber == 1)
        }
    }

    @Test func unusableFilesAreNamedAtTheStart() async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        let (one, other) = (try Files(serialNumber: 1), try Files(serialNumber: 2))
        let nothing = try other.directory.file("empty.pem", [])
        let cases = [
            (
                TLSFiles(certificate: one.paths.certificate, key: other.paths.key),
                "\(other.paths.key) : key values mismatch"
            ),
            (TLSFiles(certificate: one.paths.certificate, key: "/nowhere/key.pem"), "/nowhere/key.pem : No such file"),
            (
                TLSFiles(certificate: "/nowhere/certificate.pem", key: one.paths.key),
                "/nowhere/certificate.pem : No such file"
            ),
            (TLSFiles(certificate: nothing, key: one.paths.key), "\(nothing) : no start line"),
        ]
        for (files, part) in cases {
            var configuration = ServerConfiguration()
            (configuration.port, configuration.tls) = (0, files)
            let error = #expect(throws: ServerError.self) {
                try Server(.serving(.standard), on: group, configuration: configuration, observer: Witness())
            }
            let text = "\(error!)"
            #expect(text.hasPrefix("certificat ou clé TLS inutilisable"))
            #expect(text.contains(part))
        }
    }

    /// The default would ask for the passphrase on the terminal, and wait.
    @Test func aKeyWithAPassphraseIsRefusedWithoutAsking() async throws {
        let files = try Files(serialNumber: 1)
        let locked = try #require(try TLSIdentity(serialNumber: 1).key(lockedWith: "secret"))
        let key = try files.directory.file("locked.pem", locked)
        #expect(throws: ServerError.self) {
            try TLSContext(TLSFiles(certificate: files.paths.certificate, key: key))
        }
    }
}
