import Decisions
import HTTP
import JSON
import Platform
import Postgres

extension Permission {
    static let workQueue = Permission("work_queue")
}

/// The work queue: what waits, the next file, claims.
struct QueueRoutes {
    let analysis: AnalysisService
    let work: WorkService
    let once: Idempotency

    init(analysis: AnalysisService, once: Idempotency) {
        (self.analysis, work, self.once) = (analysis, WorkService(database: analysis.database), once)
    }

    var routes: [Route] { [list, next, claim, renew, release] }

    static let tag = "File d'attente"
    private static let minutes = Schema.Member(
        "minutes", .described("La durée de l'attribution, 30 par défaut.", .nullable(.integer(1...240))),
        required: false)
    private static let lane = Schema.words(["zone_grise", "fraude"])
    private static let claimShape = Schema.named(
        "Attribution",
        .object([
            .init("par", .nullable(.string())), .init("a_moi", .boolean),
            .init("prise_le", .string(format: "date-time")), .init("expire_le", .string(format: "date-time")),
            .init("renouvellements", .integer()),
        ]))
    private static let claimed = Route.Output(
        .ok, .object([.init("numero_declaration", .string()), .init("attribution", claimShape)]),
        "Le dossier est à vous jusqu'à l'heure dite")
    private static let invalid = Route.Output(
        .unprocessableContent, of: "application/problem+json", "La demande n'est pas valable")
    static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Aucune déclaration n'a ce numéro dans votre périmètre")
    private static let conflict = Route.Output(
        .conflict, of: "application/problem+json", "Un autre agent a ce dossier, ou il n'attend plus de contrôle")

    private var list: Route {
        Route(
            .get, "/api/v2/queue", access: .permission(.workQueue),
            .init(
                "fileDAttente", tag: Self.tag, "Les dossiers qui attendent un contrôle",
                details:
                    "Par recouvrement attendu par minute de travail, que l'attente double jusqu'au délai ; passé le délai, le plus ancien vient d'abord."
            ),
            parameters: [
                .init(.query, "chapitre", .string(maxLength: 8), "Les deux chiffres du chapitre"),
                .init(.query, "voie", Self.lane, "La voie proposée"),
                .init(.query, "bureau", .string(maxLength: 8), "Le code du bureau"),
                .init(
                    .query, "attribution", .words(["libres", "miens", "tous"]),
                    "Ceux que personne n'a pris (par défaut), les vôtres, ou tous"),
                .init(.query, "cursor", .string(maxLength: 400), "Le « next_cursor » de la page précédente"),
                .init(.query, "limit", .integer(1...200), "Combien par page ; 50 par défaut"),
            ],
            outputs: [.init(.ok, .map(.any), "Une page de la file"), Self.invalid],
            handler: .task { request in try await page(request) })
    }

    private func page(_ request: Request) async throws -> Response {
        let query = try QueueQuery(try request.query)
        let principal = try request.signedIn()
        let database = analysis.database.seen(by: principal)
        let cursor = try query.cursor()
        var filter = try query.filter(for: principal)
        let limit = filter.limit
        filter.limit += 1
        let moment: QueueMoment
        if let cursor {
            moment = cursor.moment
        } else {
            moment = try await QueueStore.moment(filter.office, work.rules, database)
        }
        let places = try await QueueStore.places(filter, after: cursor?.last, at: moment, work.rules, database)
        let lines = try await QueueStore.lines(places.prefix(limit).map(\.id), database)
        let names = try await analysis.names(in: lines.map(\.record), for: principal, database)
        var json = JSONWriter()
        json.object { json in
            json.key("data")
            json.array { json in
                for (line, names) in zip(lines, names) {
                    json.object { json in
                        line.record.write(names, to: &json)
                        write(line.record, at: moment, to: &json)
                        json.key("attribution")
                        if let claim = line.claim { claim.write(for: principal, to: &json) } else { json.null() }
                    }
                }
            }
            json.key("page")
            json.object { json in
                let last = places.count > limit ? places[limit - 1] : nil
                json.member("next_cursor", last.map { QueueQuery.Cursor(moment: moment, last: $0).text })
                json.member("limit", limit)
            }
        }
        return Response(.ok, .json, json.finish())
    }

    private func write(_ line: RecordStore.Line, at moment: QueueMoment, to json: inout JSONWriter) {
        let lane = line.lane.flatMap { Lane(rawValue: $0) } ?? .zoneGrise
        let hours = (moment.instant - line.received).seconds / 3600
        let file = WaitingFile(
            id: "", probability: line.score, duties: line.duties, lane: lane, isMandatory: false, age: hours,
            minutes: moment.minutes[lane])
        json.member("attente_heures", (max(0, hours) * 10).rounded() / 10)
        json.member("en_retard", line.received <= moment.overdue(work.rules))
        json.member("minutes_attendues", moment.minutes[lane])
        json.member("recouvrement_par_minute", work.rules.order.recoveryPerMinute(file).rounded())
    }

