import Decisions
import HTTP
import JSON
import Platform
import Postgres

extension Permission {
    static let viewCriteria = Permission("view_criteria")
    static let approveCriteria = Permission("approve_criteria")
}

/// Criteria of targeting: experts write and simulate them, chiefs put them in force.
struct CriterionRoutes {
    let criteria: Criteria
    let once: Idempotency

    var routes: [Route] { [list, show, write, simulate, activate, retire] }

    static let tag = "Critères"
    static let code = Route.Parameter(.path, "code", .string(maxLength: 64), "Le code")
    private static let actions = Schema.words(Criterion.Action.allCases.map(\.rawValue))
    private static let members: [Schema.Member] = [
        .init("code", .string(maxLength: 64)), .init("phrase", .string(maxLength: 1000)),
        .init("proprietaire", .string(maxLength: 1000)), .init("base_legale", .string(maxLength: 1000)),
        .init("chapitres", .array(.string()), required: false), .init("valide_du", .string(format: "date")),
        .init("valide_au", .string(format: "date")), .init("action", actions),
        .init("part", .number(0...1), required: false), .init("formule", .string()),
    ]
    private static let version = Schema.named(
        "Critere",
        .object(
            members + [
                .init("numero", .integer()), .init("etat", .words(Criterion.State.allCases.map(\.rawValue))),
                .init("auteur", .string(format: "uuid")), .init("approuve_par", .nullable(.string(format: "uuid"))),
                .init("ecrit_le", .string(format: "date-time")), .init("change_le", .string(format: "date-time")),
                .init("motif", .string(), required: false), .init("change_par", .string()),
                .init("simulation", .map(.any), required: false),
                .init("simulation_mesures", .map(.any), required: false), .init("mesures", .nullable(.map(.any))),
            ]))
    private static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Aucun critère n'a ce code et ce numéro")
    private static let impossible = Route.Output(
        .conflict, of: "application/problem+json", "L'état du critère ne le permet pas, ou c'est à une autre personne")
    private static let refused = Route.Output(
        .unprocessableContent, of: "application/problem+json", "Ce n'est pas acceptable ainsi")
    private static let act = Route.Input(
        ["application/json"], .object([.init("numero", .integer()), .init("motif", .string(maxLength: 1000))]))
    /// Counters look so many days back.
    private static let days = 90

    private func counters() async throws -> [String: CriterionCounters] {
        let today = AnalysisService.today.daysSinceEpoch
        return try await CriterionStore.counters(
            since: CivilDate(daysSinceEpoch: today - Self.days + 1), criteria.database.under(OfficeScope.all))
    }

    private static func answer(_ version: CriterionStore.Version, _ status: Status = .ok) -> Response {
        var json = JSONWriter()
        json.object { version.write(nil, to: &$0) }
        return Response(status, .json, json.finish())
    }

