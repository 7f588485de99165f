import Analysis
import Crypto
import Decisions
import HTTP
import JSON
import Platform
import Postgres

extension Permission {
    /// Propensities, ε and draws.
    static let viewDraws = Permission("view_rl_analytics")
}

/// What was recorded: lists of declarations, and the page of one.
struct RecordRoutes {
    let analysis: AnalysisService
    let archive: DocumentArchive
    private let lately = SeenLately()

    init(analysis: AnalysisService, archive: DocumentArchive) { (self.analysis, self.archive) = (analysis, archive) }

    var routes: [Route] { [list, one, alias] }

    private static let line = Schema.named(
        "LigneDeclaration",
        .object([
            .init("numero_declaration", .string()), .init("chapitre", .nullable(.string())),
            .init("bureau", .string()), .init("date_enregistrement", .nullable(.string(format: "date"))),
            .init("importateur", .nullable(.string())), .init("importateur_nom", .nullable(.string())),
            .init("valeur_caf", .nullable(.number())),
            .init("droits", .number()), .init("articles", .integer()),
            .init("statut", .words(["analysee", "traitee", "importee"])),
            .init("rl_decision", .nullable(AnalysisSchema.lane)),
            .init("fraud_probability", .nullable(.number(0...1))),
            .init("recue_le", .string(format: "date-time")),
        ]))
    private static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Aucune déclaration n'a ce numéro dans votre périmètre")

    private static let parameters: [Route.Parameter] = [
        .init(.query, "chapitre", .string(maxLength: 8), "Les deux chiffres du chapitre"),
        .init(.query, "bureau", .string(maxLength: 8), "Le code du bureau"),
        .init(.query, "decision", AnalysisSchema.lane, "La voie proposée"),
        .init(.query, "statut", .words(["analysee", "traitee", "importee"]), "Où en est le dossier"),
        .init(.query, "date_min", .string(format: "date"), "Enregistrée ce jour ou après"),
        .init(.query, "date_max", .string(format: "date"), "Enregistrée ce jour ou avant"),
        .init(.query, "importateur", .string(maxLength: 64), "Le NINEA, ou le code PPM, exact"),
        .init(.query, "q", .string(maxLength: 80), "Le début du numéro, comme « 2026/18N/00 »"),
        .init(.query, "score_min", .number(0...1), "Probabilité au moins égale"),
        .init(.query, "sort", .words(RecordStore.Order.allCases.map(\.rawValue)), "L'ordre ; -recue_le par défaut"),
        .init(.query, "cursor", .string(maxLength: 200), "Le « next_cursor » de la page précédente"),
        .init(.query, "limit", .integer(1...200), "Déclarations par page, 50 par défaut"),
    ]

    private var list: Route {
        Route(
            .get, "/api/v2/declarations", access: .permission(.viewPredictions),
            .init("listeDeclarations", tag: DeclarationRoutes.tag, "Les déclarations, par pages"),
            parameters: Self.parameters,
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("data", .array(Self.line)),
                        .init(
                            "page",
                            .object([.init("next_cursor", .nullable(.string())), .init("limit", .integer(1...200))])),
                    ]), "Une page"),
                DeclarationRoutes.invalid,
            ],
            handler: .task { [analysis] request in
                let query = try RecordQuery(try request.query)
                let principal = try request.signedIn()
                var filter = try query.filter(for: principal)
                let database = analysis.database.seen(by: principal)
                if let importer = query.importer {
                    filter.importer = try await analysis.importer(importer, database)
                    filter.matchesNothing = filter.matchesNothing || filter.importer == nil
                }
                let found = try await RecordStore.list(filter, database)
                let names = try await analysis.names(in: found, for: principal, database)
                return Response(.ok, .json, Self.page(found, names, filter))
            })
    }

    private static func page(
        _ found: [RecordStore.Line], _ names: [PartyNames], _ filter: RecordStore.Filter
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("data")
            json.array { json in
                for (line, names) in zip(found, names).prefix(filter.limit) {
                    json.object { line.write(names, to: &$0) }
                }
            }
            json.key("page")
            json.object { json in
                let last = found.count > filter.limit ? found[filter.limit - 1] : nil
                json.member("next_cursor", last.map { RecordQuery.text(of: $0) })
                json.member("limit", filter.limit)
            }
        }
        return json.finish()
    }

    private var one: Route {
        Route(
            .get, "/api/v2/declarations/{annee}/{bureau}/{numero}", access: .permission(.viewPredictions),
            .init(
                "declaration", tag: DeclarationRoutes.tag,
                "Une déclaration : ses articles, ses analyses, la décision et les verdicts"),
            parameters: Self.number + [DeclarationRoutes.contributions, Self.version],
            outputs: [.init(.ok, .map(.any), "La déclaration"), Self.unknown], isOfficeScoped: true,
            auditEvent: Self.opened,
            handler: .task { request in try await show(Self.number(of: request), request) })
    }

    private var alias: Route {
        Route(
            .get, "/api/v2/declarations/detail", access: .permission(.viewPredictions),
            .init("detailDeclaration", tag: DeclarationRoutes.tag, "La même, par son numéro entier"),
            parameters: [
                .init(.query, "declaration_id", .string(maxLength: 100), required: true, "« 2026/18N/004512 »"),
                DeclarationRoutes.contributions, Self.version,
            ],
            outputs: [.init(.ok, .map(.any), "La déclaration"), Self.unknown], isOfficeScoped: true,
            auditEvent: Self.opened,
            handler: .task { request in
                guard let number = try request.query.single("declaration_id") else { throw Problem(.notFound) }
                return try await show(number, request)
            })
    }

    static let number: [Route.Parameter] = [
        .init(.path, "annee", .integer(1900...2200), "L'année"), .init(.path, "bureau", .string(), "Le bureau"),
        .init(.path, "numero", .string(), "Le numéro"),
    ]

    private static let version = Route.Parameter(
        .query, "version", .integer(1...1_000_000), "Une version d'avant une correction")

    static func number(of request: Request) -> String {
        ["annee", "bureau", "numero"].map { request.parameter($0) ?? "" }.joined(separator: "/")
    }

    private func show(_ number: String, _ request: Request) async throws -> Response {
        let principal = try request.signedIn()
        let database = analysis.database.seen(by: principal)
        guard !number.utf8.contains(0), var detail = try await RecordStore.detail(number, database) else {
            throw Problem(.notFound)
        }
        if let asked = try request.query.single("version"), asked != String(detail.line.version) {
            guard let version = Int(asked), version > 0, version < detail.line.version,
                let former = try await RecordStore.detail(number, version: version, database)
            else { throw Problem(.notFound) }
            detail = former
        }
        let names = try await analysis.names(in: [detail.line], for: principal, database)[0]
        if try request.query.single("contributions") == "toutes" {
            detail.answers = try await StoredAnswers.whole(detail.answers, database)
        }
        let provenance = try await ProvenanceStore.find(detail.line.id, version: detail.line.version, database)
        let fields = DocumentFields(try analysis.loaded().office.vocabulary)
        let origin = try provenance.map { try $0.shown(archive, fields) }
        var json = JSONWriter()
        try detail.write(names, origin, to: &json, showsDraws: principal.may(.viewDraws))
        try await note(detail.line, request)
        return Response(.ok, .json, json.finish())
            .withEntityTag(VersionTag.text(detail.line.version) + ".")
    }
}

