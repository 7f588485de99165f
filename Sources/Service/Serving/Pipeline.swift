import HTTP
import Net
import Platform

/// What happens around every handler, in order: admission, the handler, its failure turned into a problem, conditional
/// answers, cross-origin fields, compression.
struct Pipeline: Sendable {
    let gate: Gate
    let crossOrigin: CORSPolicy
    let pool: WorkerPool

    func endpoint(for route: Route) -> Application.Endpoint {
        switch route.handler {
        case .immediate(let handle):
            .immediate { request in
                var request = request
                let response: Response
                do {
                    request.principal = try gate.admit(request)
                    response = try handle(request)
                } catch { response = failure(error, request) }
                return finish(request, response)
            }
        case .task(let handle):
            .task { request in
                var request = request
                var response: Response
                do {
                    request.principal = try gate.admit(request)
                    response = try await handle(request)
                } catch { response = failure(error, request) }
                response = finish(request, response)
                return await response.compressed(for: request, on: pool)
            }
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
        let language = request.withHeader("accept-language") { Accept.language($0) }
        return problem.response(
            instance: request.path, trace: request.trace.traceID, english: language == .en)
    }

    private func finish(_ request: Request, _ response: consuming Response) -> Response {
        do throws(Problem) {
            if let other = try response.replaced(onConditionsOf: request) { response = other }
        } catch { response = failure(error, request) }
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
