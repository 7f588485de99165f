import HTTP
import JSON
import Platform
import Postgres
import Reading

/// Long work and how far it is. Everybody sees their own; whoever may see analyses, those of the office.
struct JobRoutes {
    let jobs: Jobs

    var routes: [Route] { [list, one, cancel, rejects] }

    static let tag = "Travaux"
    private static let id = Route.Parameter(.path, "id", .string(format: "uuid"), "Le travail")
    static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Aucun travail n'a cet identifiant dans votre périmètre")
    private static let states = JobStore.State.allCases.map(\.rawValue)

    static let schema = Schema.named(
        "Travail",
        .object([
            .init("id", .string(format: "uuid")), .init("etat", .words(states)),
            .init("fait", .integer()), .init("total", .nullable(.integer())),
            .init("statistiques", .nullable(.map(.integer()))),
            .init("document_id", .nullable(.string(format: "uuid"))),
            .init("probleme", .nullable(.object([.init("code", .string()), .init("message", .string())]))),
            .init("cree_le", .string(format: "date-time")),
            .init("commence_le", .nullable(.string(format: "date-time"))),
            .init("fini_le", .nullable(.string(format: "date-time"))),
            .init("liens", .object([.init("travail", .string()), .init("rejets", .string())])),
        ]))

    private var list: Route {
        Route(
            .get, "/api/v2/jobs", access: .signedIn,
            .init("travaux", tag: Self.tag, "Les travaux, les derniers d'abord"),
            parameters: [
                .init(.query, "cursor", .string(maxLength: 36), "Le « next_cursor » de la page précédente"),
                .init(.query, "limit", .integer(1...200), "Travaux par page, 50 par défaut"),
            ],
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("data", .array(Self.schema)),
                        .init(
                            "page",
                            .object([.init("next_cursor", .nullable(.string())), .init("limit", .integer(1...200))])),
                    ]), "Une page"),
                DeclarationRoutes.invalid,
            ],
            handler: .task { [jobs] request in
                let principal = try request.signedIn()
                let query = try request.query
                let limit = try query.single("limit").map { Int($0) ?? 0 } ?? 50
                let cursor = try query.single("cursor")
                let last = cursor.flatMap { UUIDv7($0) }
                guard 1...200 ~= limit, (cursor == nil) == (last == nil) else {
                    throw Problem(
                        .validationFailed,
                        items: [.init(pointer: "limit", code: "invalid", message: "page ou curseur hors bornes")])
                }
                let found = try await JobStore.list(
                    of: Self.owner(principal), before: last, count: limit + 1, jobs.database.seen(by: principal))
                var json = JSONWriter()
                json.object { json in
                    json.key("data")
                    json.array { json in for job in found.prefix(limit) { json.value(job) } }
                    json.key("page")
                    json.object { json in
                        json.member("next_cursor", found.count > limit ? found[limit - 1].id.description : nil)
                        json.member("limit", limit)
                    }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private var one: Route {
        Route(
            .get, "/api/v2/jobs/{id}", access: .signedIn,
            .init("travail", tag: Self.tag, "Un travail : où il en est, ce qu'il a donné"), parameters: [Self.id],
            outputs: [.init(.ok, Self.schema, "Le travail"), Self.unknown], isOfficeScoped: true,
            handler: .task { request in Response(.ok, .json, try await find(request).jsonBytes()) })
    }

    private var cancel: Route {
        Route(
            .delete, "/api/v2/jobs/{id}", access: .signedIn,
            .init(
                "annulationTravail", tag: Self.tag, "Arrête un travail",
                details: "Ce qui était déjà enregistré le reste."), parameters: [Self.id],
            outputs: [
                .init(.ok, Self.schema, "Le travail, annulé"), Self.unknown,
                .init(.conflict, of: "application/problem+json", "Il est déjà terminé"),
                .init(.forbidden, of: "application/problem+json", "Il est celui de quelqu'un d'autre"),
            ], isOfficeScoped: true, auditEvent: "travail.annule",
            handler: .task { [jobs] request in
                let job = try await find(request)
                return Response(
                    .ok, .json, try await jobs.cancel(job, by: request.signedIn(), request.actor).jsonBytes())
            })
    }

    private var rejects: Route {
        Route(
            .get, "/api/v2/jobs/{id}/rejets.csv", access: .signedIn,
            .init("rejetsTravail", tag: Self.tag, "Ce qui n'a pas été pris, ligne par ligne"), parameters: [Self.id],
            outputs: [.init(.ok, of: "text/csv", "Les rejets : ligne, numéro, colonne, code, message"), Self.unknown],
            rate: .export, isOfficeScoped: true,
            handler: .task { [jobs] request in
                let job = try await find(request)
                let database = jobs.database.seen(by: try request.signedIn())
                var response = Response(
                    .ok,
                    fields: [
                        .init("Content-Type", ContentType.csv.text),
                        .init("Content-Disposition", ContentDisposition.attachment("rejets-\(job.id).csv")),
                    ])
                response.body = .stream(length: nil) { sink in
                    var writer = CSVWriter()
                    writer.record(["ligne", "numero_declaration", "colonne", "code", "message"])
                    var place = -1
                    while true {
                        let found = try await JobStore.rejects(of: job.id, after: place, count: 1000, database)
                        for (_, reject) in found {
                            writer.record([
                                reject.line.map { String($0) } ?? "", reject.number ?? "", reject.column ?? "",
                                reject.code, reject.message,
                            ])
                        }
                        try await sink.write(writer.drain())
                        guard let last = found.last else { return }
                        place = last.place
                    }
                }
                return response
            })
    }

    /// Whose jobs only; nil: all that are in scope.
    static func owner(_ principal: Principal) -> UUIDv7? { principal.may(.viewPredictions) ? nil : principal.user }

    private func find(_ request: Request) async throws -> JobStore.Job {
        let principal = try request.signedIn()
        guard let id = request.parameter("id").flatMap({ UUIDv7($0) }),
            let job = try await JobStore.find(id, of: Self.owner(principal), jobs.database.seen(by: principal))
        else { throw Problem(.notFound) }
        return job
    }
}

extension JobStore.Job: JSONWritable {
    var path: String { "/api/v2/jobs/\(id)" }

    func write(to writer: inout JSONWriter) {
        func raw(_ name: StaticString, _ json: [UInt8]?, _ writer: inout JSONWriter) {
            writer.key(name)
            if let json { writer.raw(json) } else { writer.null() }
        }
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("etat", state.rawValue)
            writer.member("fait", done)
            writer.member("total", total)
            raw("statistiques", result, &writer)
            writer.member("document_id", document?.description)
            raw("probleme", problem, &writer)
            writer.member("cree_le", created.rfc3339())
            writer.member("commence_le", started?.rfc3339())
            writer.member("fini_le", finished?.rfc3339())
            writer.key("liens")
            writer.object { writer in
                writer.member("travail", path)
                writer.member("rejets", path + "/rejets.csv")
            }
        }
    }
}
