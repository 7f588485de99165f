import HTTP
import JSON
import Platform

extension Permission {
    static let managePersonalData = Permission("manage_personal_data")
}

/// The rights of those whom data is about, exercised by whoever administers for them.
struct PersonRoutes {
    let persons: Persons

    var routes: [Route] { [search, show, export, rectify, erase, place, lift] }

    private static let tag = "Données personnelles"
    private static let access = Access.permission(.managePersonalData)
    private static let small = Route.Limits(body: 16 << 10)
    /// What one answer may hold; the command line knows no such limit.
    private static let largestExport = 64 << 20

    private static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Aucune personne n'a cet identifiant")
    private static let gone = Route.Output(
        .gone, of: "application/problem+json", "Les données de cette personne ont été effacées")
    private static let unavailable = Route.Output(
        .serviceUnavailable, of: "application/problem+json", "Les clés ne peuvent pas être lues pour le moment")
    private static let person = Route.Parameter(.path, "id", .string(format: "uuid"), "La personne")
    private static let holdSchema = Schema.named(
        "Conservation",
        .object([
            .init("id", .string(format: "uuid")), .init("motif", .nullable(.string())), .init("posee_par", .string()),
            .init("posee_le", .string(format: "date-time")), .init("levee_par", .string(), required: false),
            .init("levee_le", .string(format: "date-time"), required: false),
        ]))

    private static let reasonInput = Route.Input(
        ["application/json"], .object([.init("motif", .string(maxLength: ActReason.longest))]))

    private static func id(_ request: Request, _ name: String = "id") throws(Problem) -> UUIDv7 {
        guard let id = request.parameter(name).flatMap({ UUIDv7($0) }) else { throw Problem(.notFound) }
        return id
    }

    // MARK: To find and to know

    private var search: Route {
        Route(
            .post, "/api/v2/personnes/recherche", access: Self.access,
            .init(
                "rechercheDePersonne", tag: Self.tag, "Retrouve une personne par ce qui l'identifie",
                details: "L'identifiant voyage dans le corps, jamais dans l'adresse, que des journaux conservent."),
            input: .init(
                ["application/json"],
                .object([
                    .init("classe", .words(PersonClass.allCases.map(\.rawValue))),
                    .init("valeur", .string(maxLength: PersonIdentifier.longest)),
                ])),
            outputs: [
                .init(.ok, .object([.init("id", .string(format: "uuid"))]), "La personne"), Self.unknown,
                AuthRoutes.invalid, Self.unavailable,
            ], limits: Self.small, rate: .administration, auditEvent: "personne.recherchee",
            handler: .task { [persons] request in
                let given: PersonSearch = try request.read()
                guard let identifier = PersonIdentifier(given.classe, given.value) else {
                    throw Problem(
                        .validationFailed,
                        items: [
                            .init(
                                pointer: "/valeur", code: "refused_value", message: "cette valeur n'identifie personne")
                        ])
                }
                let account = given.classe == .compte ? UUIDv7(given.value) : nil
                guard let id = try await persons.find(identifier, account: account, by: request.actor) else {
                    throw Problem(.notFound)
                }
                var json = JSONWriter()
                json.object { $0.member("id", id.description) }
                return Response(.ok, .json, json.finish())
            })
    }

