import Decisions
import HTTP
import JSON
import Platform

/// Policies and thresholds on trial, and what becomes of them.
struct PolicyTrialRoutes {
    let trials: PolicyTrials
    let proposals: ThresholdProposals
    private var policies: Policies { trials.policies }
    private var analysis: AnalysisService { policies.analysis }

    var routes: [Route] { [drafts, evaluate, activate, propose, proposed, accept] }

    private static let draft = Schema.named(
        "BrouillonPolitique",
        .object([
            .init("brouillon", .string(format: "uuid")), .init("chapitre", .string()), .init("changement", .map(.any)),
            .init("auteur", .string(format: "uuid")), .init("cree_le", .string(format: "date-time")),
            .init("essai", .nullable(.object([.init("evaluation", .map(.any)), .init("conditions", .map(.any))]))),
            .init("comparee_a", .nullable(.string())), .init("evaluee_le", .nullable(.string(format: "date-time"))),
            .init("politique", .nullable(.string())),
        ]))
    private static let proposal = Schema.named(
        "PropositionSeuils",
        .object([
            .init("id", .string(format: "uuid")),
            .init("methode", .words(ThresholdProposals.Method.allCases.map(\.rawValue))),
            .init("politique", .string()), .init("seuils", .map(.number(0...1))),
            .init("suite", .words(["automatique", "a_approuver", "sans_objet"])), .init("detail", .map(.any)),
            .init("faite_le", .string(format: "date-time")),
            .init("acceptee_le", .nullable(.string(format: "date-time"))),
        ]))
    private static let refused = Route.Output(
        .conflict, of: "application/problem+json", "Les conditions ne sont pas réunies ; `errors` dit lesquelles")
    private static let invalid = Route.Output(
        .unprocessableContent, of: "application/problem+json", "Le corps n'est pas acceptable")
    private static let limits = Route.Limits(seconds: 120)

    private var drafts: Route {
        Route(
            .get, "/ml/policies/{chapitre}/evaluation", access: .permission(.configureModels),
            .init("brouillonsPolitique", tag: PolicyRoutes.tag, "Les politiques à l'essai, les dernières d'abord"),
            parameters: [PolicyRoutes.chapter] + ListPage.parameters,
            outputs: [.init(.ok, ListPage.schema(Self.draft), "Une page"), ChapterRoutes.unknown],
            handler: .task { [self] request in
                let chapter = try PolicyRoutes.chapter(of: request, analysis)
                let page = try ListPage(request.query)
                let found = try await PolicyDraftStore.drafts(
                    of: chapter, before: page.id, limit: page.limit, policies.database)
                return page.response(found, next: { $0.id.description })
            })
    }

    private var evaluate: Route {
        Route(
            .post, "/ml/policies/{chapitre}/evaluation", access: .permission(.configureModels),
            .init(
                "evaluerPolitique", tag: PolicyRoutes.tag,
                "Ce qu'une autre politique aurait rapporté, d'après les décisions consignées et leurs issues vérifiées",
                details:
                    "Le corps est un changement comme pour `PUT /ml/policies/{chapitre}`, gardé comme brouillon ; ou `brouillon`, pour évaluer de nouveau."
            ),
            parameters: [PolicyRoutes.chapter], input: .init(["application/json"], .map(.any)),
            outputs: [
                .init(.ok, Self.draft, "Le brouillon et son essai"), ChapterRoutes.unknown, Self.refused, Self.invalid,
            ],
            limits: Self.limits, rate: .export, auditEvent: "politique.evaluee",
            handler: .task { [self] request in
                guard case .bytes(let bytes) = request.body else {
                    throw Problem(.malformedRequest, "Le corps est vide.")
                }
                let chapter = try PolicyRoutes.chapter(of: request, analysis)
                let draft: PolicyDraft
                if let id = try Self.named(JSONValue(parsing: bytes)) {
                    draft = try await trials.evaluate(id, of: chapter, request)
                } else {
                    draft = try await trials.evaluate(chapter, bytes, request)
                }
                return Response(.ok, .json, draft.jsonBytes())
            })
    }

    /// The draft that a body names, and nothing else.
    private static func named(_ body: JSONValue) throws(Problem) -> UUIDv7? {
        guard let named = body["brouillon"] else { return nil }
        guard body.members?.count == 1, let id = named.string.flatMap({ UUIDv7($0) }) else {
            throw Problem(
                .validationFailed,
                items: [.init(pointer: "/brouillon", code: "invalid", message: "l'identifiant d'un brouillon, seul")])
        }
        return id
    }

