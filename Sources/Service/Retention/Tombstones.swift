import HTTP
import Platform
import Postgres

/// Says of what was purged that it was (410), where it would otherwise not be found. Nothing is asked of the database but
/// where nothing was found.
struct Tombstones: Sendable {
    let database: Database

    private static let output = Route.Output(
        .gone, of: "application/problem+json", "Purgé au terme de sa durée de conservation")

    /// The route, with that answer; the same where its path names nothing of an office.
    func answering(_ route: Route) -> Route {
        guard route.isOfficeScoped, case .task(let handle) = route.handler else { return route }
        let says = route.outputs.contains { $0.status.code == Status.gone.code }
        return Route(
            route.method, route.path, access: route.access, assurance: route.assurance, route.documentation,
            parameters: route.parameters, input: route.input, outputs: route.outputs + (says ? [] : [Self.output]),
            limits: route.limits, rate: route.rate, admitsKeys: route.admitsKeys, isOfficeScoped: true,
            auditEvent: route.auditEvent, isQuiet: route.isQuiet,
            handler: .task { [self] request in
                do { return try await handle(request) } catch let problem as Problem
                    where problem.kind.status.code == Status.notFound.code
                {
                    if let gone = try await gone(request) { throw gone }
                    throw problem
                }
            })
    }

    private func gone(_ request: Request) async throws -> Problem? {
        let database = database.seen(by: try request.signedIn())
        if let number = try Self.number(request) {
            guard !number.utf8.contains(0) else { return nil }
            return try await TombstoneStore.purged([number], database)[number].map(Self.gone)
        }
        guard let id = request.parameter("id").flatMap({ UUIDv7($0) }) else { return nil }
        return try await TombstoneStore.purged(id, database).map(Self.gone)
    }

    private static func number(_ request: Request) throws -> String? {
        if request.parameter("annee") != nil { return RecordRoutes.number(of: request) }
        return try request.query.single("declaration_id")
    }

    static func gone(_ date: Timestamp) -> Problem { Problem(.gone, sentence(date)) }

    static func sentence(_ date: Timestamp) -> String {
        "Ce dossier a été purgé le \(FrenchDate.text(date.date)), au terme de sa durée de conservation."
    }
}

/// Days as people write them.
enum FrenchDate {
    static func text(_ day: CivilDate) -> String {
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(padded(day.day))/\(padded(day.month))/\(day.year)"
    }
}
