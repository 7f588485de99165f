import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// The inspector's verdict, given by the chapter's address: the same act as that of the declaration's own address.
struct ChapterVerdictRoute {
    let analysis: AnalysisService
    let once: Idempotency

    var routes: [Route] { [give] }

    private var give: Route {
        Route(
            .post, "/predict/{chapitre}/rl/feedback", access: .permission(.giveFeedback),
            .init(
                "verdictChapitre", tag: BanditRoutes.tag,
                "Le verdict d'un inspecteur sur une déclaration, nommée dans le corps",
                details: "Le corps a en plus `numero_declaration` ou `prediction_id`."),
            parameters: [PolicyRoutes.chapter, Idempotency.parameter],
            input: .init(["application/json"], VerdictRoutes.namedInput), outputs: VerdictRoutes.outputs,
            isOfficeScoped: true, auditEvent: "declaration.verdict",
            handler: .task { [self] request in
                try await once.act(request) { held in
                    let body: NamedVerdict = try request.read()
                    let chapter = try PolicyRoutes.chapter(of: request, analysis)
                    let number = try await number(body, chapter, request)
                    return try await VerdictRoutes.take(body.verdict, on: number, request, held, analysis)
                }
            })
    }

    /// Of a declaration that the account sees, in the chapter of the path.
    private func number(_ body: NamedVerdict, _ chapter: String, _ request: Request) async throws -> String {
        let database = analysis.database.seen(by: try request.signedIn())
        let number: String?
        switch body.name {
        case .declaration(let text): number = text.utf8.contains(0) ? nil : text
        case .prediction(let id): number = try await BanditStore.number(ofPrediction: id, database)
        }
        guard let number, try await BanditStore.isDeclaration(number, of: chapter, database) else {
            if let purged = try await purged(body.name, database) { throw Tombstones.gone(purged) }
            throw Problem(.notFound, "Aucune déclaration analysée de ce chapitre n'est ainsi nommée.")
        }
        return number
    }

    private func purged(_ name: NamedVerdict.Name, _ database: some Queryable) async throws -> Timestamp? {
        switch name {
        case .declaration(let text) where !text.utf8.contains(0):
            try await TombstoneStore.purged([text], database)[text]
        case .declaration: nil
        case .prediction(let id): try await TombstoneStore.purged(id, database)
        }
    }
}

/// A verdict with the declaration that it is about.
struct NamedVerdict: JSONReadable {
    enum Name {
        case declaration(String)
        case prediction(UUIDv7)
    }
    let name: Name
    let verdict: Verdict

    init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        let body = try JSONValue(json: &reader)
        guard let members = body.members else { throw reader.refusal(at: place) }
        // What is wrong with the verdict itself is said first.
        let rest = members.filter { $0.name != "numero_declaration" && $0.name != "prediction_id" }
        verdict = try Verdict(parsing: JSONValue.object(rest).jsonBytes())
        let number = body["numero_declaration"]?.string
        let prediction = body["prediction_id"]?.string.flatMap { UUIDv7($0) }
        switch (number, prediction) {
        case (let number?, nil): name = .declaration(number)
        case (nil, let prediction?): name = .prediction(prediction)
        case (nil, nil): name = .declaration(try reader.required(nil, "numero_declaration"))
        default: throw reader.refusal(at: place)
        }
    }
}
