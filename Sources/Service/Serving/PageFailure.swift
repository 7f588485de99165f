import HTTP
import Platform

/// A failure as a person sees it who asked for a page with a browser: where to go, or what happened, instead of JSON.
struct PageFailure {
    private let problem: Problem
    private let request: Request

    /// Nil for what is not a page, and for whoever does not want one.
    init?(_ problem: Problem, _ request: Request) {
        guard request.route.outputs.contains(where: { $0.mediaType == "text/html" }),
            request.header("accept")?.contains("text/html") == true
        else { return nil }
        (self.problem, self.request) = (problem, request)
    }

    var response: Response {
        switch problem.kind.code {
        case ProblemKind.unauthenticated.code: return leading(to: "/connexion")
        case ProblemKind.reauthenticationRequired.code: return leading(to: "/connexion/confirmation")
        case ProblemKind.enrollmentRequired.code: return .see("/compte/second-facteur")
        default: break
        }
        let items: [HTML] = problem.items.map { "<li>\($0.message)</li>" }
        let page = Page(
            title: problem.kind.title,
            content: """
                <h1>\(problem.kind.title)</h1>
                <p>\(problem.detail ?? problem.kind.explanation)</p>
                \(items.isEmpty ? nil : "<ul>\(items)</ul>" as HTML)
                <p class="note">Trace : <code>\(request.trace.traceID)</code></p>
                """)
        var response = page.response(problem.kind.status)
        if let seconds = problem.retryAfter { response.fields.append(.init("Retry-After", String(seconds))) }
        response.fields += problem.fields
        return response
    }

    /// And back afterwards, when it was only to be read.
    private func leading(to path: String) -> Response {
        guard request.method == .get else { return .see(path) }
        return .see("\(path)?suite=\(PercentCoding.encode(request.path))")
    }
}

extension Response {
    /// What was asked for lies there, to be read.
    static func see(_ path: String) -> Response {
        Response(.seeOther, fields: [.init("Location", path), .init("Cache-Control", "no-store")])
    }
}
