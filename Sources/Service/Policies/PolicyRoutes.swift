import Analysis
import Decisions
import HTTP
import JSON
import Platform

extension Permission {
    static let configureModels = Permission("configure_models")
}

/// How each chapter decides, for experts: read, changed, gone back on.
struct PolicyRoutes {
    let policies: Policies
    private var analysis: AnalysisService { policies.analysis }

    var routes: [Route] { [list, show, change, versions, rollBack] }

    static let tag = "Politiques"
    static let chapter = Route.Parameter(
        .path, "chapitre", .string(maxLength: 8), "« 30 », « chap30 », ou « tous » pour ce qui n'a pas de pack propre")
    static let strategies = Schema.words(Strategy.allCases.map(\.rawValue))
    private static let share = Schema.number(0...1)
    private static let budget = Schema.nullable(
        .described(
            "Ce que l'exploration peut coûter par jour ; null : ε seul la borne.",
            .object([
                .init("jours_inspecteur", .number(0...100_000)), .init("controles_par_jour", .number(0...10_000)),
                .init("part", share), .init("valeur_retenue", .number(0...1e15)),
            ])))
    private static let ceilings = Schema.described(
        "Contrôles par jour, par code de bureau ; un bureau absent n'a pas de plafond.", .map(.integer(0...1_000_000)))
    private static let band = Schema.nullable(
        .described("Où l'agent peut porter le seuil haut sans approbation.", .array(share)))
    private static let thresholds = Schema.object([
        .init("bas", share, required: false), .init("haut", share, required: false),
        .init("t_soft", share, required: false), .init("t_hard", share, required: false),
    ])
    static let version = Schema.named(
        "Politique",
        .object([
            .init("chapitre", .string()), .init("numero", .integer()), .init("version", .string()),
            .init("seuils", thresholds), .init("numero_seuils", .integer()), .init("strategie", strategies),
            .init("epsilon", share), .init("plancher", share), .init("strate_aleatoire", share),
            .init("budget", budget), .init("capacites", ceilings), .init("bande_automatique", band),
            .init("auteur", .string()), .init("motif", .string()),
            .init("active_depuis", .string(format: "date-time")),
            .init("retiree_le", .nullable(.string(format: "date-time"))),
        ]))
    private static let refused = Route.Output(
        .unprocessableContent, of: "application/problem+json", "La politique n'est pas acceptable")

    /// The chapter of the path, which may be that of all others.
    static func chapter(of request: Request, _ analysis: AnalysisService) throws(Problem) -> String {
        let running = try analysis.loaded()
        if request.parameter("chapitre") == ChapterPacks.everything { return ChapterPacks.everything }
        return try ChapterRoutes.chapter(of: request, running)
    }

    private var list: Route {
        Route(
            .get, "/ml/policies", access: .permission(.configureModels),
            .init("politiques", tag: Self.tag, "Les politiques en vigueur"),
            outputs: [.init(.ok, .object([.init("politiques", .array(Self.version))]), "Une par chapitre")],
            handler: .task { [policies] _ in
                let found = try await PolicyVersionStore.inForce(policies.database)
                var json = JSONWriter()
                json.object { $0.member("politiques", found) }
                return Response(.ok, .json, json.finish())
            })
    }

    private var show: Route {
        Route(
            .get, "/ml/policies/{chapitre}", access: .permission(.configureModels),
            .init("politique", tag: Self.tag, "La politique en vigueur d'un chapitre, avec son étiquette"),
            parameters: [Self.chapter], outputs: [.init(.ok, Self.version, "La politique"), ChapterRoutes.unknown],
            handler: .task { [self] request in
                let found = try await policies.current(Self.chapter(of: request, analysis))
                return Response(.ok, .json, found.jsonBytes()).tagged(found)
            })
    }

    private var change: Route {
        Route(
            .put, "/ml/policies/{chapitre}", access: .permission(.configureModels),
            .init(
                "changerPolitique", tag: Self.tag, "Change la politique d'un chapitre, avec un motif",
                details:
                    "Ce qui n'est pas nommé reste. Chaque changement est une nouvelle version, en vigueur dans toutes les instances dans la seconde ; les requêtes en cours finissent sous celle qu'elles ont commencée."
            ),
            parameters: [Self.chapter, ThresholdRoutes.match],
            input: .init(
                ["application/json"],
                .object([
                    .init("seuils", Self.thresholds, required: false),
                    .init("strategie", Self.strategies, required: false),
                    .init("epsilon", Self.share, required: false), .init("plancher", Self.share, required: false),
                    .init("strate_aleatoire", Self.share, required: false),
                    .init("budget", Self.budget, required: false), .init("capacites", Self.ceilings, required: false),
                    .init("bande_automatique", Self.band, required: false),
                    .init("motif", .string(maxLength: 1000)), .init("numero", .integer(), required: false),
                ])),
            outputs: [
                .init(.ok, Self.version, "La version en vigueur"), ChapterRoutes.unknown, ThresholdRoutes.stale,
                ThresholdRoutes.unread, ThresholdRoutes.unchanged, Self.refused,
            ],
            rate: .administration, auditEvent: "politique.modifiee",
            handler: .task { [self] request in
                let change: PolicyChange = try request.read()
                let made = try await policies.change(Self.chapter(of: request, analysis), change, request)
                return Response(.ok, .json, made.jsonBytes()).tagged(made)
            })
    }

    private var versions: Route {
        Route(
            .get, "/ml/policies/{chapitre}/versions", access: .permission(.configureModels),
            .init("versionsPolitique", tag: Self.tag, "Les versions d'une politique, les dernières d'abord"),
            parameters: [Self.chapter] + ListPage.parameters,
            outputs: [.init(.ok, ListPage.schema(Self.version), "Une page"), ChapterRoutes.unknown],
            handler: .task { [self] request in
                let chapter = try Self.chapter(of: request, analysis)
                let page = try ListPage(request.query)
                let found = try await PolicyVersionStore.versions(
                    chapter, before: page.number, limit: page.limit, policies.database)
                return page.response(found, next: { String($0.number) })
            })
    }

    private var rollBack: Route {
        Route(
            .post, "/ml/policies/{chapitre}/retour", access: .permission(.configureModels),
            .init(
                "retablirPolitique", tag: Self.tag, "Remet en vigueur une version passée, comme nouvelle version"),
            parameters: [Self.chapter, ThresholdRoutes.match],
            input: .init(
                ["application/json"],
                .object([
                    .init("vers", .integer()), .init("motif", .string(maxLength: 1000)),
                    .init("numero", .integer(), required: false),
                ])),
            outputs: [
                .init(.ok, Self.version, "La version en vigueur"), ChapterRoutes.unknown, ThresholdRoutes.stale,
                ThresholdRoutes.unread, ThresholdRoutes.unchanged, Self.refused,
            ],
            rate: .administration, auditEvent: "politique.retablie",
            handler: .task { [self] request in
                let body: Return = try request.read()
                let made = try await policies.rollBack(
                    Self.chapter(of: request, analysis), to: body.number, reason: body.reason, base: body.base, request)
                return Response(.ok, .json, made.jsonBytes()).tagged(made)
            })
    }
}

/// To which version, and why.
private struct Return: JSONReadable {
    let number: Int
    let reason: String
    let base: Int?

    init(json reader: inout JSONReader) throws(JSONError) {
        var (number, base, reason): (Int?, Int?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "vers": number = try reader.int()
            case "motif": reason = try reader.string()
            case "numero": base = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        (self.number, self.reason) = (try reader.required(number, "vers"), try reader.required(reason, "motif"))
        self.base = base
    }
}
