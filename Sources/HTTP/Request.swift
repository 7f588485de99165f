public import Platform

/// One request, owning its bytes: it may outlive the buffer it was read into.
public struct Request: Sendable {
    public let head: RequestHead
    public let route: Route
    /// The caller's trace, continued, or a new one.
    public let trace: TraceContext
    public let received: Instant
    /// The other end of the connection; `client` is who stands behind it.
    public let peer: TrustedProxies.Client
    /// Who asks, and whether through TLS: as trusted proxies tell it, else the peer.
    public let client: TrustedProxies.Client
    public var body = RequestBody.none
    /// Who asks, when the route wants to know and the service has found out.
    public var principal: Principal?

    private let fields: HeadFields
    private let captures: [Slice]

    /// `bytes` begin with the head that `head`, `fields` and `captures` describe.
    public init(
        head: RequestHead, bytes: UnsafeRawBufferPointer, fields: UnsafeBufferPointer<HeaderField>, route: Route,
        captures: [Slice], peer: TrustedProxies.Client, proxies: TrustedProxies, received: Instant
    ) {
        (self.head, self.route, self.captures, self.peer) = (head, route, captures, peer)
        self.received = received
        let fields = HeadFields(UnsafeRawBufferPointer(rebasing: bytes[..<head.size]), fields)
        self.fields = fields
        client = proxies.trusts(peer.address) ? Self.client(behind: peer, proxies, fields) : peer
        trace =
            fields.withFirst("traceparent") { value in
                value.flatMap { TraceContext(traceparent: String(decoding: $0, as: UTF8.self))?.child() }
            } ?? .start()
    }

    private static func client(
        behind peer: TrustedProxies.Client, _ proxies: TrustedProxies, _ fields: HeadFields
    ) -> TrustedProxies.Client {
        fields.withLines(["x-forwarded-for", "x-forwarded-proto", "forwarded"]) { lines in
            proxies.client(peer: peer, forwardedFor: lines[0], forwardedProto: lines[1], forwarded: lines[2])
        }
    }

    public var method: Method { head.method }
    /// The path as it was sent, percent-encoded.
    public var path: String { String(decoding: fields[head.path], as: UTF8.self) }
    /// The query's parameters.
    public var query: Query { get throws(ParseError) { try Query(fields[head.query]) } }

    /// Whether the client sits at this machine: no proxy may stand in between, trusted or not, and the service must have
    /// been asked for by a name of this machine, which a page that rebinds its own name to it cannot do.
    public var isLocal: Bool {
        client.address.isLoopback && Self.proxyFields.allSatisfy { header($0) == nil } && namesThisMachine
    }

    private var namesThisMachine: Bool {
        let host = String(decoding: fields[head.host], as: UTF8.self)
        if host.hasPrefix("[") { return IPAddress(host.dropFirst().prefix { $0 != "]" })?.isLoopback ?? false }
        let name = host.prefix { $0 != ":" }
        return name.lowercased() == "localhost" || IPAddress(name)?.isLoopback ?? false
    }

    /// What proxies are known to leave in a request that they pass on.
    private static let proxyFields: [StaticString] = [
        "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded", "via",
    ]

    /// The first field of that name; `name` is in lower case.
    public func header(_ name: StaticString) -> String? {
        withHeader(name) { $0.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// Calls `body` with the bytes of the first field of that name; `name` is in lower case.
    public func withHeader<Result, Failure: Error>(
        _ name: StaticString, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try fields.withFirst(name, body)
    }

    /// Calls `body` with the conditions that the request puts on being done.
    public func withPreconditions<Result>(_ body: (Preconditions) -> Result) throws(ParseError) -> Result {
        try withHeader("if-match") { ifMatch throws(ParseError) in
            try withHeader("if-none-match") { ifNoneMatch throws(ParseError) in
                try withHeader("if-modified-since") { ifModifiedSince throws(ParseError) in
                    try withHeader("if-unmodified-since") { ifUnmodifiedSince throws(ParseError) in
                        body(
                            try Preconditions(
                                ifMatch: ifMatch, ifNoneMatch: ifNoneMatch, ifModifiedSince: ifModifiedSince,
                                ifUnmodifiedSince: ifUnmodifiedSince))
                    }
                }
            }
        }
    }

    /// The decoded part of the path that stands for `{name}` in the route; nil when it is no text.
    public func parameter(_ name: String) -> String? {
        guard let place = route.path.parameters.firstIndex(of: name) else { return nil }
        return try? PercentCoding.decode(fields[captures[place]])
    }
}

/// What came after the head.
public enum RequestBody: Sendable {
    case none
    /// All of it, within the route's limit.
    case bytes([UInt8])
    /// Piece by piece, for routes that stream.
    case stream(any BodyStream)
}
