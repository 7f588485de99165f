import HTTP
import JSON
import Net
import Postgres

/// `GET /row/{aid}`: the balance of one of pgbench's accounts.
struct RowService {
    private let database: Database

    init(_ database: Database) { self.database = database }

    func application() throws -> Application {
        let database = database
        let read: @Sendable (Request) async -> Response = { request in
            do { return try await Self.row(request, in: database) } catch {
                return Response(.serviceUnavailable, .plain, "\(error)")
            }
        }
        let route = Route(
            .get, "/row/{aid}", access: .anyone, .init("row", tag: "bench", "Lit une ligne par sa clé"), outputs: [],
            handler: .task(read))
        return Application(
            router: try Router([route]), endpoints: [.task(read)],
            unmatched: { _, _ in Response(.notFound) },
            refused: { problem, _ in Response(problem.kind.status) })
    }

    /// The statement is pgbench's own for `-S`.
    private static func row(_ request: Request, in database: Database) async throws -> Response {
        guard let aid = request.parameter("aid").flatMap({ Int32($0) }),
            let row = try await database.queryOne("SELECT abalance FROM pgbench_accounts WHERE aid = $1", aid)
        else { return Response(.notFound) }
        let balance = try row.get("abalance", as: Int32.self)
        var json = JSONWriter()
        json.object { json in
            json.member("aid", Int(aid))
            json.member("abalance", Int(balance))
        }
        return Response(.ok, .json, json.finish())
    }
}