    private var next: Route {
        Route(
            .post, "/api/v2/queue/next", access: .permission(.workQueue),
            .init(
                "prochainDossier", tag: Self.tag, "Prend le meilleur dossier que personne n'a",
                details: "Deux agents ne reçoivent jamais le même. Le corps est facultatif."),
            parameters: [Idempotency.parameter],
            input: .init(
                ["application/json"],
                .object([
                    Self.minutes, .init("chapitre", .nullable(.string(maxLength: 8)), required: false),
                    .init("voie", .nullable(Self.lane), required: false),
                ])),
            outputs: [
                .init(
                    .ok, .object([.init("attribution", Self.claimShape), .init("dossier", .map(.any))]),
                    "Le dossier avec son analyse ; il est à vous jusqu'à l'heure dite"),
                .init(.noContent, of: nil, "Aucun dossier n'est libre"), Self.conflict, Self.invalid,
            ],
            auditEvent: "dossier.pris",
            handler: .task { request in
                try await once.act(request) { held in try await takeNext(request, held) }
            })
    }

    private func takeNext(_ request: Request, _ held: HeldKey?) async throws -> Response {
        let wish: QueueRequest = try request.readIfPresent() ?? QueueRequest()
        let principal = try request.signedIn()
        var filter = QueueStore.Filter()
        (filter.chapter, filter.lane, filter.office) = (wish.chapter, wish.lane, principal.bureau)
        let taken = try await work.next(filter, for: wish.lease, principal, request.actor) {
            number, claim, transaction in
            guard let detail = try await RecordStore.detail(number, transaction) else { throw Problem(.notFound) }
            let names = try await analysis.names(in: [detail.line], for: principal, transaction)[0]
            var json = JSONWriter()
            try json.object { json in
                json.key("attribution")
                claim.write(for: principal, to: &json)
                json.key("dossier")
                // Nobody who is about to judge is told what was drawn.
                try detail.write(names, nil, to: &json, showsDraws: false)
            }
            let response = Response(.ok, .json, json.finish())
            try await HeldKey.keep(response, under: held, in: transaction)
            return response
        }
        return taken ?? Response(.noContent)
    }

    private func onOne(
        _ path: PathTemplate, _ operation: String, _ summary: String, _ event: String,
        _ act:
            @escaping @Sendable (
                String, Duration?, Principal, AuditActor, (ClaimStore.Claim, Transaction) async throws -> Void
            ) async throws -> ClaimStore.Claim
    ) -> Route {
        Route(
            .post, path, access: .permission(.workQueue), .init(operation, tag: Self.tag, summary),
            parameters: RecordRoutes.number + [Idempotency.parameter],
            input: .init(["application/json"], .object([Self.minutes])),
            outputs: [Self.claimed, Self.unknown, Self.conflict, Self.invalid], isOfficeScoped: true,
            auditEvent: event,
            handler: .task { [once] request in
                try await once.act(request) { held in
                    let wish: LeaseRequest = try request.readIfPresent() ?? LeaseRequest()
                    let (number, principal) = (RecordRoutes.number(of: request), try request.signedIn())
                    let claim = try await act(number, wish.lease, principal, request.actor) { claim, transaction in
                        try await HeldKey.keep(Self.answer(claim, number, principal), under: held, in: transaction)
                    }
                    return Self.answer(claim, number, principal)
                }
            })
    }

    private static func answer(_ claim: ClaimStore.Claim, _ number: String, _ principal: Principal) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.member("numero_declaration", number)
            json.key("attribution")
            claim.write(for: principal, to: &json)
        }
        return Response(.ok, .json, json.finish())
    }

    private var claim: Route {
        onOne(
            "/api/v2/queue/{annee}/{bureau}/{numero}/claim", "prendreDossier",
            "Prend un dossier choisi ; le vôtre est prolongé", "dossier.pris"
        ) { [work] in try await work.claim($0, for: $1, $2, $3, also: $4) }
    }

    private var renew: Route {
        onOne(
            "/api/v2/queue/{annee}/{bureau}/{numero}/renew", "prolongerDossier", "Prolonge votre attribution",
            "dossier.prolonge"
        ) { [work] in try await work.renew($0, for: $1, $2, $3, also: $4) }
    }

    private var release: Route {
        Route(
            .post, "/api/v2/queue/{annee}/{bureau}/{numero}/release", access: .permission(.workQueue),
            .init("rendreDossier", tag: Self.tag, "Rend un dossier sans verdict, en disant pourquoi"),
            parameters: RecordRoutes.number,
            input: .init(["application/json"], .object([.init("motif", .string(maxLength: 500))])),
            outputs: [
                .init(.noContent, of: nil, "Le dossier est de nouveau libre"), Self.unknown, Self.conflict,
                Self.invalid,
            ],
            isOfficeScoped: true, auditEvent: "dossier.rendu",
            handler: .task { [work] request in
                let wish: ReleaseRequest = try request.read()
                try await work.release(
                    RecordRoutes.number(of: request), reason: wish.reason, request.signedIn(), request.actor)
                return Response(.noContent)
            })
    }
}

extension ClaimStore.Claim {
    func write(for principal: Principal, to json: inout JSONWriter) {
        json.object { json in
            json.member("par", user == principal.user ? principal.username : username)
            json.member("a_moi", user == principal.user)
            json.member("prise_le", taken.rfc3339())
            json.member("expire_le", expires.rfc3339())
            json.member("renouvellements", renewals)
        }
    }
}

extension Request {
    /// The body, where it is optional.
    func readIfPresent<Value: JSONReadable>(_ type: Value.Type = Value.self) throws -> Value? {
        switch body {
        case .none: nil
        case .bytes(let bytes) where bytes.isEmpty: nil
        default: try read(type)
        }
    }
}
