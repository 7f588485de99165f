import Analysis
import Customs
import HTTP
import JSON
import Platform

extension Permission {
    static let generateActs = Permission("generate_pv")
    static let listActs = Permission("view_pv_list")
    static let viewActs = Permission("view_pv_details")
    /// To cancel what two agents have signed.
    static let cancelSigned = Permission("cancel_signed_pv")
}

/// Procès-verbaux over HTTP.
struct ProcesVerbalRoutes {
    let acts: ProcesVerbaux
    let once: Idempotency

    var routes: [Route] {
        [draw, list, one, sign, close, cancel, drawOfChapter, listOfChapter, oneOfChapter]
    }

    private static let tag = "Procès-verbaux"
    private static let id = Route.Parameter(
        .path, "id", .string(), "L'identifiant ; suivi de « .pdf », c'est le document qui est rendu")
    private static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Aucun procès-verbal, ou aucune déclaration, dans votre périmètre")
    private static let invalid = Route.Output(
        .unprocessableContent, of: "application/problem+json", "La demande n'est pas recevable")
    private static let conflict = Route.Output(
        .conflict, of: "application/problem+json", "L'état des registres ne le permet pas")
    private static let forbidden = Route.Output(
        .forbidden, of: "application/problem+json", "Une autre personne le peut")
    private static let gone = Route.Output(
        .gone, of: "application/problem+json", "Une personne qu'il nomme a été effacée")
    private static let unavailable = Route.Output(
        .serviceUnavailable, of: "application/problem+json", "L'analyse se prépare")

    private static let input = Schema.object([
        .init("declarations", .array(.string(maxLength: 100))),
        .init("second_agent", .described("Le compte du second agent.", .string(maxLength: 100))),
        .init(
            "constatations", .nullable(.string(maxLength: ProcesVerbalRequest.longestText)), required: false),
        .init(
            "declarations_interesse", .nullable(.string(maxLength: ProcesVerbalRequest.longestText)), required: false),
    ])

    // MARK: All of them

    private var draw: Route {
        Route(
            .post, "/api/v2/pv", access: .permission(.generateActs),
            .init(
                "etablirPV", tag: Self.tag, "Établit un procès-verbal, à l'état de brouillon",
                details:
                    "Tout ce qu'il dit des déclarations, des décisions et des verdicts vient des registres. Il prend le numéro suivant du bureau et de l'année. Les deux agents le signent ensuite, chacun par son compte."
            ), parameters: [Idempotency.parameter], input: .init(["application/json"], Self.input), outputs: drawn,
            auditEvent: "pv.etabli", handler: .task { request in try await draw(request, chapter: nil) })
    }

    /// The act and its answer are there together.
    private func draw(_ request: Request, chapter: String?) async throws -> Response {
        try await once.act(request) { held in
            let whole = try await acts.draw(
                try request.read(), chapter: chapter, by: request.signedIn(), request.actor
            ) { whole, transaction in
                try await HeldKey.keep(Self.created(whole), under: held, in: transaction)
            }
            return Self.created(whole)
        }
    }

    private var drawn: [Route.Output] {
        [
            .init(.created, ProcesVerbalSchema.one, "Le brouillon"), Self.invalid, Self.unknown, Self.conflict,
            Self.unavailable,
        ]
    }

    private var list: Route {
        Route(
            .get, "/api/v2/pv", access: .permission(.listActs),
            .init("listePV", tag: Self.tag, "Les procès-verbaux, les derniers d'abord"),
            parameters: Self.parameters, outputs: [.init(.ok, ProcesVerbalSchema.page, "Une page"), Self.invalid],
            handler: .task { request in try await page(request, chapter: nil) })
    }

    private var one: Route {
        Route(
            .get, "/api/v2/pv/{id}", access: .permission(.viewActs),
            .init(
                "unPV", tag: Self.tag, "Un procès-verbal, ou son document avec « .pdf » derrière l'identifiant",
                details: "Une fois signé, le document est toujours le même, octet pour octet."),
            parameters: [Self.id],
            outputs: [.init(.ok, ProcesVerbalSchema.one, "Le procès-verbal"), Self.unknown, Self.gone],
            isOfficeScoped: true, handler: .task { request in try await show(request, chapter: nil) })
    }

    // MARK: Bringing it further

    private var sign: Route {
        change(
            "/api/v2/pv/{id}/signature", "signerPV", "Signe, par l'empreinte de ce qui a été lu", "pv.signe",
            .generateActs, .object([.init("empreinte", .string(maxLength: 64))])
        ) { request in .sign(hash: try request.read(SignatureRequest.self).hash) }
    }

    private var close: Route {
        change(
            "/api/v2/pv/{id}/cloture", "clorePV", "Clôt un procès-verbal signé, avec la suite donnée", "pv.clos",
            .generateActs, Self.ending
        ) { request in .close(reason: try request.read(EndingRequest.self).reason) }
    }

    private var cancel: Route {
        change(
            "/api/v2/pv/{id}/annulation", "annulerPV",
            "Annule un brouillon (l'un des agents) ou un procès-verbal signé (le chef de service)", "pv.annule",
            .viewActs, Self.ending
        ) { request in .cancel(reason: try request.read(EndingRequest.self).reason) }
    }

    private static let ending = Schema.object([
        .init("motif", .string(maxLength: ProcesVerbalStanding.mostReason))
    ])