    private var list: Route {
        Route(
            .get, "/ml/policies/criteres", access: .permission(.viewCriteria),
            .init(
                "criteres", tag: Self.tag, "Les critères, leurs mesures, et ceux que la configuration propose",
                details: "Les mesures comptent les \(Self.days) derniers jours."),
            parameters: ListPage.parameters,
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("data", .array(Self.version)), .init("propositions", .array(.object(Self.members))),
                        .init(
                            "page",
                            .object([.init("next_cursor", .nullable(.string())), .init("limit", .integer(1...200))])),
                    ]), "Une page")
            ],
            handler: .task { [self] request in
                let page = try ListPage(request.query)
                guard page.cursor.map({ !$0.utf8.contains(0) }) ?? true else { throw Problem(.notFound) }
                let found = try await CriterionStore.list(
                    after: page.cursor, limit: page.limit + 1, criteria.database)
                let codes = found.map(\.criterion.code).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
                let shown = Set(codes.prefix(page.limit))
                let proposals = page.cursor == nil ? try await criteria.proposals() : []
                let counters = try await counters()
                var json = JSONWriter()
                json.object { json in
                    json.key("data")
                    json.array { json in
                        for version in found where shown.contains(version.criterion.code) {
                            json.object { version.write(counters[version.criterion.code], to: &$0) }
                        }
                    }
                    json.key("propositions")
                    json.array { json in for one in proposals { json.object { one.writeTerms(to: &$0) } } }
                    json.key("page")
                    json.object { json in
                        json.member("next_cursor", codes.count > page.limit ? codes[page.limit - 1] : nil)
                        json.member("limit", page.limit)
                    }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private var show: Route {
        Route(
            .get, "/ml/policies/criteres/{code}", access: .permission(.viewCriteria),
            .init("critere", tag: Self.tag, "Les versions d'un critère, les dernières d'abord"),
            parameters: [Self.code],
            outputs: [.init(.ok, .object([.init("versions", .array(Self.version))]), "Les versions"), Self.unknown],
            handler: .task { [self] request in
                let code = try Self.code(of: request)
                let found = try await CriterionStore.versions(code, criteria.database)
                guard !found.isEmpty else { throw Criteria.unknown }
                let counters = try await counters()[code]
                var json = JSONWriter()
                json.object { json in
                    json.key("versions")
                    json.array { json in for version in found { json.object { version.write(counters, to: &$0) } } }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    static func code(of request: Request) throws(Problem) -> String {
        guard let code = request.parameter("code"), code.utf8.count <= 64, !code.utf8.contains(0) else {
            throw Problem(.notFound)
        }
        return code
    }

    private var write: Route {
        Route(
            .post, "/ml/policies/criteres", access: .permission(.configureModels),
            .init(
                "ecrireCritere", tag: Self.tag, "Écrit un critère, ou une nouvelle version d'un critère",
                details:
                    "Sans chapitres, il est pour tous ceux dont les caractéristiques suffisent à sa formule. « isolement », de 0 à 1, est la part des déclarations de l'apprentissage qui sont moins inhabituelles. Il commence en brouillon."
            ),
            parameters: [Idempotency.parameter], input: .init(["application/json"], .object(Self.members)),
            outputs: [
                .init(.created, Self.version, "Le brouillon"), Self.impossible,
                .init(.unprocessableContent, of: "application/problem+json", "Le critère n'est pas acceptable"),
            ],
            rate: .administration, auditEvent: "critere.ecrit",
            handler: .task { [criteria, once] request in
                try await once.act(request) { held in
                    let body: CriterionDraft = try request.read()
                    let written = try await criteria.write(body.criterion, request) { version, transaction in
                        try await HeldKey.keep(Self.answer(version, .created), under: held, in: transaction)
                    }
                    return Self.answer(written, .created)
                }
            })
    }

    private var simulate: Route {
        Route(
            .post, "/ml/policies/criteres/{code}/simulation", access: .permission(.configureModels),
            .init(
                "simulerCritere", tag: Self.tag, "Ce que le critère aurait fait sur le passé enregistré",
                details:
                    "Sur les \(CriterionPast.most) dernières décisions de chaque chapitre, telles que leurs caractéristiques étaient alors ; les déclarations importées n'en ont pas."
            ),
            parameters: [Self.code], input: .init(["application/json"], .object([.init("numero", .integer())])),
            outputs: [.init(.ok, Self.version, "Le critère simulé"), Self.unknown, Self.impossible, Self.refused],
            limits: .init(seconds: 120), rate: .export, auditEvent: "critere.simule",
            handler: .task { [criteria] request in
                let body: CriterionAct = try request.read()
                return Self.answer(try await criteria.simulate(Self.code(of: request), body.number, request))
            })
    }

    private var activate: Route {
        Route(
            .post, "/ml/policies/criteres/{code}/activation", access: .permission(.approveCriteria),
            .init(
                "activerCritere", tag: Self.tag, "Met en vigueur un critère simulé, écrit par une autre personne",
                details: "En vigueur dans toutes les instances dans la seconde. La version active d'avant est retirée."),
            parameters: [Self.code], input: Self.act,
            outputs: [.init(.ok, Self.version, "Le critère en vigueur"), Self.unknown, Self.impossible, Self.refused],
            rate: .administration, auditEvent: "critere.active",
            handler: .task { [criteria] request in
                let body: CriterionAct = try request.read()
                return Self.answer(
                    try await criteria.activate(Self.code(of: request), body.number, reason: body.reason, request))
            })
    }

    private var retire: Route {
        Route(
            .post, "/ml/policies/criteres/{code}/retrait", access: .permission(.approveCriteria),
            .init("retirerCritere", tag: Self.tag, "Retire un critère, avec un motif"),
            parameters: [Self.code], input: Self.act,
            outputs: [.init(.ok, Self.version, "Le critère retiré"), Self.unknown, Self.impossible, Self.refused],
            rate: .administration, auditEvent: "critere.retire",
            handler: .task { [criteria] request in
                let body: CriterionAct = try request.read()
                return Self.answer(
                    try await criteria.retire(Self.code(of: request), body.number, reason: body.reason, request))
            })
    }
}

/// What a person writes of a criterion: its state is not theirs to say.
private struct CriterionDraft: JSONReadable {
    let criterion: Criterion
    private static let ours: Set<String> = ["etat", "simulation", "motif", "change_par"]

    init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        let body = try JSONValue(json: &reader)
        guard body.members?.contains(where: { Self.ours.contains($0.name) }) == false else {
            throw reader.refusal(at: place)
        }
        criterion = try Criterion(parsing: body.jsonBytes())
    }
}

private struct CriterionAct: JSONReadable {
    let number: Int
    let reason: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var (number, reason): (Int?, String) = (nil, "")
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "numero": number = try reader.int()
            case "motif": reason = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        (self.number, self.reason) = (try reader.required(number, "numero"), reason)
    }
}

extension CriterionStore.Version {
    func write(_ counters: CriterionCounters?, to writer: inout JSONWriter) {
        criterion.writeTerms(to: &writer)
        writer.member("numero", number)
        writer.member("etat", criterion.state)
        writer.member("auteur", author.description)
        writer.member("approuve_par", approver?.description)
        writer.member("ecrit_le", written.rfc3339())
        writer.member("change_le", changed.rfc3339())
        if !criterion.reason.isEmpty { writer.member("motif", criterion.reason) }
        writer.member("change_par", criterion.changedBy)
        if let simulation = criterion.simulation {
            writer.member("simulation", simulation)
            writer.key("simulation_mesures")
            writer.object { writer in
                writer.member("part_touchee", simulation.hitShare)
                writer.member("precision", simulation.precision)
                writer.member("taux_de_tous", simulation.baseRate)
                writer.member("touchees_par_jour", simulation.hitsPerDay)
            }
        }
        writer.key("mesures")
        guard let counters else { return writer.null() }
        writer.object { writer in
            writer.member("decisions", counters.seen)
            writer.member("touchees", counters.hits)
            writer.member("precision", counters.precision)
            writer.member("recouvre", counters.recovered)
        }
    }
}
