import HTTP
import JSON
import Platform
import Postgres

/// What else there is of whom and of what a declaration is about.
struct RelatedRoutes {
    let analysis: AnalysisService

    var routes: [Route] { [related] }

    private static let link = Schema.object([
        .init("lien", .words(["importateur", "declarant", "conteneur", "marchandise"])),
        .init("libelle", .nullable(.string())), .init("nombre", .integer()),
        .init("plafonne", .described("Il y en a davantage : seules les plus récentes sont comptées.", .boolean)),
        .init(
            "issues",
            .described(
                "Vérifiées par des contrôles ; les autres ne sont pas comptées.",
                .object([.init("conforme", .integer()), .init("fraude", .integer()), .init("montant", .number())]))),
        .init("dernieres", .array(.map(.any))),
    ])

    private var related: Route {
        Route(
            .get, "/api/v2/declarations/{annee}/{bureau}/{numero}/liees", access: .permission(.viewPredictions),
            .init(
                "declarationsLiees", tag: DeclarationRoutes.tag,
                "Les déclarations liées : même importateur, déclarant, conteneur, ou marchandise de même origine"),
            parameters: RecordRoutes.number,
            outputs: [
                .init(
                    .ok, .object([.init("numero_declaration", .string()), .init("liens", .array(Self.link))]),
                    "Les liens, avec leurs issues vérifiées et les dernières déclarations de chacun"),
                QueueRoutes.unknown,
            ],
            isOfficeScoped: true, handler: .task { request in try await show(request) })
    }

    private struct Link {
        let name: String
        var label: String?
        let found: RelatedStore.Found
    }

    private func show(_ request: Request) async throws -> Response {
        let (number, principal) = (RecordRoutes.number(of: request), try request.signedIn())
        let database = analysis.database.seen(by: principal)
        guard !number.utf8.contains(0), let one = try await RelatedStore.subject(number, database) else {
            throw Problem(.notFound)
        }
        var links = try await links(of: one, database)
        let ids = Set(links.flatMap(\.found.latest) + [one.id])
        let lines = try await QueueStore.lines(Array(ids), database).map(\.record)
        let names = try await analysis.names(in: lines, for: principal, database)
        let byID = Dictionary(zip(lines, names).map { ($0.id, ($0, $1)) }) { first, _ in first }
        let own = byID[one.id]?.1
        for place in links.indices {
            switch links[place].name {
            case "importateur": links[place].label = own?["destinataire_nom"] ?? own?["ninea"]
            case "declarant": links[place].label = own?["declarant_nom"] ?? own?["code_ppm_declarant"]
            default: break
            }
        }
        var json = JSONWriter()
        json.object { json in
            json.member("numero_declaration", number)
            json.key("liens")
            json.array { json in
                for link in links {
                    json.object { json in
                        Self.write(link, to: &json)
                        json.key("dernieres")
                        json.array { json in
                            for (line, names) in link.found.latest.compactMap({ byID[$0] }) {
                                json.object { line.write(names, to: &$0) }
                            }
                        }
                    }
                }
            }
        }
        return Response(.ok, .json, json.finish())
    }

    /// What the declaration does not have links nothing.
    private func links(of one: RelatedStore.Subject, _ database: some Queryable) async throws -> [Link] {
        var links: [Link] = []
        func add(_ name: String, _ label: String?, _ found: RelatedStore.Found?) {
            if let found { links.append(Link(name: name, label: label, found: found)) }
        }
        if let person = one.importer {
            add("importateur", nil, try await RelatedStore.byImporter(one, person, database))
        }
        if let person = one.declarant {
            add("declarant", nil, try await RelatedStore.byDeclarant(one, person, database))
        }
        if let container = one.container {
            add("conteneur", container, try await RelatedStore.byContainer(one, container, database))
        }
        if let code = one.code, let origin = one.origin {
            add(
                "marchandise", "\(code) · \(origin)",
                try await RelatedStore.byGoods(one, code: code, origin: origin, database))
        }
        return links
    }

    private static func write(_ link: Link, to json: inout JSONWriter) {
        json.member("lien", link.name)
        json.member("libelle", link.label)
        json.member("nombre", link.found.count)
        json.member("plafonne", link.found.count == RelatedStore.most)
        json.key("issues")
        json.object { json in
            json.member("conforme", link.found.conforme)
            json.member("fraude", link.found.fraud)
            json.member("montant", link.found.amount)
        }
    }
}
