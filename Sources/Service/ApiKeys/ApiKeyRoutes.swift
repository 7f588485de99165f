import HTTP
import JSON
import Platform

extension Permission {
    static let manageApiKeys = Permission("manage_api_keys")
}

/// Machines' keys, for administrators.
struct ApiKeyRoutes {
    let keys: ApiKeys

    var routes: [Route] { [list, create, show, rotate, revoke] }

    private static let tag = "Clés d'API"
    private static let pageSize = 100
    private static let moment = Schema.string(format: "date-time")
    private static let key = Schema.named("CleApi", .object(members))
    private static let members: [Schema.Member] = [
        .init("id", .string(format: "uuid")), .init("nom", .string()), .init("prefixe", .string()),
        .init("permissions", .array(.string())), .init("bureau", .nullable(.string())),
        .init("creee_par", .string(format: "uuid")), .init("creee", moment), .init("tournee", .nullable(moment)),
        .init("expire", moment), .init("revoquee", .nullable(moment)),
        .init("derniere_utilisation", .nullable(moment)),
    ]
    private static let shownOnce = Schema.named(
        "CleApiMontreeUneFois",
        .object([
            .init("cle", .described("À garder en lieu sûr : elle n'est jamais montrée de nouveau.", .string())),
            .init("details", key),
        ]))
    private static let missing = Route.Output(
        .notFound, of: "application/problem+json", "Aucune clé valable n'a cet identifiant")
    private static let identifier = Route.Parameter(.path, "id", .string(format: "uuid"), "La clé")

    private var list: Route {
        Route(
            .get, "/api/v2/api-keys", access: .permission(.manageApiKeys),
            .init("clesApi", tag: Self.tag, "Les clés, de la plus récente à la plus ancienne"),
            parameters: [.init(.query, "cursor", .string(format: "uuid"), "Le « suivant » de la page précédente")],
            outputs: [
                .init(
                    .ok, .object([.init("cles", .array(Self.key)), .init("suivant", .string(), required: false)]),
                    "Une page de clés"), AuthRoutes.invalid,
            ],
            rate: .administration, isOfficeScoped: true,
            handler: .task { [keys] request in
                let cursor = try request.query.single("cursor")
                let before = cursor.flatMap { UUIDv7($0) }
                guard (cursor == nil) == (before == nil) else {
                    throw Problem(
                        .validationFailed,
                        items: [.init(pointer: "cursor", code: "invalid", message: "ce n'est pas un curseur")])
                }
                let found = try await ApiKeyStore.page(
                    before: before, count: Self.pageSize + 1, keys.database.seen(by: request.signedIn()))
                var json = JSONWriter()
                json.object { json in
                    json.key("cles")
                    json.array { json in for key in found.prefix(Self.pageSize) { Self.write(key, to: &json) } }
                    if found.count > Self.pageSize {
                        json.member("suivant", found[Self.pageSize - 1].id.description)
                    }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private var create: Route {
        Route(
            .post, "/api/v2/api-keys", access: .permission(.manageApiKeys), assurance: .recent,
            .init(
                "nouvelleCleApi", tag: Self.tag, "Crée une clé pour une machine",
                details: "La machine l'envoie comme un jeton d'accès : `Authorization: Bearer ia_…`."),
            input: .init(
                ["application/json"],
                .object([
                    .init("nom", .string(maxLength: 100)), .init("permissions", .array(.string())),
                    .init("bureau", .nullable(.string(maxLength: 8)), required: false),
                    .init("jours", .integer(1...ApiKeys.longestDays), required: false),
                ])),
            outputs: [.init(.created, Self.shownOnce, "La clé"), AuthRoutes.conflicting, AuthRoutes.invalid],
            limits: .init(body: 16 << 10), rate: .administration, auditEvent: "cle_api.creee",
            handler: .task { [keys] request in
                let given: Creation = try request.read()
                let own = try request.signedIn().bureau
                let draft = ApiKeyStore.Draft(
                    name: given.name, permissions: given.permissions, bureau: given.bureau ?? own,
                    days: given.days ?? 90)
                return Self.answer(.created, try await keys.create(draft, request))
            })
    }

    private var show: Route {
        Route(
            .get, "/api/v2/api-keys/{id}", access: .permission(.manageApiKeys),
            .init("cleApi", tag: Self.tag, "Une clé, sans son secret"), parameters: [Self.identifier],
            outputs: [.init(.ok, Self.key, "La clé"), Self.missing], rate: .administration, isOfficeScoped: true,
            handler: .task { [keys] request in
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }),
                    let key = try await ApiKeyStore.key(id, keys.database.seen(by: request.signedIn()))
                else { throw Problem(.notFound) }
                var json = JSONWriter()
                Self.write(key, to: &json)
                return Response(.ok, .json, json.finish())
            })
    }

    private var rotate: Route {
        Route(
            .post, "/api/v2/api-keys/{id}/rotate", access: .permission(.manageApiKeys), assurance: .recent,
            .init(
                "rotationDeCleApi", tag: Self.tag, "Donne à une clé un nouveau secret",
                details: "L'ancien cesse aussitôt de valoir, ou après `recouvrement_minutes`."),
            parameters: [Self.identifier],
            input: .init(
                ["application/json"],
                .object([.init("recouvrement_minutes", .integer(0...ApiKeys.longestOverlap), required: false)])),
            outputs: [.init(.ok, Self.shownOnce, "La clé et son nouveau secret"), Self.missing, AuthRoutes.invalid],
            limits: .init(body: 1 << 10), rate: .administration, isOfficeScoped: true, auditEvent: "cle_api.tournee",
            handler: .task { [keys] request in
                let given: Rotation = try request.read()
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }),
                    let rotated = try await keys.rotate(id, overlap: given.overlap, request)
                else { throw Problem(.notFound) }
                return Self.answer(.ok, rotated)
            })
    }