    private var show: Route {
        Route(
            .get, "/api/v2/personnes/{id}", access: Self.access,
            .init("personne", tag: Self.tag, "Ce qu'est une personne et ce qui empêche de l'effacer"),
            parameters: [Self.person],
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("id", .string(format: "uuid")), .init("classe", .string()),
                        .init("connue_depuis", .string(format: "date-time")),
                        .init("effacee_le", .string(format: "date-time"), required: false),
                        .init("conservations", .array(Self.holdSchema)),
                    ]), "La personne"), Self.unknown, Self.unavailable,
            ],
            rate: .administration,
            handler: .task { [persons] request in
                let id = try Self.id(request)
                guard let record = try await PersonStore.record(id, persons.database) else { throw Problem(.notFound) }
                let holds = try await persons.holds(of: id)
                var json = JSONWriter()
                json.object { json in
                    json.member("id", record.id.description)
                    json.member("classe", record.classe)
                    json.member("connue_depuis", record.created.rfc3339(.seconds))
                    json.member("effacee_le", ifPresent: record.erased?.rfc3339(.seconds))
                    json.key("conservations")
                    json.array { json in for hold in holds { Self.write(hold, to: &json) } }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private static func write(_ hold: Persons.Hold, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", hold.id.description)
            json.member("motif", hold.reason)
            json.member("posee_par", hold.by)
            json.member("posee_le", hold.since.rfc3339(.seconds))
            json.member("levee_par", ifPresent: hold.liftedBy)
            json.member("levee_le", ifPresent: hold.lifted?.rfc3339(.seconds))
        }
    }

    private var export: Route {
        Route(
            .get, "/api/v2/personnes/{id}/donnees", access: Self.access, assurance: .recent,
            .init(
                "donneesDePersonne", tag: Self.tag, "Tout ce qui est conservé d'une personne, en clair",
                details: "Pour répondre à une demande d'accès ou de portabilité. Chaque consultation est journalisée."),
            parameters: [Self.person],
            outputs: [
                .init(.ok, .map(.any), "Les données"), Self.unknown, Self.gone, Self.unavailable,
                .init(.conflict, of: "application/problem+json", "Il y en a trop pour une réponse"),
            ], rate: .export, auditEvent: "personne.exportee",
            handler: .task { [persons] request in
                let id = try Self.id(request)
                let text = Monitor<[UInt8]>([])
                let isKnown = try await PersonExport(persons: persons).write(id, by: request.actor) { piece in
                    try text.withLock { text in
                        text += piece
                        guard text.count <= Self.largestExport else {
                            throw Problem(
                                .conflict,
                                "Ces données dépassent une réponse : « inspectia person export \(id) » les écrit toutes."
                            )
                        }
                    }
                }
                guard isKnown else { throw Problem(.notFound) }
                return Response(.ok, .json, text.withLock { $0 })
                    .adding("Content-Disposition", "attachment; filename=\"personne-\(id).json\"")
            })
    }

    // MARK: To correct and to erase

    private var rectify: Route {
        Route(
            .patch, "/api/v2/personnes/{id}/donnees", access: Self.access,
            .init(
                "rectificationDePersonne", tag: Self.tag, "Rectifie une valeur",
                details: "La table, la colonne et la ligne sont celles que donne l'export."),
            parameters: [Self.person],
            input: .init(
                ["application/json"],
                .object([
                    .init("table", .string(maxLength: 64)), .init("colonne", .string(maxLength: 64)),
                    .init("ligne", .string(maxLength: 200)), .init("valeur", .string(maxLength: 4096)),
                ])),
            outputs: [
                .init(.noContent, of: nil, "Elle est rectifiée"), Self.unknown, Self.gone, AuthRoutes.invalid,
                Self.unavailable,
            ], limits: Self.small, rate: .administration, auditEvent: "personne.rectifiee",
            handler: .task { [persons] request in
                let given: Rectification = try request.read()
                let id = try Self.id(request)
                let outcome = try await persons.rectify(
                    id, table: given.table, column: given.column, row: given.row, to: given.value, by: request.actor)
                guard let isDone = outcome else {
                    throw Problem(
                        .validationFailed,
                        items: [
                            .init(
                                pointer: "/colonne", code: "refused_value",
                                message: "cette colonne ne se rectifie pas ici")
                        ])
                }
                guard isDone else { throw Problem(.notFound) }
                return Response(.noContent)
            })
    }

    private var erase: Route {
        Route(
            .post, "/api/v2/personnes/{id}/effacement", access: Self.access, assurance: .recent,
            .init(
                "effacementDePersonne", tag: Self.tag, "Efface une personne en détruisant sa clé",
                details: "Ce qui est chiffré d'elle devient illisible partout. Rien ne l'annule. Le motif est "
                    + "conservé au journal d'audit : n'y nommez personne."),
            parameters: [Self.person], input: Self.reasonInput,
            outputs: [
                .init(.noContent, of: nil, "Elle est effacée"), Self.unknown, AuthRoutes.conflicting,
                AuthRoutes.invalid, Self.unavailable,
            ], limits: Self.small, rate: .administration, auditEvent: "personne.effacee",
            handler: .task { [persons] request in
                let given: ActReason = try request.read()
                let id = try Self.id(request)
                guard try await persons.erase(id, reason: given.text, by: request.actor) else {
                    throw Problem(.notFound)
                }
                return Response(.noContent)
            })
    }

    // MARK: To keep

    private var place: Route {
        Route(
            .post, "/api/v2/personnes/{id}/conservations", access: Self.access,
            .init(
                "conservation", tag: Self.tag, "Interdit d'effacer une personne, et dit pourquoi",
                details: "Contentieux, enquête, délai légal. Le motif est chiffré et n'est pas dit à la personne."),
            parameters: [Self.person], input: Self.reasonInput,
            outputs: [
                .init(.created, .object([.init("id", .string(format: "uuid"))]), "La conservation"), Self.unknown,
                Self.gone, AuthRoutes.invalid, Self.unavailable,
            ], limits: Self.small, rate: .administration, auditEvent: "personne.conservation_posee",
            handler: .task { [persons] request in
                let given: ActReason = try request.read()
                let id = try Self.id(request)
                guard let hold = try await persons.hold(id, reason: given.text, by: request.actor) else {
                    throw Problem(.notFound)
                }
                var json = JSONWriter()
                json.object { $0.member("id", hold.description) }
                return Response(.created, .json, json.finish())
            })
    }

    private var lift: Route {
        Route(
            .delete, "/api/v2/personnes/{id}/conservations/{conservation}", access: Self.access,
            .init("leveeDeConservation", tag: Self.tag, "Lève une conservation"),
            parameters: [Self.person, .init(.path, "conservation", .string(format: "uuid"), "La conservation")],
            outputs: [.init(.noContent, of: nil, "Elle est levée"), Self.unknown],
            rate: .administration, auditEvent: "personne.conservation_levee",
            handler: .task { [persons] request in
                let (id, hold) = (try Self.id(request), try Self.id(request, "conservation"))
                guard try await persons.lift(hold, on: id, by: request.actor) else { throw Problem(.notFound) }
                return Response(.noContent)
            })
    }
}
