import HTTP
import JSON
import Platform
import Postgres

/// Writes down that an account asked for what its role may not do. There is no act whose transaction it could go with:
/// it follows the answer, and a refusal stands whether or not it could be written.
struct Refusals: Sendable {
    let database: Database
    private let lately = SeenLately()

    init(database: Database) { self.database = database }

    func note(_ principal: Principal, _ request: Request) async {
        let route = "\(request.method.name) \(request.route.path)"
        let act = SeenLately.Act(user: principal.user, object: route)
        guard !lately.isKnown(act) else { return }
        lately.note(act)
        var request = request
        request.principal = principal
        let event = AuditEvent(
            name: "acces.refuse", actor: request.actor, object: "route:\(route)",
            details: [.init("permission", request.route.access.permission.map { .string($0.name) } ?? .null)])
        do {
            try await database.transaction { try await AuditStore.conclude(with: event, $0) }
        } catch {
            Log.shared.warn("audit.refusal_unwritten", "A refusal is not in the audit trail") { line in
                line.add("error", error.operatorMessage)
            }
        }
    }
}
