import Decisions
import HTTP
import JSON
import Platform

extension Permission {
    static let manageThresholds = Permission("manage_thresholds")
}

/// A chapter's thresholds: what holds, what held, and their change by an expert.
struct ThresholdRoutes {
    let policies: Policies
    private var analysis: AnalysisService { policies.analysis }

    var routes: [Route] { [show, change, versions] }

    private static let tag = "Chapitres"
    private static let number = Schema.number(0...1)
    private static let thresholds = Schema.object([
        .init("bas", number), .init("haut", number), .init("t_soft", number), .init("t_hard", number),
    ])
    private static let state = Schema.named(
        "Seuils",
        .object([
            .init("chapitre", .string()), .init("seuils", thresholds), .init("numero", .integer()),
            .init("politique", .string()), .init("numero_politique", .integer()), .init("auteur", .string()),
            .init("motif", .string()), .init("active_depuis", .string(format: "date-time")),
        ]))
    static let match = Route.Parameter(
        .header, "If-Match", .string(), "L'étiquette de la version lue ; « numero » du corps dit la même chose")
    static let stale = Route.Output(
        .preconditionFailed, of: "application/problem+json", "Une autre version est en vigueur depuis votre lecture")
    static let unread = Route.Output(
        .preconditionRequired, of: "application/problem+json", "La version lue n'est pas dite")
    static let unchanged = Route.Output(
        .conflict, of: "application/problem+json", "C'est ce qui est en vigueur")

    private static func answer(_ version: PolicyVersion) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.member("chapitre", version.chapter)
            json.member("seuils", version.policy.thresholds)
            json.member("numero", version.policy.thresholdNumber)
            json.member("politique", version.policy.version)
            json.member("numero_politique", version.number)
            json.member("auteur", version.author)
            json.member("motif", version.reason)
            json.member("active_depuis", version.since.rfc3339())
        }
        return Response(.ok, .json, json.finish()).tagged(version)
    }

    private func chapter(_ request: Request) throws -> String {
        try ChapterRoutes.chapter(of: request, analysis.loaded())
    }

    private var show: Route {
        Route(
            .get, "/predict/{chapitre}/thresholds", access: .permission(.viewChapters),
            .init("seuils", tag: Self.tag, "Les seuils en vigueur d'un chapitre"),
            parameters: [ChapterRoutes.chapter],
            outputs: [.init(.ok, Self.state, "Les seuils, avec l'étiquette de leur politique"), ChapterRoutes.unknown],
            handler: .task { [self] request in
                let running = try analysis.loaded()
                let chapter = try chapter(request)
                guard let version = running.withLive({ $0.rules.versions[chapter] }) else { throw Problem(.notFound) }
                return Self.answer(version)
            })
    }

    private var change: Route {
        Route(
            .put, "/predict/{chapitre}/thresholds", access: .permission(.manageThresholds),
            .init(
                "changerSeuils", tag: Self.tag, "Change les seuils d'un chapitre, avec un motif",
                details:
                    "0 < bas ≤ t_soft < haut < 1 et haut ≤ t_hard ≤ 1. Une limite qui n'est pas nommée reste, ou suit les seuils qu'elle contredirait. Le changement est une nouvelle version de la politique, en vigueur partout dans la seconde."
            ),
            parameters: [ChapterRoutes.chapter, Self.match],
            input: .init(
                ["application/json"],
                .object([
                    .init("bas", Self.number, required: false), .init("haut", Self.number, required: false),
                    .init("t_soft", Self.number, required: false), .init("t_hard", Self.number, required: false),
                    .init("motif", .string(maxLength: 1000)), .init("numero", .integer(), required: false),
                ])),
            outputs: [
                .init(.ok, Self.state, "Les seuils sont en vigueur"), ChapterRoutes.unknown, Self.stale, Self.unread,
                Self.unchanged,
                .init(.unprocessableContent, of: "application/problem+json", "Les seuils ne tiennent pas ensemble"),
            ],
            rate: .administration, auditEvent: "seuils.modifies",
            handler: .task { [self] request in
                let body: ThresholdChange = try request.read()
                let chapter = try chapter(request)
                let made = try await policies.change(chapter, body.change, request, event: "seuils.modifies")
                return Self.answer(made)
            })
    }

    private var versions: Route {
        Route(
            .get, "/predict/{chapitre}/thresholds/versions", access: .permission(.manageThresholds),
            .init("versionsSeuils", tag: Self.tag, "Les seuils qui ont été en vigueur, les derniers d'abord"),
            parameters: [ChapterRoutes.chapter] + ListPage.parameters,
            outputs: [.init(.ok, ListPage.schema(.map(.any)), "Une page"), ChapterRoutes.unknown],
            handler: .task { [self] request in
                let chapter = try chapter(request)
                let page = try ListPage(request.query)
                let found = try await ThresholdVersionStore.versions(
                    chapter, before: page.number, limit: page.limit, policies.database)
                return page.response(found, next: { String($0.number) })
            })
    }
}

extension Response {
    /// With the tag that a change must name.
    func tagged(_ version: PolicyVersion) -> Response {
        version.tag.map { adding("ETag", $0.description) } ?? self
    }
}
