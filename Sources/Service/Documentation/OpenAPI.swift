import HTTP
import JSON

/// The OpenAPI 3.1 document, made from the route table: what it says is what the service does.
struct OpenAPI {
    private let routes: [Route]
    private let version: String

    init(routes: [Route], version: String) { (self.routes, self.version) = (routes, version) }

    var document: JSONValue {
        var components = SchemaComponents()
        let paths = self.paths(&components)
        let problem = components.reference(to: Self.problem)
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "InspectIA", "version": .string(version),
                "description":
                    "Aide au ciblage des contrôles douaniers : lecture, analyse, explication et décision.",
            ],
            "servers": [["url": "/"]],
            "tags": .array(tags.map { ["name": .string($0)] }),
            "paths": .object(paths),
            "components": [
                "schemas": .object(components.schemas),
                "responses": ["Probleme": Self.problemResponse(problem)],
                "securitySchemes": [
                    "jeton": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"],
                    "cleApi": [
                        "type": "http", "scheme": "bearer", "description": "Clé d'une machine : ia_…",
                    ],
                    "session": ["type": "apiKey", "in": "cookie", "name": "__Host-session"],
                ],
            ],
        ]
    }

    private var tags: [String] {
        var seen: [String] = []
        for route in routes where !seen.contains(route.documentation.tag) { seen.append(route.documentation.tag) }
        return seen
    }

    /// One entry a path, with its methods, in the table's order.
    private func paths(_ components: inout SchemaComponents) -> [JSONValue.Member] {
        var paths: [(path: String, operations: [JSONValue.Member])] = []
        for route in routes {
            let path = route.path.description.replacing("...}", with: "}")
            let name = route.method.name.description.lowercased()
            let entry = JSONValue.Member(name, .object(operation(route, &components)))
            if let place = paths.firstIndex(where: { $0.path == path }) {
                paths[place].operations.append(entry)
            } else {
                paths.append((path, [entry]))
            }
        }
        return paths.map { .init($0.path, .object($0.operations)) }
    }

    private func operation(_ route: Route, _ components: inout SchemaComponents) -> [JSONValue.Member] {
        let documentation = route.documentation
        var members: [JSONValue.Member] = [
            .init("operationId", .string(documentation.operation)),
            .init("tags", [.string(documentation.tag)]),
            .init("summary", .string(documentation.summary)),
        ]
        if let details = documentation.details { members.append(.init("description", .string(details))) }
        if !route.parameters.isEmpty {
            members.append(.init("parameters", .array(route.parameters.map { parameter($0, &components) })))
        }
        if let input = route.input { members.append(.init("requestBody", body(input, route.limits, &components))) }
        members.append(.init("responses", .object(responses(route, &components))))
        members.append(.init("security", security(route.access, admitsKeys: route.admitsKeys)))
        if let permission = route.access.permission {
            members.append(.init("x-permission", .string(permission.name)))
        }
        if route.assurance.isRecent { members.append(.init("x-recent-authentication", true)) }
        members.append(.init("x-rate-limit", .string(route.rate.rawValue)))
        if route.isOfficeScoped { members.append(.init("x-office-scope", true)) }
        if let event = route.auditEvent { members.append(.init("x-audit-event", .string(event))) }
        return members
    }

    private func parameter(_ parameter: Route.Parameter, _ components: inout SchemaComponents) -> JSONValue {
        [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "required": .bool(parameter.isRequired), "description": .string(parameter.description),
            "schema": components.reference(to: parameter.schema),
        ]
    }

    private func body(
        _ input: Route.Input, _ limits: Route.Limits, _ components: inout SchemaComponents
    ) -> JSONValue {
        let schema = components.reference(to: input.schema)
        return [
            "required": true,
            "description": .string("Au plus \(limits.body) octets."),
            "content": .object(input.mediaTypes.map { .init($0, ["schema": schema]) }),
        ]
    }

    /// What the table says, and the problem that any route may answer.
    private func responses(_ route: Route, _ components: inout SchemaComponents) -> [JSONValue.Member] {
        var responses: [JSONValue.Member] = []
        for output in route.outputs {
            var members: [JSONValue.Member] = [.init("description", .string(output.description))]
            if let type = output.mediaType {
                let schema = output.schema.map { components.reference(to: $0) } ?? [:]
                members.append(.init("content", .object([.init(type, ["schema": schema])])))
            }
            responses.append(.init(String(output.status.code), .object(members)))
        }
        return responses + [.init("default", ["$ref": "#/components/responses/Probleme"])]
    }

    private func security(_ access: Access, admitsKeys: Bool) -> JSONValue {
        let schemes: [JSONValue] = [["jeton": []], ["session": []]] + (admitsKeys ? [["cleApi": []]] : [])
        return switch access {
        case .anyone: []
        case .localOr: .array([[:]] + schemes)
        case .signedIn, .permission: .array(schemes)
        }
    }

    private static func problemResponse(_ schema: JSONValue) -> JSONValue {
        [
            "description": "Échec, décrit selon la RFC 9457.",
            "content": ["application/problem+json": ["schema": schema]],
        ]
    }

    private static let problem = Schema.named(
        "Probleme",
        .object([
            .init(
                "type",
                .described("Adresse de la page qui explique ce genre d'échec.", .string(format: "uri-reference"))),
            .init("title", .string()),
            .init("status", .integer(400...599)),
            .init("code", .words(ProblemKind.all.map(\.code))),
            .init("detail", .string(), required: false),
            .init("instance", .string(format: "uri-reference"), required: false),
            .init("trace_id", .string(), required: false),
            .init("retryable", .boolean),
            .init(
                "errors",
                .array(
                    .object([
                        .init("pointer", .described("Pointeur JSON (RFC 6901) ou nom du paramètre.", .string())),
                        .init("code", .string()), .init("message", .string()),
                    ])), required: false),
        ]))
}
