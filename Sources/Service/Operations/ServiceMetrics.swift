import HTTP
import Net
import Platform
import Postgres

/// What the service counts of itself, under the names that dashboards and alerts know.
struct ServiceMetrics: Sendable {
    private let requests: Counter
    private let durations: Histogram
    private let refusals: Counter
    private let opened: Counter
    private let closed: Counter
    /// The place of each route's path among the labels; the last is for requests that no route took.
    private let paths: [Int]
    private let noPath: Int

    /// Registers everything. `routes` is the whole table, in the router's order.
    init(_ registry: Metrics, routes: [Route]) {
        var templates: [String] = []
        var paths: [Int] = []
        for route in routes {
            let path = route.path.description
            if let place = templates.firstIndex(of: path) {
                paths.append(place)
            } else {
                paths.append(templates.count)
                templates.append(path)
            }
        }
        (self.paths, noPath) = (paths, templates.count)
        let route = MetricLabel("route", templates + ["aucune"])
        let methods = MetricLabel("method", Method.allCases.map(\.name.description))
        let classes = MetricLabel("status_class", (1...5).map { "\($0)xx" })
        requests = registry.counter(
            "inspectia_http_requests_total", "Requests answered.", labels: [route, methods, classes])
        durations = registry.histogram(
            "inspectia_http_request_duration_seconds", "From a request's last line to its complete answer.",
            labels: [route])
        refusals = registry.counter(
            "inspectia_http_refusals_total", "What was no request, or too slow, or too many at once.",
            labels: [MetricLabel("status_class", (1...5).map { "\($0)xx" })])
        opened = registry.counter("inspectia_http_connections_total", "Connections accepted.")
        closed = registry.counter("inspectia_http_connections_closed_total", "Connections closed.")
        registry.gauge("inspectia_http_connections_open", "Connections open now.") { [opened, closed] in
            Double(opened.value()) - Double(closed.value())
        }
    }

    func answered(_ method: Method, route: Int?, _ status: Status, _ duration: Duration) {
        let path = route.map { paths[$0] } ?? noPath
        requests.add(at: requests.index(path, Int(method.rawValue), status.family - 1))
        durations.observe(duration, at: path)
    }

    func refused(_ status: Status) { refusals.add(at: status.family - 1) }
    func connectionOpened() { opened.add() }
    func connectionClosed() { closed.add() }
}

extension Metrics {
    /// The build, the database's client and the worker pool, read when they are asked for.
    func register(version: String, database: Database, pool: WorkerPool, readiness: Readiness) {
        gauge("inspectia_build_info", "The running version.", labels: ["version"]) { [.init([version], 1)] }
        gauge("inspectia_ready", "1 when the service takes requests.") { readiness.isReady ? 1 : 0 }
        counter("inspectia_db_queries_total", "Statements sent.") { Double(database.metrics.queries) }
        counter("inspectia_db_errors_total", "Statements that ended with an error.") {
            Double(database.metrics.errors)
        }
        counter("inspectia_db_refusals_total", "Requests that found no connection in time.") {
            Double(database.metrics.refusals)
        }
        counter("inspectia_db_connections_lost_total", "Connections that broke or were cut.") {
            Double(database.metrics.losses)
        }
        gauge("inspectia_db_up", "1 when at least one connection to the database is open.") {
            database.metrics.open > 0 ? 1 : 0
        }
        gauge("inspectia_db_connections_open", "Connections to the database.") { Double(database.metrics.open) }
        gauge("inspectia_db_pool_in_use", "Connections leased to transactions.") { Double(database.metrics.leased) }
        gauge("inspectia_db_queue_depth", "Requests that wait for a connection.") { Double(database.metrics.queued) }
        gauge("inspectia_worker_jobs", "Jobs on the worker pool.", labels: ["state"]) {
            [.init(["running"], Double(pool.load.running)), .init(["waiting"], Double(pool.load.waiting))]
        }
        registerProcess()
    }
}
