import Decisions
import HTTP
import JSON
import Platform

/// Lists of importers, declarants, origins, codes and containers.
struct ControlListRoutes {
    let lists: ControlLists
    let once: Idempotency

    var routes: [Route] { [all, create, show, add, approve, withdraw] }

    private static let keys = Schema.words(ControlList.Key.allCases.map(\.rawValue))
    private static let members: [Schema.Member] = [
        .init("code", .string(maxLength: 64)), .init("phrase", .string(maxLength: 1000)), .init("cle", keys),
        .init(
            "action", .words(["controle_obligatoire", "retirer_conforme", "conseil"]), required: false),
        .init("exempte", .described("À la place d'une action.", .boolean), required: false),
    ]
    private static let list = Schema.named(
        "Liste",
        .object(
            members + [
                .init("auteur", .string(format: "uuid")), .init("creee_le", .string(format: "date-time")),
                .init("entrees", .integer()), .init("en_attente", .integer()),
            ]))
    private static let entry = Schema.object([
        .init("id", .string(format: "uuid")), .init("personne_id", .nullable(.string(format: "uuid"))),
        .init("valeur", .nullable(.string())), .init("valide_du", .string(format: "date")),
        .init("valide_au", .string(format: "date")), .init("motif", .string()), .init("criteres", .array(.string())),
        .init("auteur", .string(format: "uuid")), .init("approuvee_par", .nullable(.string(format: "uuid"))),
        .init("retiree_le", .nullable(.string(format: "date-time"))),
    ])
    private static let reason = Route.Input(
        ["application/json"], .object([.init("motif", .string(maxLength: 1000))]))
    private static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Il n'y a pas de telle liste ou entrée")
    private static let impossible = Route.Output(
        .conflict, of: "application/problem+json", "La liste ne le permet pas, ou c'est à une autre personne")
    private static let refused = Route.Output(
        .unprocessableContent, of: "application/problem+json", "Ce n'est pas acceptable ainsi")

    private var all: Route {
        Route(
            .get, "/ml/policies/listes", access: .permission(.viewCriteria),
            .init("listes", tag: CriterionRoutes.tag, "Les listes"),
            outputs: [.init(.ok, .object([.init("listes", .array(Self.list))]), "Mille au plus")],
            handler: .task { [lists] _ in
                let found = try await ControlListStore.all(lists.database)
                var json = JSONWriter()
                json.object { $0.member("listes", found) }
                return Response(.ok, .json, json.finish())
            })
    }

    private var create: Route {
        Route(
            .post, "/ml/policies/listes", access: .permission(.configureModels),
            .init("creerListe", tag: CriterionRoutes.tag, "Crée une liste, encore vide"),
            input: .init(["application/json"], .object(Self.members)),
            outputs: [.init(.created, Self.list, "La liste"), Self.impossible, Self.refused],
            rate: .administration, auditEvent: "liste.creee",
            handler: .task { [lists] request in
                let body: NewList = try request.read()
                return Response(.created, .json, try await lists.create(body.list, request).jsonBytes())
            })
    }

    private var show: Route {
        Route(
            .get, "/ml/policies/listes/{code}", access: .permission(.viewCriteria),
            .init(
                "liste", tag: CriterionRoutes.tag, "Les entrées d'une liste, les dernières d'abord",
                details: "Les personnes y sont par leur identifiant interne."),
            parameters: [CriterionRoutes.code] + ListPage.parameters,
            outputs: [.init(.ok, ListPage.schema(Self.entry), "Une page"), Self.unknown],
            handler: .task { [lists] request in
                let code = try await lists.find(CriterionRoutes.code(of: request)).code
                let page = try ListPage(request.query)
                let found = try await ControlListStore.entries(
                    of: code, before: page.id, limit: page.limit, lists.database)
                return page.response(found, next: { $0.id.description })
            })
    }

    private var add: Route {
        Route(
            .post, "/ml/policies/listes/{code}/entrees", access: .permission(.configureModels),
            .init(
                "ajouterEntree", tag: CriterionRoutes.tag,
                "Ajoute une entrée, qui attend l'approbation d'une autre personne",
                details: "Une personne s'ajoute par `classe` et `valeur` ; seul son identifiant interne est gardé."),
            parameters: [CriterionRoutes.code, Idempotency.parameter],
            input: .init(
                ["application/json"],
                .object([
                    .init("valeur", .string(maxLength: 200)),
                    .init("classe", .words(NewEntryBody.classes.map(\.rawValue)), required: false),
                    .init("valide_du", .string(format: "date")), .init("valide_au", .string(format: "date")),
                    .init("motif", .string(maxLength: 1000)), .init("criteres", .array(.string()), required: false),
                ])),
            outputs: [
                .init(.created, .object([.init("id", .string(format: "uuid"))]), "L'entrée attend"), Self.unknown,
                Self.impossible, Self.refused,
            ],
            rate: .administration, auditEvent: "liste.entree_ajoutee",
            handler: .task { [lists, once] request in
                try await once.act(request) { held in
                    let body: NewEntryBody = try request.read()
                    let id = try await lists.add(body.entry, to: CriterionRoutes.code(of: request), request) {
                        id, transaction in
                        try await HeldKey.keep(Self.answer(id), under: held, in: transaction)
                    }
                    return Self.answer(id)
                }
            })
    }

