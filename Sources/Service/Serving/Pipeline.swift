import HTTP
import Net
import Platform

/// What happens around every handler, in order: admission, the limits of rate, the handler, its failure turned into a
/// problem, conditional answers, cross-origin fields, compression.
struct Pipeline: Sendable {
    let gate: Gate
    let limiter: RateLimiter
    let crossOrigin: CORSPolicy
    let pool: WorkerPool

    func endpoint(for route: Route) -> Application.Endpoint {
        switch route.handler {
        // To know a browser's session may take a question to the database.
        case .immediate(let handle) where route.access == .anyone:
            .immediate { request in
                let response: Response
                var rate: [Response.Field] = []
                do {
                    rate = try limiter.admit(request)
                    response = try handle(request)
                } catch { response = failure(error, request) }
                return finish(request, response, rate)
            }
        case .immediate(let handle): .task { request in await answer(request, handle) }
        case .task(let handle): .task { request in await answer(request, handle) }
        }
    }

    private func answer(_ request: Request, _ handle: (Request) async throws -> Response) async -> Response {
        var request = request
        var response: Response
        var cookie: Response.Field?
        var rate: [Response.Field] = []
        do {
            let admission = try await admitted(request)
            (request.principal, cookie) = (admission.principal, admission.cookie)
            rate = try limiter.admit(request)
            response = try await handle(request)
        } catch { response = failure(error, request) }
        // A handler that sets one of its own knows better.
        if let cookie, response["Set-Cookie"] == nil { response.fields.append(cookie) }
        response = finish(request, response, rate)
        return await response.compressed(for: request, on: pool)
    }

    private func admitted(_ request: Request) async throws -> Gate.Admission {
        do { return try await gate.admit(request) } catch {
            // Who is refused is counted by address: tokens are not tried without end.
            _ = try limiter.admit(request)
            throw error
        }
    }

    /// For requests that no route takes; `methods` are those that the path has.
    func unmatched(_ request: Request, methods: [Method]?) -> Response {
        guard let methods else { return finish(request, failure(Problem(.notFound), request)) }
        let allow = Response.Field("Allow", methods.map(\.name.description).joined(separator: ", "))
        guard request.method == .options else {
            return finish(request, failure(Problem(.methodNotAllowed, fields: [allow]), request))
        }
        return finish(request, Response(.noContent, fields: [allow]))
    }

    /// For what is no request at all.
    func refused(_ problem: Problem, _ trace: TraceContext) -> Response {
        problem.response(instance: nil, trace: trace.traceID)
    }

    private func failure(_ error: any Error, _ request: Request) -> Response {
        let problem = Problem(describing: error)
        // A problem that was thrown on purpose is an answer; anything else that ends as ours must be looked into.
        if problem.kind.status.family == 5, !(error is Problem) {
            Log.shared.error("http.failure", "A request failed") { line in
                line.add(request.trace)
                line.add("route", request.route.path.description)
                line.add("code", problem.kind.code)
                line.add("error", String(describing: error))
            }
        }
        if let page = PageFailure(problem, request)?.response { return page }
        let language = request.withHeader("accept-language") { Accept.language($0) }
        return problem.response(
            instance: request.path, trace: request.trace.traceID, english: language == .en)
    }

    private func finish(
        _ request: Request, _ response: consuming Response, _ rate: [Response.Field] = []
    ) -> Response {
        do throws(Problem) {
            if let other = try response.replaced(onConditionsOf: request) { response = other }
        } catch { response = failure(error, request) }
        response.fields += rate
        // What only some may see, nobody keeps for others.
        if request.route.access != .anyone, response["Cache-Control"] == nil {
            response.fields.append(.init("Cache-Control", "no-store"))
        }
        guard !crossOrigin.origins.isEmpty else { return response }
        let isPreflight = request.method == .options
        let asked = CORSPolicy.Request(
            // Without an origin nothing is allowed, but caches are told that origins differ.
            origin: request.header("origin") ?? "null",
            requestedMethod: isPreflight ? request.header("access-control-request-method") : nil,
            requestedHeaders: isPreflight ? request.header("access-control-request-headers") : nil)
        response.fields += crossOrigin.fields(for: asked)
        return response
    }
}
