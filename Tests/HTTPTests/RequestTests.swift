import Platform
import Testing

@testable import HTTP

struct RequestTests {
    private static func request(
        _ target: String = "/", _ lines: String..., host: String = "localhost", route path: String = "/{path...}",
        from peer: String = "192.0.2.1", secure: Bool = false, proxies: TrustedProxies = TrustedProxies([])
    ) throws -> Request {
        let text = "GET \(target) HTTP/1.1\r\n" + (["Host: \(host)"] + lines).map { $0 + "\r\n" }.joined() + "\r\n"
        let bytes = Array((text + "the body").utf8)
        let storage = UnsafeMutablePointer<HeaderField>.allocate(capacity: HeadLimits().fields)
        defer { storage.deallocate() }
        let router = try Router([Route(.get, path), Route(.post, path)])
        let address = try #require(IPAddress(peer))
        var head = RequestHead()
        return try bytes.withUnsafeBytes { raw in
            try #require(RequestParser().parse(raw, head: &head, fields: storage) == .complete)
            var captures: [Slice] = []
            if case .found(_, let found) = router.resolve(head.method, path: head.path, in: raw) { captures = found }
            return Request(
                head: head, bytes: raw, fields: UnsafeBufferPointer(start: storage, count: head.fieldCount),
                route: router.routes[0], captures: captures, peer: .init(address: address, isSecure: secure),
                proxies: proxies, received: Instant(nanoseconds: 5))
        }
    }

    @Test func fieldsAreFoundInAnyCase() throws {
        let request = try Self.request("/", "X-ONE: 1", "x-One: 2", "x-empty:", "Accept:  text/html ")
        #expect(request.header("x-one") == "1")
        #expect(request.header("x-empty") == "")
        #expect(request.header("accept") == "text/html")
        #expect(request.header("host") == "localhost")
        #expect(request.header("x-on") == nil)
        #expect(request.header("x-onee") == nil)
        #expect(request.withHeader("x-one") { $0?.count } == 1)
    }

    /// `@` and `` ` ``, `[` and `{` differ from each other as capitals from small letters do.
    @Test func onlyLettersHaveCase() throws {
        let request = try Self.request("/", "a^b: 1", "A|b: 2")
        #expect(request.header("a^b") == "1")
        #expect(request.header("a~b") == nil)
        #expect(request.header("a|b") == "2")
    }

    @Test func ownsItsBytes() throws {
        let request = try Self.request("/a/b%20c?d=%C3%A9&e", "X: y")
        #expect(request.path == "/a/b%20c")
        #expect(try request.query.first("d") == "é")
        #expect(try request.query.first("e") == "")
        #expect(request.method == .get)
        #expect(request.received == Instant(nanoseconds: 5))
    }

    @Test func parametersAreDecoded() throws {
        let request = try Self.request("/a%2Fb/c+d/%C3%A9t%C3%A9/x/y", route: "/{one}/{two}/{three}/{rest...}")
        #expect(request.parameter("one") == "a/b")
        #expect(request.parameter("two") == "c+d")
        #expect(request.parameter("three") == "été")
        #expect(request.parameter("rest") == "x/y")
        #expect(request.parameter("four") == nil)
    }

    @Test(arguments: ["%FF", "%00", "a%C3"])
    func whatIsNoTextIsNoParameter(_ segment: String) throws {
        #expect(try Self.request("/\(segment)", route: "/{x}").parameter("x") == nil)
    }

    // MARK: Trace

    @Test func theCallersTraceGoesOn() throws {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let request = try Self.request("/", "Traceparent: 00-\(trace)-00f067aa0ba902b7-01")
        #expect(request.trace.traceID == trace)
        #expect(request.trace.spanID != "00f067aa0ba902b7")
        #expect(request.trace.isSampled)
    }

    @Test(arguments: ["", "x", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f"])
    func aTraceBeginsHereOtherwise(_ value: String) throws {
        let first = try Self.request("/", "traceparent: \(value)")
        let second = try Self.request("/", "traceparent: \(value)")
        #expect(first.trace.traceID != second.trace.traceID)
        #expect(!first.trace.isSampled)
        #expect(try Self.request().trace.traceID.count == 32)
    }

    // MARK: Client

    private static func proxies(_ field: TrustedProxies.Field = .xForwarded) throws -> TrustedProxies {
        TrustedProxies([try #require(AddressBlock("10.0.0.0/8"))], field: field)
    }

    @Test func trustedProxiesAreBelieved() throws {
        let chain = ["X-Forwarded-For: 203.0.113.9, 198.51.100.7", "x-forwarded-for: 10.0.0.2"]
        let request = try Self.request(
            "/", chain[0], chain[1], "X-Forwarded-Proto: https", from: "10.0.0.1", proxies: try Self.proxies())
        #expect(request.client.address.description == "198.51.100.7")
        #expect(request.client.isSecure)
        #expect(request.peer.address.description == "10.0.0.1")
        #expect(!request.peer.isSecure)

        let standard = try Self.request(
            "/", "Forwarded: for=198.51.100.7;proto=https", "X-Forwarded-For: 203.0.113.9", from: "10.0.0.1",
            proxies: try Self.proxies(.forwarded))
        #expect(standard.client.address.description == "198.51.100.7")
        #expect(standard.client.isSecure)
    }

    @Test func othersAreNot() throws {
        let request = try Self.request(
            "/", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "Forwarded: for=203.0.113.9;proto=https",
            proxies: try Self.proxies())
        #expect(request.client == request.peer)
        #expect(!request.client.isSecure)
    }

    @Test func thisMachineIsLocal() throws {
        #expect(try Self.request("/", host: "localhost:8080", from: "127.0.0.1").isLocal)
        #expect(try Self.request("/", host: "[::1]:8080", from: "::1").isLocal)
        #expect(try Self.request("/", host: "127.0.0.1", from: "127.0.0.1").isLocal)
        #expect(try !Self.request(from: "192.0.2.1").isLocal)
    }

    /// A page of another name that resolves to this machine, so that a browser here asks it.
    @Test(arguments: ["rebound.example", "localhost.example:8080", "192.0.2.7", "[2001:db8::1]"])
    func otherNamesOfThisMachineAreNotLocal(_ host: String) throws {
        #expect(try !Self.request("/", host: host, from: "127.0.0.1").isLocal)
    }

    @Test(arguments: [
        "X-Forwarded-For: 127.0.0.1", "X-Forwarded-For:", "X-Forwarded-Proto: http", "X-Forwarded-Host: h",
        "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1", "Via: 1.1 proxy",
    ])
    func whatAProxyPassesOnIsNotLocal(_ line: String) throws {
        #expect(try !Self.request("/", line, from: "127.0.0.1").isLocal)
        let trusted = TrustedProxies([try #require(AddressBlock("127.0.0.1"))])
        #expect(try !Self.request("/", line, from: "127.0.0.1", proxies: trusted).isLocal)
    }

    // MARK: Preconditions

    @Test func conditionsAreRead() throws {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        let request = try Self.request(
            "/", "If-Match: \"1\"", "If-None-Match: *", "If-Modified-Since: \(date)", "If-Unmodified-Since: never")
        let conditions = try request.withPreconditions { $0 }
        #expect(conditions.ifMatch == .tags([try #require(EntityTag("1"))]))
        #expect(conditions.ifNoneMatch == .any)
        #expect(conditions.ifModifiedSince == 784_111_777)
        #expect(conditions.ifUnmodifiedSince == nil)
        #expect(throws: ParseError.malformedEntityTag) {
            try Self.request("/", "If-Match: x").withPreconditions { _ in }
        }
    }
}
