import HTTP
import Net
import Platform

/// Which answered requests leave a line in the log.
enum AccessLog: String, CaseIterable, Sendable {
    case all, errors, none
}

/// Counts every request, and writes the access log. Runs on the loops.
final class RequestObserver: ServerObserver {
    private let metrics: ServiceMetrics
    private let access: AccessLog

    init(_ metrics: ServiceMetrics, access: AccessLog) { (self.metrics, self.access) = (metrics, access) }

    func answered(_ request: Request, route: Int?, status: Status, bytes: Int, duration: Duration, loop: Int) {
        metrics.answered(request.method, route: route, status, duration)
        guard !request.route.isQuiet, access == .all || access == .errors && status.family == 5 else { return }
        Log.shared.info("http.request", "Request answered") { line in
            line.add(request.trace)
            line.add("method", request.method.name.description)
            line.add("route", route == nil ? "aucune" : request.route.path.description)
            line.add("path", request.path)
            line.add("status", status.code)
            line.add("bytes", bytes)
            line.add("duration_ms", duration)
            line.add("client", request.client.address.description)
        }
    }

    func refused(_ problem: Problem, client: IPAddress, trace: TraceContext, loop: Int) {
        metrics.refused(problem.kind.status)
        guard access != .none else { return }
        Log.shared.info("http.refused", "Client refused") { line in
            line.add(trace)
            line.add("status", problem.kind.status.code)
            line.add("code", problem.kind.code)
            line.add("detail", problem.detail ?? problem.kind.title)
            line.add("client", client.description)
        }
    }

    func connectionOpened(loop: Int) { metrics.connectionOpened() }
    func connectionClosed(loop: Int) { metrics.connectionClosed() }
}