    private static func answer(_ id: UUIDv7) -> Response {
        var json = JSONWriter()
        json.object { $0.member("id", id.description) }
        return Response(.created, .json, json.finish())
    }

    private var approve: Route {
        Route(
            .post, "/ml/policies/listes/{code}/approbation", access: .permission(.approveCriteria),
            .init("approuverListe", tag: CriterionRoutes.tag, "Approuve les entrées que d'autres ont ajoutées"),
            parameters: [CriterionRoutes.code], input: Self.reason,
            outputs: [
                .init(.ok, .object([.init("approuvees", .integer())]), "Elles sont en vigueur"), Self.unknown,
                Self.impossible, Self.refused,
            ],
            rate: .administration, auditEvent: "liste.approuvee",
            handler: .task { [lists] request in
                let body: ReasonBody = try request.read()
                let count = try await lists.approve(
                    CriterionRoutes.code(of: request), reason: body.reason, request)
                var json = JSONWriter()
                json.object { $0.member("approuvees", count) }
                return Response(.ok, .json, json.finish())
            })
    }

    private var withdraw: Route {
        Route(
            .post, "/ml/policies/listes/{code}/entrees/{id}/retrait", access: .permission(.approveCriteria),
            .init("retirerEntree", tag: CriterionRoutes.tag, "Retire une entrée, avec un motif"),
            parameters: [CriterionRoutes.code, .init(.path, "id", .string(format: "uuid"), "L'entrée")],
            input: Self.reason,
            outputs: [.init(.noContent, of: nil, "Elle ne compte plus"), Self.unknown, Self.refused],
            rate: .administration, auditEvent: "liste.entree_retiree",
            handler: .task { [lists] request in
                let body: ReasonBody = try request.read()
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }) else { throw Problem(.notFound) }
                try await lists.withdraw(id, from: CriterionRoutes.code(of: request), reason: body.reason, request)
                return Response(.noContent)
            })
    }
}

private struct NewList: JSONReadable {
    let list: ControlList

    init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        let body = try JSONValue(json: &reader)
        guard let members = body.members, body["entrees"] == nil else { throw reader.refusal(at: place) }
        list = try ControlList(parsing: JSONValue.object(members + [.init("entrees", .array([]))]).jsonBytes())
    }
}

struct ReasonBody: JSONReadable {
    let reason: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var reason: String?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "motif": reason = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.reason = try reader.required(reason, "motif")
    }
}

private struct NewEntryBody: JSONReadable {
    let entry: ControlLists.NewEntry
    static let classes = [PersonClass.ninea, .ppm, .nom]

    init(json reader: inout JSONReader) throws(JSONError) {
        var (value, classe, reason): (String?, PersonClass?, String?)
        var (from, to): (Int32?, Int32?)
        var criteria: [String] = []
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "valeur": value = try reader.string()
            case "classe":
                let place = try reader.offset()
                let text = try reader.string()
                guard let known = Self.classes.first(where: { $0.rawValue == text }) else {
                    throw reader.refusal(at: place)
                }
                classe = known
            case "valide_du": from = try Self.day(&reader)
            case "valide_au": to = try Self.day(&reader)
            case "motif": reason = try reader.string()
            case "criteres": criteria = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        entry = ControlLists.NewEntry(
            value: try reader.required(value, "valeur"), classe: classe,
            from: try reader.required(from, "valide_du"), to: try reader.required(to, "valide_au"),
            reason: try reader.required(reason, "motif"), criteria: criteria)
    }

    private static func day(_ reader: inout JSONReader) throws(JSONError) -> Int32 {
        let place = try reader.offset()
        guard let date = CivilDate(iso: try reader.string()) else { throw reader.refusal(at: place) }
        return Int32(clamping: date.daysSinceEpoch)
    }
}

extension ControlListStore.List: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code)
            writer.member("phrase", sentence)
            writer.member("cle", key)
            if let action { writer.member("action", action) } else { writer.member("exempte", true) }
            writer.member("auteur", author.description)
            writer.member("creee_le", made.rfc3339())
            writer.member("entrees", entries)
            writer.member("en_attente", waiting)
        }
    }
}

extension ControlListStore.Entry: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("personne_id", person?.description)
            writer.member("valeur", value)
            writer.member("valide_du", from.description)
            writer.member("valide_au", to.description)
            writer.member("motif", reason)
            writer.member("criteres", criteria)
            writer.member("auteur", author.description)
            writer.member("approuvee_par", approver?.description)
            writer.member("retiree_le", withdrawn?.rfc3339())
        }
    }
}