    private var revoke: Route {
        Route(
            .delete, "/api/v2/api-keys/{id}", access: .permission(.manageApiKeys),
            .init("revocationDeCleApi", tag: Self.tag, "Révoque une clé, aussitôt et pour toujours"),
            parameters: [Self.identifier],
            outputs: [.init(.noContent, of: nil, "Elle ne vaut plus rien"), Self.missing], rate: .administration,
            isOfficeScoped: true, auditEvent: "cle_api.revoquee",
            handler: .task { [keys] request in
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }), try await keys.revoke(id, request)
                else { throw Problem(.notFound) }
                return Response(.noContent)
            })
    }

    private static func answer(_ status: Status, _ made: (key: ApiKey, secret: ApiKeySecret)) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.member("cle", made.secret.text)
            json.key("details")
            write(made.key, to: &json)
        }
        return Response(status, .json, json.finish())
    }

    private static func write(_ key: ApiKey, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", key.id.description)
            json.member("nom", key.name)
            json.member("prefixe", key.prefix)
            json.member("permissions", key.permissions)
            json.member("bureau", key.bureau)
            json.member("creee_par", key.createdBy.description)
            json.member("creee", key.created.rfc3339(.seconds))
            json.member("tournee", key.rotated?.rfc3339(.seconds))
            json.member("expire", key.expires.rfc3339(.seconds))
            json.member("revoquee", key.revoked?.rfc3339(.seconds))
            json.member("derniere_utilisation", key.lastUsed?.rfc3339(.seconds))
        }
    }
}

private struct Creation: JSONReadable {
    let name: String
    let permissions: [String]
    let bureau: String?
    let days: Int?

    init(json reader: inout JSONReader) throws(JSONError) {
        var (name, bureau): (String?, String?)
        var permissions: [String]?
        var days: Int?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "nom": name = try reader.string()
            case "permissions":
                var names: [String] = []
                try reader.array { reader throws(JSONError) in names.append(try reader.string()) }
                permissions = names
            case "bureau": bureau = try reader.null() ? nil : try reader.string()
            case "jours": days = try reader.int()
            default: throw reader.unknownMember(key)
            }
        }
        self.name = try reader.required(name, "nom")
        self.permissions = try reader.required(permissions, "permissions")
        (self.bureau, self.days) = (bureau, days)
    }
}

private struct Rotation: JSONReadable {
    let overlap: Int

    init(json reader: inout JSONReader) throws(JSONError) {
        var overlap = 0
        try reader.object { key, reader throws(JSONError) in
            guard "recouvrement_minutes" ~= key else { throw reader.unknownMember(key) }
            let offset = try reader.offset()
            overlap = try reader.int()
            guard 0...ApiKeys.longestOverlap ~= overlap else { throw reader.refusal(at: offset) }
        }
        self.overlap = overlap
    }
}