    private var activate: Route {
        Route(
            .post, "/ml/policies/{chapitre}/activation", access: .permission(.configureModels),
            .init(
                "activerPolitique", tag: PolicyRoutes.tag,
                "Met en vigueur un brouillon que le journal ne contredit pas",
                details: "Il est évalué de nouveau à cet instant."),
            parameters: [PolicyRoutes.chapter, ThresholdRoutes.match],
            input: .init(
                ["application/json"],
                .object([
                    .init("brouillon", .string(format: "uuid")), .init("motif", .string(maxLength: 1000)),
                    .init("numero", .integer(), required: false),
                ])),
            outputs: [
                .init(.ok, PolicyRoutes.version, "La version en vigueur"), ChapterRoutes.unknown, Self.refused,
                ThresholdRoutes.stale, ThresholdRoutes.unread, Self.invalid,
            ],
            limits: Self.limits, rate: .administration, auditEvent: "politique.activee",
            handler: .task { [self] request in
                let body: Adoption = try request.read()
                guard let id = body.id else { throw Problem(.notFound) }
                let made = try await trials.activate(
                    id, of: PolicyRoutes.chapter(of: request, analysis), reason: body.reason, base: body.base, request)
                return Response(.ok, .json, made.jsonBytes()).tagged(made)
            })
    }

    private var propose: Route {
        Route(
            .post, "/predict/{chapitre}/thresholds/proposition", access: .permission(.manageThresholds),
            .init(
                "proposerSeuils", tag: PolicyRoutes.tag, "Les seuils que proposent les issues vérifiées",
                details: "Par gain net, par F1, et par l'agent quand cent issues sont connues. Rien ne change."),
            parameters: [PolicyRoutes.chapter],
            outputs: [
                .init(.created, .object([.init("propositions", .array(Self.proposal))]), "Les propositions"),
                ChapterRoutes.unknown,
                .init(.conflict, of: "application/problem+json", "Trop peu d'issues vérifiées"),
            ],
            limits: Self.limits, rate: .export, auditEvent: "seuils.proposes",
            handler: .task { [self] request in
                let made = try await proposals.make(PolicyRoutes.chapter(of: request, analysis), request)
                var json = JSONWriter()
                json.object { $0.member("propositions", made) }
                return Response(.created, .json, json.finish())
            })
    }

    private var proposed: Route {
        Route(
            .get, "/predict/{chapitre}/thresholds/proposition", access: .permission(.manageThresholds),
            .init("propositionsSeuils", tag: PolicyRoutes.tag, "Les propositions de seuils, les dernières d'abord"),
            parameters: [PolicyRoutes.chapter] + ListPage.parameters,
            outputs: [.init(.ok, ListPage.schema(Self.proposal), "Une page"), ChapterRoutes.unknown],
            handler: .task { [self] request in
                let chapter = try PolicyRoutes.chapter(of: request, analysis)
                let page = try ListPage(request.query)
                let found = try await ThresholdProposalStore.page(
                    chapter, before: page.id, limit: page.limit, policies.database)
                return page.response(found, next: { $0.id.description })
            })
    }

    private var accept: Route {
        Route(
            .post, "/predict/{chapitre}/thresholds/proposition/{id}/acceptation",
            access: .permission(.manageThresholds),
            .init("accepterSeuils", tag: PolicyRoutes.tag, "Met en vigueur des seuils proposés, avec un motif"),
            parameters: [
                PolicyRoutes.chapter, .init(.path, "id", .string(format: "uuid"), "La proposition"),
                ThresholdRoutes.match,
            ],
            input: .init(
                ["application/json"],
                .object([
                    .init("motif", .string(maxLength: 1000)), .init("numero", .integer(), required: false),
                ])),
            outputs: [
                .init(.ok, PolicyRoutes.version, "La version en vigueur"), ChapterRoutes.unknown, Self.refused,
                ThresholdRoutes.stale, ThresholdRoutes.unread, Self.invalid,
            ],
            rate: .administration, auditEvent: "seuils.acceptes",
            handler: .task { [self] request in
                let body: Adoption = try request.read()
                guard body.id == nil, let id = request.parameter("id").flatMap({ UUIDv7($0) }) else {
                    throw Problem(.notFound)
                }
                let made = try await proposals.accept(
                    id, of: PolicyRoutes.chapter(of: request, analysis), reason: body.reason, base: body.base, request)
                return Response(.ok, .json, made.jsonBytes()).tagged(made)
            })
    }
}

/// Why something on trial is to hold, and what was read before.
private struct Adoption: JSONReadable {
    var id: UUIDv7?
    let reason: String
    var base: Int?

    init(json reader: inout JSONReader) throws(JSONError) {
        var (id, base, reason): (UUIDv7?, Int?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "brouillon":
                let place = try reader.offset()
                guard let read = UUIDv7(try reader.string()) else { throw reader.refusal(at: place) }
                id = read
            case "motif": reason = try reader.string()
            case "numero": base = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.reason = try reader.required(reason, "motif")
        (self.id, self.base) = (id, base)
    }
}
