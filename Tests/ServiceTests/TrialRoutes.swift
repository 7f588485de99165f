import HTTP
import JSON
import Platform
import Postgres

@testable import Service

/// Routes that the service does not have yet, to see it do what it will do for them.
enum TrialRoutes {
    static let permission = Permission.manageUsers

    static func all(_ database: Database) -> [Route] {
        [
            guarded("/essai/compte", "essaiCompte", .signedIn),
            guarded("/essai/permission", "essaiPermission", .permission(permission)),
            guarded("/essai/local", "essaiLocal", .localOr(permission)),
            Route(
                .get, "/essai/machine", access: .permission(Permission("upload_documents")),
                .init("essaiMachine", tag: "Essai", "Un accès de machine"),
                outputs: [.init(.noContent, of: nil, "Rien")], admitsKeys: true,
                handler: .immediate { _ in Response(.noContent) }),
            large, declared, stored(database), broken,
        ]
    }

    private static func guarded(_ path: PathTemplate, _ operation: String, _ access: Access) -> Route {
        Route(
            .get, path, access: access, .init(operation, tag: "Essai", "Un accès"),
            outputs: [.init(.noContent, of: nil, "Rien")], handler: .immediate { _ in Response(.noContent) })
    }

    static let largeText = String(repeating: "des lignes qui se ressemblent, ", count: 2000)

    private static var large: Route {
        Route(
            .get, "/essai/long", access: .anyone, .init("essaiLong", tag: "Essai", "Un texte long"),
            outputs: [.init(.ok, of: "text/plain", "Le texte")],
            handler: .task { _ in Response(.ok, .plain, largeText).withEntityTag() })
    }

    /// Takes JSON of every shape that a description can name.
    private static var declared: Route {
        let article = Schema.named(
            "Article",
            .object([
                .init("code_sh", .example(#""3004320000""#, .string(maxLength: 10))),
                .init("masse_nette", .nullable(.number(0...1e9)), required: false),
                .init("parties", .array(.named("Partie", .map(.boolean)))),
            ]))
        return Route(
            .post, "/essai/{annee}/articles", access: .anyone,
            .init("essaiArticles", tag: "Essai", "Des articles", details: "Avec des <détails> & des signes."),
            parameters: [
                .init(.path, "annee", .integer(1900...2100), "L'année"),
                .init(.query, "tri", .words(["code", "masse"]), "L'ordre"),
            ],
            input: .init(["application/json"], .array(article)), outputs: [.init(.created, article, "L'article")],
            limits: .init(body: 1000),
            handler: .task { request in
                guard case .bytes(let bytes) = request.body else { throw Problem(.malformedRequest) }
                return Response(.created, .json, try JSONValue(parsing: bytes).jsonBytes())
            })
    }

    private static func stored(_ database: Database) -> Route {
        Route(
            .get, "/essai/base", access: .anyone, .init("essaiBase", tag: "Essai", "Une lecture"),
            outputs: [.init(.ok, of: "text/plain", "La valeur")],
            handler: .task { _ in
                let value: String = try await database.queryOne("SELECT 'lu'")?.get(0) ?? ""
                return Response(.ok, .plain, value)
            })
    }

    private static var broken: Route {
        struct Secret: Error { let password = "canari-secret" }
        return Route(
            .get, "/essai/panne", access: .anyone, .init("essaiPanne", tag: "Essai", "Une panne"),
            outputs: [.init(.internalServerError, of: "application/problem+json", "La panne")],
            handler: .task { _ in throw Secret() })
    }
}
