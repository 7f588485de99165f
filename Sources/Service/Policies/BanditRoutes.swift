import Decisions
import HTTP
import JSON
import Platform
import Postgres
import Synchronization

extension Permission {
    static let viewBandit = Permission("view_rl_performance")
}

/// What the bandit does and learns, for experts: every number is counted from rows when it is asked for.
struct BanditRoutes {
    let analysis: AnalysisService

    var routes: [Route] { [status, stats, learned, decisions, feedbacks] }

    static let tag = "Apprentissage"
    private static let days = Route.Parameter(
        .query, "jours", .integer(1...366), "Les derniers jours, 30 par défaut, aujourd'hui compris")

    private func route(
        _ name: PathTemplate, _ operation: String, _ summary: String, _ permission: Permission,
        parameters: [Route.Parameter] = [], output: Schema = .map(.any),
        _ answer: @escaping @Sendable (String, Request, ScopedDatabase) async throws -> Response
    ) -> Route {
        Route(
            .get, name, access: .permission(permission), .init(operation, tag: Self.tag, summary),
            parameters: [PolicyRoutes.chapter] + parameters,
            outputs: [.init(.ok, output, summary), ChapterRoutes.unknown],
            handler: .task { [analysis] request in
                let chapter = try PolicyRoutes.chapter(of: request, analysis)
                return try await answer(chapter, request, analysis.database.seen(by: request.signedIn()))
            })
    }

    private static func since(_ request: Request) throws -> (count: Int, day: CivilDate) {
        let query = try request.query
        for name in try query.names where name != "jours" {
            throw Problem(
                .validationFailed,
                items: [.init(pointer: name, code: "unknown_field", message: "ce paramètre n'existe pas")])
        }
        let text = try query.single("jours")
        guard let count = text.map({ Int($0) }) ?? 30, 1...366 ~= count else {
            throw Problem(
                .validationFailed, items: [.init(pointer: "jours", code: "invalid", message: "de 1 à 366")])
        }
        return (count, CivilDate(daysSinceEpoch: AnalysisService.today.daysSinceEpoch - count + 1))
    }

    private var status: Route {
        route(
            "/predict/{chapitre}/rl/status", "etatApprentissage", "Sous quoi un chapitre décide, et où il en est",
            .viewBandit
        ) { [analysis] chapter, request, database in
            let running = try analysis.loaded()
            let (version, learned) = running.withLive {
                ($0.rules.versions[chapter], $0.learners[chapter]?.sequence ?? 0)
            }
            guard let version else { throw Problem(.notFound) }
            let day = running.days.withLock { DayState(version, &$0) }
            let today = try await BanditStore.days(chapter, since: AnalysisService.today, database)
            let last = try await BanditStore.lastEvent(chapter, database)
            var json = JSONWriter()
            json.object { json in
                json.member("chapitre", chapter)
                json.member("politique", version)
                json.key("apprentissage")
                json.object { json in
                    json.member("appris", learned)
                    json.member("journal", last)
                }
                json.member("jour", day)
                json.key("aujourd_hui")
                json.raw(today)
            }
            return Response(.ok, .json, json.finish())
        }
    }

    private var stats: Route {
        route(
            "/predict/{chapitre}/rl/stats", "mesuresApprentissage",
            "Décisions et verdicts des derniers jours ; seules comptent les issues que des personnes ont vérifiées",
            .viewBandit, parameters: [Self.days]
        ) { chapter, request, database in
            let (count, day) = try Self.since(request)
            let days = try await BanditStore.days(chapter, since: day, database)
            let verdicts = try await BanditStore.verdicts(chapter, since: day, database)
            let verified = try await BanditStore.verified(chapter, since: day, database)
            let stratum = StratumEstimate(try await BanditStore.stratum(chapter, since: day, database))
            var json = JSONWriter()
            json.object { json in
                json.member("chapitre", chapter)
                json.member("jours", count)
                json.member("du", day.description)
                json.key("par_jour")
                json.raw(days)
                json.key("verdicts")
                json.object { json in
                    json.member("rendus", verdicts.given)
                    json.member("doutes", verdicts.doubts)
                    json.member(
                        "accord_avec_la_proposition",
                        Proportion(verdicts.agreeing, of: verdicts.given - verdicts.doubts))
                    json.member("minutes_medianes", verdicts.minutes)
                }
                json.key("issues_verifiees")
                json.object { json in
                    for lane in Lane.allCases {
                        let counts = verified.filter { $0.lane == lane }
                        json.key(lane.rawValue)
                        json.value(
                            Proportion(
                                counts.reduce(0) { $1.isFraud ? $0 + $1.count : $0 },
                                of: counts.reduce(0) { $0 + $1.count }))
                    }
                }
                json.member("strate_aleatoire", stratum)
            }
            return Response(.ok, .json, json.finish())
        }
    }

    private var learned: Route {
        route(
            "/predict/{chapitre}/rl/bandit-stats", "mesuresBandit",
            "Ce que les issues ont appris, par voie et par segment",
            .viewDraws
        ) { chapter, _, database in
            let learned = try await BanditStore.learned(chapter, database)
            var json = JSONWriter()
            json.object { json in
                json.member("chapitre", chapter)
                json.key("apprentissage")
                json.raw(learned)
            }
            return Response(.ok, .json, json.finish())
        }
    }

    private var decisions: Route {
        route(
            "/predict/{chapitre}/rl/decision-records", "journalDecisions",
            "Les décisions avec leurs chances et leurs tirages, les dernières d'abord", .viewDraws,
            parameters: ListPage.parameters, output: ListPage.schema(.map(.any))
        ) { chapter, request, database in
            let page = try ListPage(request.query)
            let found = try await BanditStore.decisions(chapter, before: page.id, limit: page.limit, database)
            return page.response(found, next: { $0.id.description })
        }
    }

    private var feedbacks: Route {
        route(
            "/predict/{chapitre}/rl/feedback-records", "journalVerdicts",
            "Les verdicts avec ce qu'ils ont appris, les derniers d'abord", .viewDraws,
            parameters: ListPage.parameters, output: ListPage.schema(.map(.any))
        ) { chapter, request, database in
            let page = try ListPage(request.query)
            let found = try await BanditStore.feedbacks(chapter, before: page.id, limit: page.limit, database)
            return page.response(found, next: { $0.id.description })
        }
    }
}

extension BanditStore.Line: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("numero_declaration", number)
            writer.member("bureau", office)
            writer.member("prise_le", made.rfc3339())
            writer.member("voie", record.lane)
            writer.member("mode", record.mode)
            writer.member("fraud_probability", record.request.probability)
            writer.member("confiance", record.confidence)
            writer.member("politique", record.policy.version)
            writer.member("strategie", record.policy.strategy)
            writer.member("segment", record.segment)
            writer.member("valeurs", record.evidence.values)
            writer.member("appui", record.evidence.support)
            writer.member("voies_permises", record.safe)
            writer.member("voies_ouvertes", record.open)
            writer.member("meilleures_voies", record.greedy)
            writer.member("epsilon", record.epsilon)
            writer.member("epsilon_motif", record.request.epsilonReason)
            writer.member("propensions", record.propensities)
            writer.member("tirage", record.draw)
            writer.member("exploratoire", record.isExploratory)
            writer.member("strate", record.isInStratum)
            writer.member("criteres", record.request.hits)
            writer.member("motifs", record.allMotifs)
            writer.member("resultat", outcome)
            writer.member("preuve", evidence)
        }
    }
}

extension BanditStore.Feedback: JSONWritable {
    func write(to writer: inout JSONWriter) { writer.raw(json) }
}