extension RecordRoutes {
    private static let opened = "declaration.consultee"

    /// Who has looked at a case, once in a while for each.
    private func note(_ line: RecordStore.Line, _ request: Request) async throws {
        let principal = try request.signedIn()
        let act = SeenLately.Act(user: principal.user, object: "\(line.number)|\(line.version)")
        guard !lately.isKnown(act) else { return }
        let event = AuditEvent(
            name: Self.opened, actor: request.actor, object: "declaration:\(line.number)",
            details: [.init("version", .int(line.version))])
        try await analysis.database.seen(by: principal).transaction { transaction in
            try await AuditStore.conclude(with: event, transaction)
        }
        lately.note(act)
    }
}

extension RecordStore.Line {
    func write(_ names: PartyNames, to json: inout JSONWriter) {
        json.member("numero_declaration", number)
        json.member("chapitre", chapter)
        json.member("bureau", office)
        json.member("date_enregistrement", date?.description)
        json.member("importateur", names["ninea"] ?? names["code_ppm_destinataire"])
        json.member("importateur_nom", names["destinataire_nom"])
        json.member("valeur_caf", value)
        json.member("droits", duties)
        json.member("articles", articles)
        json.member("statut", status)
        json.member("rl_decision", lane)
        json.member("fraud_probability", score)
        json.member("recue_le", received.rfc3339())
    }
}

extension RecordStore.Detail {
    /// - Parameter showsDraws: whether whoever reads may know what was drawn: inspectors never before their verdict.
    func write(
        _ names: PartyNames, _ origin: JSONValue?, to json: inout JSONWriter, showsDraws: Bool
    ) throws {
        let declared = JSONValue.object((try JSONValue(parsing: fields).members ?? []) + names.members)
        let decision = try record.map { try DecisionRecord(parsing: Array($0.utf8)) }
        json.object { json in
            json.key("declaration")
            json.object { json in
                line.write(names, to: &json)
                json.member("version", line.version)
                json.member("source", source)
                json.key("versions")
                json.array { json in for version in versions { json.raw(version) } }
                json.member("champs", declared)
            }
            json.key("articles")
            json.array { json in for article in articles { json.raw(article) } }
            json.member("provenance", origin)
            json.key("predictions")
            json.array { json in for answer in answers { json.raw(answer) } }
            json.key("decision")
            if let decision { write(decision, showsDraws, to: &json) } else { json.null() }
            json.key("feedback")
            json.array { json in for feedback in feedbacks { json.raw(feedback) } }
            json.key("issues")
            json.array { json in for outcome in outcomes { json.raw(outcome) } }
        }
    }

    private func write(_ decision: DecisionRecord, _ showsDraws: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", ifPresent: decisionID?.description)
            json.member("voie", decision.lane)
            json.member("politique", decision.policy.version)
            json.member("confiance", decision.confidence)
            json.member("motifs", showsDraws ? decision.allMotifs : decision.motifs)
            guard showsDraws else { return }
            json.member("propensions", decision.propensities)
            json.member("epsilon", decision.epsilon)
            json.member("tirage", decision.draw)
            json.member("exploratoire", decision.isExploratory)
            json.member("strate", decision.isInStratum)
            json.member("enregistrement", decision)
        }
    }
}