    private func change(
        _ path: PathTemplate, _ operation: String, _ summary: String, _ event: String, _ permission: Permission,
        _ input: Schema, _ act: @escaping @Sendable (Request) throws -> ProcesVerbalStanding.Act
    ) -> Route {
        Route(
            .post, path, access: .permission(permission), .init(operation, tag: Self.tag, summary),
            parameters: [Self.id], input: .init(["application/json"], input),
            outputs: [
                .init(.ok, ProcesVerbalSchema.one, "Le procès-verbal"), Self.unknown, Self.conflict, Self.forbidden,
                Self.invalid, Self.gone,
            ], isOfficeScoped: true, auditEvent: event,
            handler: .task { [acts] request in
                let act = try act(request)
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }),
                    let whole = try await acts.apply(act, to: id, by: request.signedIn(), request.actor)
                else { throw Problem(.notFound) }
                return Response(.ok, .json, whole.jsonBytes())
            })
    }

    // MARK: By chapter

    private var drawOfChapter: Route {
        Route(
            .post, "/predict/{chapitre}/generate-pv", access: .permission(.generateActs),
            .init("etablirPVChapitre", tag: Self.tag, "Établit un procès-verbal sur des déclarations d'un chapitre"),
            parameters: [ChapterRoutes.chapter, Idempotency.parameter],
            input: .init(["application/json"], Self.input), outputs: drawn, auditEvent: "pv.etabli",
            handler: .task { request in try await draw(request, chapter: Self.chapter(of: request)) })
    }

    private var listOfChapter: Route {
        Route(
            .get, "/predict/{chapitre}/pv", access: .permission(.listActs),
            .init("listePVChapitre", tag: Self.tag, "Les procès-verbaux d'un chapitre"),
            parameters: [ChapterRoutes.chapter] + Self.parameters,
            outputs: [.init(.ok, ProcesVerbalSchema.page, "Une page"), Self.invalid],
            handler: .task { request in try await page(request, chapter: Self.chapter(of: request)) })
    }

    private var oneOfChapter: Route {
        Route(
            .get, "/predict/{chapitre}/pv/{id}", access: .permission(.viewActs),
            .init("unPVChapitre", tag: Self.tag, "Un procès-verbal d'un chapitre"),
            parameters: [ChapterRoutes.chapter, Self.id],
            outputs: [.init(.ok, ProcesVerbalSchema.one, "Le procès-verbal"), Self.unknown, Self.gone],
            isOfficeScoped: true,
            handler: .task { request in try await show(request, chapter: Self.chapter(of: request)) })
    }

    private static func chapter(of request: Request) -> String {
        let text = request.parameter("chapitre") ?? ""
        return text.hasPrefix("chap") ? String(text.dropFirst(4)) : text
    }

    // MARK: Answers

    private static func created(_ whole: ProcesVerbaux.Whole) -> Response {
        Response(.created, .json, whole.jsonBytes()).adding("Location", "/api/v2/pv/\(whole.id)")
    }

    private func show(_ request: Request, chapter: String?) async throws -> Response {
        let principal = try request.signedIn()
        var text = request.parameter("id") ?? ""
        let wantsDocument = text.hasSuffix(".pdf")
        if wantsDocument { text.removeLast(4) }
        guard let id = UUIDv7(text), let whole = try await acts.whole(id, by: principal),
            chapter.map({ whole.chapters.contains($0) }) ?? true
        else { throw Problem(.notFound) }
        // An act names people on every page: whoever may not read that, may not read it.
        guard principal.may(.viewPersonalData) else { throw Problem(.forbidden) }
        guard wantsDocument else { return Response(.ok, .json, whole.jsonBytes()).withEntityTag() }
        let name = whole.act.number.description.split(separator: "/").joined(separator: "-")
        return Response(.ok, .pdf, try await acts.print(whole))
            .adding("Content-Disposition", "inline; filename=\"\(name).pdf\"").withEntityTag()
    }

    private func page(_ request: Request, chapter: String?) async throws -> Response {
        var filter = try Self.filter(try request.query)
        filter.chapter = chapter
        let found = try await acts.list(filter, by: try request.signedIn())
        var json = JSONWriter()
        try json.object { json in
            json.key("data")
            try json.array { json in for entry in found.prefix(filter.limit) { try entry.write(to: &json) } }
            json.key("page")
            json.object { json in
                let last = found.count > filter.limit ? found[filter.limit - 1] : nil
                json.member("next_cursor", last?.id.description)
                json.member("limit", filter.limit)
            }
        }
        return Response(.ok, .json, json.finish())
    }

    private static let parameters: [Route.Parameter] = [
        .init(
            .query, "etat", .words(ProcesVerbalStanding.State.allCases.map(\.rawValue)), "Où en est le procès-verbal"),
        .init(.query, "cursor", .string(maxLength: 36), "Le « next_cursor » de la page précédente"),
        .init(.query, "limit", .integer(1...200), "Procès-verbaux par page, 50 par défaut"),
    ]

    private static func filter(_ query: Query) throws -> ProcesVerbalStore.Filter {
        var filter = ProcesVerbalStore.Filter()
        func refuse(_ name: String, _ code: String, _ message: String) -> Problem {
            Problem(.validationFailed, items: [.init(pointer: name, code: code, message: message)])
        }
        for name in try query.names where !parameters.contains(where: { $0.name == name }) {
            throw refuse(name, "unknown_field", "ce critère n'existe pas")
        }
        if let state = try query.single("etat") {
            guard ProcesVerbalStanding.State(rawValue: state) != nil else {
                throw refuse("etat", "invalid", "brouillon, signe, clos ou annule")
            }
            filter.state = state
        }
        if let cursor = try query.single("cursor") {
            guard let id = UUIDv7(cursor) else { throw refuse("cursor", "invalid", "ce n'est pas un curseur") }
            filter.before = id
        }
        if let limit = try query.single("limit") {
            guard let limit = Int(limit), 1...200 ~= limit else { throw refuse("limit", "invalid", "de 1 à 200") }
            filter.limit = limit
        }
        return filter
    }
}
