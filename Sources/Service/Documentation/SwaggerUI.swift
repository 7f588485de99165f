import Glibc
import HTTP
import Platform

/// Swagger UI, when its files are installed on this machine: a livelier reader of the OpenAPI document.
struct SwaggerUI: Sendable {
    private let directory: String
    private let pool: WorkerPool

    private static let files: [(name: String, type: ContentType)] = [
        ("swagger-ui.css", .css), ("swagger-ui-bundle.js", .javascript),
    ]

    /// Nil unless the folder holds what the page needs.
    init?(directory: String, pool: WorkerPool) {
        guard Self.files.allSatisfy({ access("\(directory)/\($0.name)", R_OK) == 0 }) else { return nil }
        (self.directory, self.pool) = (directory, pool)
    }

    var page: Response {
        let html: HTML = """
            <!doctype html>
            <html lang="fr">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>API · InspectIA</title>
            <link rel="icon" href="/assets/inspectia.svg">
            <link rel="stylesheet" href="/docs/swagger/swagger-ui.css">
            </head>
            <body>
            <div id="swagger"></div>
            <noscript><p>Cette page demande JavaScript. Le document OpenAPI est servi à <a href="/openapi.json">/openapi.json</a>.</p></noscript>
            <script src="/docs/swagger/swagger-ui-bundle.js"></script>
            <script src="/assets/swagger-start.js"></script>
            </body>
            </html>

            """
        return Response(.ok, .html, html.text)
    }

    var route: Route {
        Route(
            .get, "/docs/swagger/{file}", access: .signedIn,
            .init("fichierSwagger", tag: "Fichiers des pages", "Un fichier de Swagger UI"),
            parameters: [.init(.path, "file", .words(Self.files.map(\.name)), "Le nom du fichier")],
            outputs: [.init(.ok, of: "text/javascript", "Le fichier")],
            handler: .task { [directory, pool] request in
                guard let file = Self.files.first(where: { $0.name == request.parameter("file") }) else {
                    throw Problem(.notFound)
                }
                return try await FileResponse(path: "\(directory)/\(file.name)", type: file.type, pool: pool)
                    .response(to: request).revalidated
            })
    }
}
