public import HTTP

/// Where and within which bounds the server serves.
public struct ServerConfiguration: Sendable {
    /// An IPv4 or IPv6 address.
    public var host = "127.0.0.1"
    /// 0 lets the system choose.
    public var port: UInt16 = 8080
    public var tls: TLSFiles?
    public var head = HeadLimits()
    public var timeouts = ConnectionMachine.Timeouts()
    public var limits = Limits()
    public var trustedProxies = TrustedProxies([])
    /// Fields that every response carries.
    public var commonFields: [Response.Field] = []

    public init() {}

    public struct Limits: Sendable {
        /// Open connections, all loops together.
        public var connections = 16_384
        /// Open connections of one address, trusted proxies apart.
        public var connectionsPerAddress = 1_024
        /// Requests whose handler runs, all loops together.
        public var requestsInFlight = 2_048
        /// Bytes of one response, or of one streamed body, that wait for the other side before their producer waits.
        public var buffered = 256 << 10
        /// How long a drain lets requests finish.
        public var drain = Duration.seconds(20)
        public init() {}
    }
}
