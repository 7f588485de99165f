import HTTP

/// The API's reference as a page, drawn by the service itself: it needs no script and no network.
struct DocumentationPage {
    private let routes: [Route]

    init(routes: [Route]) { self.routes = routes }

    var page: Page {
        Page(
            title: "Référence de l'API",
            content: """
                <h1>Référence de l'API</h1>
                <p>Le document OpenAPI 3.1 correspondant est servi à <a href="/openapi.json"><code>/openapi.json</code></a>.
                Tout échec est décrit en <code>application/problem+json</code> ; chaque <a href="/problems">genre d'échec</a> a sa page.</p>
                <nav aria-label="Sommaire">\(summary)</nav>
                \(sections)
                """)
    }

    private var tags: [String] {
        var seen: [String] = []
        for route in routes where !seen.contains(route.documentation.tag) { seen.append(route.documentation.tag) }
        return seen
    }

    private func routes(of tag: String) -> [Route] { routes.filter { $0.documentation.tag == tag } }

    private var summary: [HTML] {
        tags.map { tag in
            let items: [HTML] = routes(of: tag).map { route in
                """
                <li><a href="#\(route.documentation.operation)">\(badge(route)) <code>\(route.path.description)</code></a></li>
                """
            }
            return "<h2>\(tag)</h2><ul class=\"toc\">\(items)</ul>"
        }
    }

    private var sections: [HTML] {
        tags.map { tag in "<section><h2>\(tag)</h2>\(routes(of: tag).map(operation))</section>" }
    }

    private func badge(_ route: Route) -> HTML {
        let name = route.method.name.description
        return "<span class=\"method \(name.lowercased())\">\(name)</span>"
    }

    private func operation(_ route: Route) -> HTML {
        """
        <article id="\(route.documentation.operation)">
        <h3>\(badge(route)) <code>\(route.path.description)</code></h3>
        <p>\(route.documentation.summary)</p>
        \(route.documentation.details.map { "<p>\($0)</p>" as HTML })
        <p class="access">Accès : \(access(route.access))\(route.assurance.isRecent ? " ; mot de passe et code donnés depuis moins de dix minutes" : "")</p>
        \(parameters(route))
        \(route.input.map { input($0, route.limits) })
        \(outputs(route))
        </article>
        """
    }

    private func access(_ access: Access) -> HTML {
        switch access {
        case .anyone: "ouvert à tous"
        case .signedIn: "tout compte"
        case .permission(let permission): "permission <code>\(permission.name)</code>"
        case .localOr(let permission): "la machine elle-même, ou la permission <code>\(permission.name)</code>"
        }
    }

    private func parameters(_ route: Route) -> HTML? {
        guard !route.parameters.isEmpty else { return nil }
        let places = [Route.Parameter.Place.path: "chemin", .query: "requête", .header: "en-tête"]
        let rows: [HTML] = route.parameters.map { parameter in
            """
            <tr><td><code>\(parameter.name)</code></td><td>\(places[parameter.place] ?? "")</td>\
            <td>\(parameter.isRequired ? "oui" : "non")</td><td>\(SchemaOutline(parameter.schema).html)</td>\
            <td>\(parameter.description)</td></tr>
            """
        }
        return """
            <table><caption>Paramètres</caption>
            <thead><tr><th>Nom</th><th>Place</th><th>Exigé</th><th>Forme</th><th>Sens</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }

    private func input(_ input: Route.Input, _ limits: Route.Limits) -> HTML {
        """
        <h4>Corps de la requête</h4>
        <p><code>\(input.mediaTypes.joined(separator: ", "))</code>, au plus \(limits.body) octets</p>
        \(SchemaOutline(input.schema).html)
        """
    }

    private func outputs(_ route: Route) -> HTML {
        let rows: [HTML] = route.outputs.map { output in
            """
            <tr><td>\(Int(output.status.code))</td><td>\(output.mediaType.map { "<code>\($0)</code>" as HTML })</td>\
            <td>\(output.description)\(output.schema.map { SchemaOutline($0).html })</td></tr>
            """
        }
        return """
            <table><caption>Réponses</caption>
            <thead><tr><th>Statut</th><th>Type</th><th>Contenu</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }
}
