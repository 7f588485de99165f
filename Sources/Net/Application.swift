public import HTTP
public import Platform

/// What the server serves. None of it throws: what can go wrong has been turned into a response before.
public struct Application: Sendable {
    public enum Endpoint: Sendable {
        case immediate(@Sendable (Request) -> Response)
        case task(@Sendable (Request) async -> Response)
    }

    public let router: Router
    /// One for each of the router's routes, in their order.
    public let endpoints: [Endpoint]
    /// Answers requests that no route takes; the methods that the path has, nil when it does not exist.
    public let unmatched: @Sendable (Request, [Method]?) -> Response
    /// Answers bytes that are no request, or come too slowly, or too many at once.
    public let refused: @Sendable (Problem, TraceContext) -> Response

    public init(
        router: Router, endpoints: [Endpoint], unmatched: @escaping @Sendable (Request, [Method]?) -> Response,
        refused: @escaping @Sendable (Problem, TraceContext) -> Response
    ) {
        (self.router, self.endpoints, self.unmatched, self.refused) = (router, endpoints, unmatched, refused)
    }

    /// Stands for the route of a request that has none.
    static let noRoute = Route(
        .other, "/{path...}", access: .anyone, .init("unmatched", tag: "", ""), outputs: [],
        handler: .immediate { _ in throw Problem(.notFound) })
}

/// Hears of what the server does: for metrics and the access log. Called on the loops; it must be quick.
public protocol ServerObserver: AnyObject, Sendable {
    /// `route` is the place in the router's table, nil when none took the request.
    func answered(_ request: Request, route: Int?, status: Status, bytes: Int, duration: Duration, loop: Int)
    /// Bytes that were no request, or not in time.
    func refused(_ problem: Problem, client: IPAddress, trace: TraceContext, loop: Int)
    func connectionOpened(loop: Int)
    func connectionClosed(loop: Int)
}
