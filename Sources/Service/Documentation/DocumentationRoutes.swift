import CAssets
import HTTP
import JSON
import Platform

/// The API described by itself: the OpenAPI document, a page to read it, a page for each kind of problem.
struct DocumentationRoutes {
    private let version: String
    private let swagger: SwaggerUI?

    init(version: String, swagger: SwaggerUI?) { (self.version, self.swagger) = (version, swagger) }

    private static let tag = "Documentation"

    /// The routes of this part, describing `all`. To describe these too, ask twice: what describes them is not needed
    /// to describe them.
    func routes(describing all: [Route]) -> [Route] {
        [openAPI(all), docs(all)] + (swagger.map { [$0.route] } ?? []) + [problems, problem]
            + [
                asset("/assets/inspectia.css", "feuilleDeStyle", .css, cassets_stylesheet()),
                asset("/assets/inspectia.svg", "icone", .svg, cassets_icon()),
                asset("/assets/swagger-start.js", "demarrageSwagger", .javascript, cassets_swagger_start()),
            ]
    }

    private func openAPI(_ all: [Route]) -> Route {
        let document = Once { [version] in OpenAPI(routes: all, version: version).document.jsonBytes() }
        return Route(
            .get, "/openapi.json", access: .signedIn,
            .init("openapi", tag: Self.tag, "Le document OpenAPI 3.1 de cette API"),
            outputs: [.init(.ok, .map(.any), "Le document")],
            handler: .task { _ in Response(.ok, .json, document.value).withEntityTag().revalidated })
    }

    private func docs(_ all: [Route]) -> Route {
        let swagger = self.swagger
        let page = Once { swagger?.page ?? DocumentationPage(routes: all).page.response() }
        return Route(
            .get, "/docs", access: .signedIn,
            .init("documentation", tag: Self.tag, "La référence de l'API, à lire"),
            outputs: [.init(.ok, of: "text/html", "La page")],
            handler: .task { _ in page.value.withEntityTag().revalidated })
    }

    private var problems: Route {
        let items: [HTML] = ProblemKind.all.map { kind in
            """
            <dt><a href="\(Problem.page(of: kind.code))"><code>\(kind.code)</code></a> · \(kind.title) (\(Int(kind.status.code)))</dt>
            <dd>\(kind.explanation)</dd>
            """
        }
        let page = Page(title: "Genres d'échec", content: "<h1>Genres d'échec</h1><dl>\(items)</dl>")
        return Route(
            .get, "/problems", access: .anyone, .init("problemes", tag: Self.tag, "Les genres d'échec et leur sens"),
            outputs: [.init(.ok, of: "text/html", "La page")], handler: .task { _ in page.response().withEntityTag() })
    }

    private var problem: Route {
        Route(
            .get, "/problems/{code}", access: .anyone,
            .init("probleme", tag: Self.tag, "Ce que signifie un genre d'échec et que faire"),
            parameters: [.init(.path, "code", .words(ProblemKind.all.map(\.code)), "Le code reçu")],
            outputs: [.init(.ok, of: "text/html", "La page")],
            handler: .task { request in
                guard let kind = ProblemKind.all.first(where: { $0.code == request.parameter("code") }) else {
                    throw Problem(.notFound)
                }
                return Page(
                    title: kind.title,
                    content: """
                        <h1>\(kind.title)</h1>
                        <p>\(kind.explanation)</p>
                        <dl><dt>Code</dt><dd><code>\(kind.code)</code></dd>
                        <dt>Statut HTTP</dt><dd>\(Int(kind.status.code)) \(kind.status.reason.description)</dd>
                        <dt>La même requête peut-elle réussir plus tard ?</dt><dd>\(kind.isRetryable ? "oui" : "non, pas sans changement")</dd></dl>
                        <p><a href="/problems">Tous les genres d'échec</a></p>
                        """
                ).response().withEntityTag()
            })
    }

    private func asset(_ path: PathTemplate, _ operation: String, _ type: ContentType, _ file: cassets_file) -> Route {
        let bytes = Array(UnsafeBufferPointer(start: file.bytes, count: file.size))
        let response = Response(.ok, type, bytes).withEntityTag().adding("Cache-Control", "public, max-age=3600")
        return Route(
            .get, path, access: .anyone, .init(operation, tag: "Fichiers des pages", "Un fichier des pages"),
            outputs: [.init(.ok, of: String(type.text.prefix { $0 != ";" }), "Le fichier")],
            isQuiet: true, handler: .task { _ in response })
    }
}

extension Response {
    /// Kept by the reader's own browser only, and asked for anew each time: there is nothing about anybody in it.
    var revalidated: Response { adding("Cache-Control", "private, no-cache") }
}
