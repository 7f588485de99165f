import HTTP
import JSON
import Platform

/// Labels that corrections of documents have shown: experts look at them, accept or refuse them.
struct LayoutRoutes {
    let proposals: LayoutProposals

    var routes: [Route] { [list, accept, refuse] }

    private static let tag = "Lecture des documents"
    private static let states = Schema.words(LayoutProposalStore.State.allCases.map(\.rawValue))
    private static let members: [Schema.Member] = [
        .init("id", .string(format: "uuid")), .init("champ", .string()),
        .init("niveau", .words(["declaration", "article"])),
        .init("libelle", .string()), .init("relation", .words(["droite", "dessous", "decalage"])),
        .init("decalage", .described("Du libellé à la valeur, en largeurs de page", .array(.number()))),
        .init("etat", states), .init("vues", .described("Dans combien de documents", .integer())),
        .init("proposee_le", .string(format: "date-time")), .init("vue_le", .string(format: "date-time")),
        .init("decidee_par", .nullable(.string(format: "uuid"))),
        .init("decidee_le", .nullable(.string(format: "date-time"))), .init("motif", .nullable(.string())),
    ]
    private static let examples = Schema.array(
        .object([
            .init("document_id", .string(format: "uuid")), .init("page", .integer()),
            .init("cadre", .array(.number(0...1))),
        ]))
    private static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Aucune proposition n'a cet identifiant")
    private static let decided = Route.Output(
        .conflict, of: "application/problem+json", "C'est décidé déjà, ou le libellé est celui d'un autre champ")
    private static let refused = Route.Output(
        .unprocessableContent, of: "application/problem+json", "Ce n'est pas acceptable ainsi")

    private var list: Route {
        Route(
            .get, "/ml/layouts/propositions", access: .permission(.configureModels),
            .init(
                "propositionsLibelles", tag: Self.tag,
                "Les libellés que des corrections ont montrés, les derniers d'abord",
                details: """
                    Quand une valeur corrigée est imprimée auprès d'un texte qu'aucune mise en page ne connaît, ce texte est
                    proposé comme libellé du champ. `exemples` : les derniers documents de votre périmètre où il se voit.
                    """),
            parameters: [.init(.query, "etat", Self.states, "Celles d'un état")] + ListPage.parameters,
            outputs: [
                .init(.ok, ListPage.schema(.object(Self.members + [.init("exemples", Self.examples)])), "Une page"),
                Self.refused,
            ],
            handler: .task { [proposals] request in
                let page = try ListPage(request.query, others: ["etat"])
                let word = try request.query.single("etat")
                let state = word.flatMap { LayoutProposalStore.State(rawValue: $0) }
                guard word == nil || state != nil else {
                    throw Problem(
                        .validationFailed,
                        items: [.init(pointer: "etat", code: "invalid", message: "proposee, acceptee ou refusee")])
                }
                let found = try await LayoutProposalStore.page(
                    state, before: page.id, limit: page.limit,
                    proposals.database.seen(by: request.signedIn()))
                return page.response(found, next: { $0.proposal.id.description })
            })
    }

    private var accept: Route {
        decision(
            "/ml/layouts/propositions/{id}/acceptation", .accepted, "libelle.accepte",
            .init(
                "accepterLibelle", tag: Self.tag, "Accepte un libellé : les lectures suivantes le connaissent",
                details: Self.details))
    }

    private var refuse: Route {
        decision(
            "/ml/layouts/propositions/{id}/refus", .refused, "libelle.refuse",
            .init("refuserLibelle", tag: Self.tag, "Refuse un libellé, ou le retire", details: Self.details))
    }

    private static let details = "Le motif a dix caractères au moins. Ce qui a été lu ne change pas."

    private func decision(
        _ path: PathTemplate, _ state: LayoutProposalStore.State, _ event: String, _ documentation: Route.Documentation
    ) -> Route {
        Route(
            .post, path, access: .permission(.configureModels), documentation,
            parameters: [.init(.path, "id", .string(format: "uuid"), "La proposition")],
            input: .init(["application/json"], .object([.init("motif", .string(maxLength: 1000))])),
            outputs: [
                .init(.ok, .object(Self.members), "La proposition, décidée"), Self.unknown, Self.decided, Self.refused,
            ],
            rate: .administration, auditEvent: event,
            handler: .task { [proposals] request in
                let body: ReasonBody = try request.read()
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }) else { throw Problem(.notFound) }
                let decided = try await proposals.decide(id, state, reason: body.reason, request)
                return Response(.ok, .json, decided.jsonBytes())
            })
    }
}
