import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// What inspectors' verdicts show: to themselves, and to experts by chapter. It is for people to read, and weighs on no
/// verdict.
struct InspectorRoutes {
    let analysis: AnalysisService

    var routes: [Route] { [own, all] }

    private static let tag = "Profils"
    private static let share = Schema.object([
        .init("nombre", .integer()), .init("sur", .integer()), .init("part", .nullable(.number(0...1))),
        .init("bas", .number(0...1)), .init("haut", .number(0...1)),
    ])
    private static let profile = Schema.named(
        "ProfilInspecteur",
        .object([
            .init("inspecteur", .nullable(.string())), .init("inspecteur_id", .string(format: "uuid")),
            .init("doutes", .integer()), .init("jours_actifs", .integer()),
            .init(
                "profil",
                .object([
                    .init("verdicts", .integer()), .init("part_fraude", share),
                    .init(
                        "accord_verifie",
                        .described("Avec ce que d'autres ont vérifié ensuite, jamais avec le modèle.", share)),
                    .init("minutes_medianes", .nullable(.number())), .init("positions", .array(.map(.any))),
                    .init("specialisation", .number(0...1)),
                    .init("tendance", .words(["insuffisant", "en_hausse", "stable", "en_baisse"])),
                ])),
        ]))

    private var own: Route {
        Route(
            .get, "/api/v2/profil", access: .permission(.giveFeedback),
            .init("monProfil", tag: Self.tag, "Ce que vos verdicts montrent"),
            outputs: [.init(.ok, Self.profile, "Votre profil")],
            handler: .task { [analysis] request in
                let principal = try request.signedIn()
                let given = try await InspectorStore.given(
                    by: principal.user, analysis.database.seen(by: principal))
                var json = JSONWriter()
                Self.write(given, principal.user, principal.username, to: &json)
                return Response(.ok, .json, json.finish())
            })
    }

    private var all: Route {
        Route(
            .get, "/predict/{chapitre}/rl/inspector-profiles", access: .permission(.viewDraws),
            .init(
                "profilsInspecteurs", tag: Self.tag, "Les profils de ceux qui ont jugé des déclarations d'un chapitre"),
            parameters: [ChapterRoutes.chapter],
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("chapitre", .string()), .init("verdicts_lus", .integer()),
                        .init(
                            "plafonne",
                            .described("Il y en a davantage : seuls les plus récents sont lus.", .boolean)),
                        .init("profils", .array(Self.profile)),
                    ]), "Les profils, de celui qui a jugé le plus"), ChapterRoutes.unknown,
            ],
            rate: .export,
            handler: .task { [analysis] request in
                let chapter = try ChapterRoutes.chapter(of: request, analysis.loaded())
                let database = analysis.database.seen(by: try request.signedIn())
                let given = try await InspectorStore.given(on: chapter, database)
                let byUser = Dictionary(grouping: given, by: \.user)
                    .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
                var json = JSONWriter()
                json.object { json in
                    json.member("chapitre", chapter)
                    json.member("verdicts_lus", given.count)
                    json.member("plafonne", given.count == InspectorStore.most)
                    json.key("profils")
                    json.array { json in
                        for (user, given) in byUser { Self.write(given, user, given.first?.username, to: &json) }
                    }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private static func write(
        _ given: [InspectorStore.Given], _ user: UUIDv7, _ name: String?, to json: inout JSONWriter
    ) {
        let verdicts = given.compactMap(\.verdict)
        json.object { json in
            json.member("inspecteur", name)
            json.member("inspecteur_id", user.description)
            json.member("doutes", given.count - verdicts.count)
            json.member("jours_actifs", Set(verdicts.map(\.day)).count)
            json.member(
                "profil",
                InspectorProfile(verdicts, on: Int32(clamping: AnalysisService.today.daysSinceEpoch)))
        }
    }
}
