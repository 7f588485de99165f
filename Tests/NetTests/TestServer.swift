import Glibc
import HTTP
import Net
import Platform
import Synchronization
import TestKit
import Testing

/// A server with routes of a test's own, on loops of its own.
struct TestServer {
    let server: Server
    let witness: Witness
    let host: String
    var port: UInt16 { server.port }

    func client(
        _ timeout: Duration = .seconds(20), source: String? = nil, receiveBuffer: Int32? = nil
    ) throws -> RawClient {
        try RawClient(host: host, port: port, source: source, receiveBuffer: receiveBuffer, timeout: timeout)
    }

    private static let count = Atomic<Int>(0)

    /// Each server has an address of its own: another one, at the same time, may be given a port that this one has left.
    private static func nextAddress() -> String {
        let number = count.add(1, ordering: .relaxed).newValue
        return "127.1.\(number / 250).\(number % 250 + 1)"
    }

    /// Serves `routes` while `body` runs on a thread of its own, then drains, and checks that nothing is left behind.
    static func run(
        _ routes: [Route] = .standard, loops: Int = 1, _ configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        Pattern.prepare()
        var configuration = ServerConfiguration()
        (configuration.host, configuration.port) = (nextAddress(), 0)
        configuration.limits.drain = .seconds(10)
        configure(&configuration)
        let group = EventLoopGroup(count: loops)
        defer { group.stop() }
        let witness = Witness()
        let server = try Server(
            .serving(routes), on: group, configuration: configuration, observer: witness)
        do {
            try await withTaskExecutorPreference(BlockingThread()) {
                try await body(TestServer(server: server, witness: witness, host: configuration.host))
            }
        } catch {
            await server.drain()
            throw error
        }
        await server.drain()
        #expect(witness.open == 0)
    }
}

extension Application {
    /// The plainest application around `routes`: a handler's `Problem` is rendered, any other error is a 500.
    static func serving(_ routes: [Route]) throws -> Application {
        let endpoints: [Endpoint] = routes.map { route in
            switch route.handler {
            case .immediate(let handler):
                .immediate { request in
                    do { return try handler(request) } catch { return rendering(error) }
                }
            case .task(let handler):
                .task { request in
                    do { return try await handler(request) } catch { return rendering(error) }
                }
            }
        }
        return Application(
            router: try Router(routes), endpoints: endpoints,
            unmatched: { request, methods in
                guard let methods else { return rendering(Problem(.notFound)) }
                let allow = Response.Field("Allow", methods.map { "\($0.name)" }.joined(separator: ", "))
                if request.method == .options { return Response(.noContent, fields: [allow]) }
                return rendering(Problem(.methodNotAllowed, fields: [allow]))
            },
            refused: { problem, _ in problem.response(instance: nil, trace: nil) })
    }

    private static func rendering(_ error: any Error) -> Response {
        switch error {
        case let problem as Problem: problem.response(instance: nil, trace: nil)
        case BodyError.tooLarge: rendering(Problem(.contentTooLarge))
        case BodyError.malformed: rendering(Problem(.malformedRequest))
        default: rendering(Problem(.internalError))
        }
    }
}

extension Route {
    static func immediate(
        _ method: Method = .get, _ path: PathTemplate, input: Input? = nil, limits: Limits = Limits(),
        _ handler: @escaping @Sendable (Request) throws -> Response
    ) -> Route {
        Route(
            method, path, access: .anyone, .init(path.description, tag: "", ""), input: input, outputs: [],
            limits: limits, handler: .immediate(handler))
    }

    static func task(
        _ method: Method = .get, _ path: PathTemplate, input: Input? = nil, limits: Limits = Limits(),
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) -> Route {
        Route(
            method, path, access: .anyone, .init(path.description, tag: "", ""), input: input, outputs: [],
            limits: limits, handler: .task(handler))
    }
}

extension Route.Input {
    static let whole = Route.Input(["*/*"], .any)
    static let streamed = Route.Input(["*/*"], .any, delivery: .streamed)
}

extension [Route] {
    /// Number of the standard upload limit.
    static let uploadLimit = 300_000

    static let standard: [Route] = [
        .immediate(.get, "/now/{n}") { Response(.ok, .plain, $0.parameter("n") ?? "") },
        .task(.get, "/later/{n}") { request in
            try await EventLoop.current?.sleep(for: .milliseconds(1))
            return Response(.ok, .plain, request.parameter("n") ?? "")
        },
        .immediate(.get, "/page/{size}") { request in
            Response(.ok, .bytes, Pattern.bytes(Int(request.parameter("size") ?? "") ?? 0))
        },
        .task(.get, "/stream/{size}") { request in
            let size = Int(request.parameter("size") ?? "") ?? 0
            return Response(
                .ok, fields: [.init("Content-Type", "application/octet-stream")],
                body: .stream(length: nil) { try await Pattern.write(size, to: $0) })
        },
        .immediate(.post, "/now/{n}", input: .whole) { request in
            if case .bytes(let bytes) = request.body { Response(.ok, .bytes, bytes) } else { Response(.ok, .bytes, []) }
        },
        .task(.post, "/whole", input: .whole, limits: .init(body: uploadLimit)) { request in
            if case .bytes(let bytes) = request.body {
                Response(.ok, .plain, Pattern.verdict(bytes))
            } else {
                Response(.ok, .plain, "none")
            }
        },
        .task(.post, "/streamed", input: .streamed, limits: .init(body: uploadLimit)) { request in
            guard case .stream(let body) = request.body else { return Response(.ok, .plain, "none") }
            var pattern = Pattern()
            while let piece = try await body.next() { pattern.check(piece) }
            return Response(.ok, .plain, pattern.verdict)
        },
    ]
}

/// Waits on the calling thread until `condition` holds; false when it has not after a long time.
func eventually(within limit: Duration = .seconds(20), _ condition: () throws -> Bool) rethrows -> Bool {
    let end = Instant.now() + limit
    while Instant.now() < end {
        if try condition() { return true }
        usleep(2_000)
    }
    return try condition()
}

/// Expects a problem of that status, then the end of the connection.
func expectRefusal(
    _ client: RawClient, _ status: Int, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let response = try client.receive()
    #expect(response.status == status, sourceLocation: sourceLocation)
    #expect(
        response.value("content-type") == "application/problem+json; charset=utf-8", sourceLocation: sourceLocation)
    #expect(response.value("connection") == "close", sourceLocation: sourceLocation)
    #expect(try client.isClosedByPeer(), "a second answer, or none", sourceLocation: sourceLocation)
}
