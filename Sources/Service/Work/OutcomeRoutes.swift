import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// What is known to be true of a declaration, and on what that rests.
struct OutcomeRoutes {
    let analysis: AnalysisService

    var routes: [Route] { [issues] }

    private static let revision = Schema.object([
        .init("revision", .integer()), .init("remplace", .nullable(.integer())),
        .init("resultat", .words(["conforme", "fraude"])), .init("type_fraude", .nullable(.string())),
        .init("montant", .nullable(.number())), .init("preuve", .words(Evidence.allCases.map(\.rawValue))),
        .init("verifiee", .described("Un contrôle l'a constatée.", .boolean)),
        .init("source", .words(["verdict", "import"])), .init("auteur", .nullable(.string())),
        .init("connue_le", .string(format: "date")), .init("inscrite_le", .string(format: "date-time")),
    ])
    private static let states = RewardTrack.State.allCases.filter { $0 != .partial }.map(\.rawValue)

    private var issues: Route {
        Route(
            .get, "/api/v2/declarations/{annee}/{bureau}/{numero}/issues", access: .permission(.viewPredictions),
            .init(
                "issues", tag: DeclarationRoutes.tag, "Le registre des issues d'une déclaration, toutes ses révisions"),
            parameters: RecordRoutes.number,
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("numero_declaration", .string()),
                        .init(
                            "etat",
                            .described(
                                "« expire » : le délai est passé sans que rien soit connu, ce qui ne dit pas qu'il n'y avait rien.",
                                .nullable(.words(Self.states)))),
                        .init("attendue_jusqu_au", .nullable(.string(format: "date"))),
                        .init("issues", .array(Self.revision)),
                    ]), "Le registre"), QueueRoutes.unknown,
            ],
            isOfficeScoped: true, handler: .task { request in try await show(request) })
    }

    private func show(_ request: Request) async throws -> Response {
        let number = RecordRoutes.number(of: request)
        let database = analysis.database.seen(by: try request.signedIn())
        guard !number.utf8.contains(0), let ledger = try await OutcomeStore.ledger(number, database) else {
            throw Problem(.notFound)
        }
        var json = JSONWriter()
        json.object { json in
            json.member("numero_declaration", number)
            json.member("etat", ledger.state(on: AnalysisService.today)?.rawValue)
            json.member("attendue_jusqu_au", ledger.revisions.isEmpty ? ledger.end()?.description : nil)
            json.key("issues")
            json.array { json in
                for revision in ledger.revisions { json.object { revision.write(to: &$0) } }
            }
        }
        return Response(.ok, .json, json.finish())
    }
}

extension OutcomeStore.Ledger {
    /// The last day on which an outcome is waited for.
    func end(_ prices: PriceList = PriceList()) -> CivilDate? {
        guard let lane, let day else { return nil }
        return CivilDate(daysSinceEpoch: day.daysSinceEpoch + Int(prices.windowDays[lane]))
    }

    /// As `RewardTrack` would have it; nil for what nobody decided on and nothing is known of.
    func state(on day: CivilDate) -> RewardTrack.State? {
        if revisions.count > 1 { return .revised }
        if !revisions.isEmpty { return .final }
        guard let end = end() else { return nil }
        return hasExpired || day > end ? .expired : .pending
    }
}

extension OutcomeStore.Revision {
    func write(to json: inout JSONWriter) {
        json.member("revision", number)
        json.member("remplace", number > 1 ? number - 1 : nil)
        json.member("resultat", result)
        json.member("type_fraude", fraudType)
        json.member("montant", amount)
        json.member("preuve", evidence)
        json.member("verifiee", Evidence(rawValue: evidence)?.isVerified ?? false)
        json.member("source", source)
        json.member("auteur", author)
        json.member("connue_le", known.description)
        json.member("inscrite_le", written.rfc3339())
    }
}
