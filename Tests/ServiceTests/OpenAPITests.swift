import HTTP
import JSON
import TestKit
import Testing

@testable import Service

/// The document against the table that it is made from, and against itself.
@Suite struct OpenAPITests {
    private let service = RunningService.proxied

    private func document() throws -> (JSONValue, [Route]) {
        let service = try service.get().service
        return (try JSONValue(parsing: try service.ask("GET", "/openapi.json").body), service.routes)
    }

    private func operations(_ document: JSONValue) throws -> [String: JSONValue] {
        var operations: [String: JSONValue] = [:]
        for path in try #require(document["paths"]?.members) {
            for operation in try #require(path.value.members) {
                operations["\(operation.name.uppercased()) \(path.name)"] = operation.value
            }
        }
        return operations
    }

    @Test func itsOperationsAreTheRoutes() throws {
        let (document, routes) = try document()
        #expect(document["openapi"]?.string == "3.1.0")
        #expect(document["info"]?["version"]?.string == Service.version)
        let operations = try operations(document)
        #expect(Set(operations.keys) == Set(routes.map { "\($0.method.name) \($0.path)" }))
        let names = operations.values.compactMap { $0["operationId"]?.string }
        #expect(names.count == routes.count)
        #expect(Set(names).count == names.count)
        #expect(Set(names) == Set(routes.map(\.documentation.operation)))
        let tags = document["tags"]?.array?.compactMap { $0["name"]?.string } ?? []
        #expect(Set(tags) == Set(operations.values.flatMap { $0["tags"]?.array?.compactMap(\.string) ?? [] }))
    }

    @Test func itSaysWhoMayAsk() throws {
        let (document, routes) = try document()
        let operations = try operations(document)
        let schemes = document["components"]?["securitySchemes"]?.members?.map(\.name) ?? []
        for route in routes {
            let operation = try #require(operations["\(route.method.name) \(route.path)"])
            let security = try #require(operation["security"]?.array)
            let accounts = security.filter { $0 != [:] }
            #expect(accounts.allSatisfy { $0.members.map { $0.count == 1 && schemes.contains($0[0].name) } ?? false })
            let ways = route.admitsKeys ? 3 : 2
            switch route.access {
            case .anyone: #expect(security.isEmpty)
            case .localOr: #expect(security.contains([:]) && accounts.count == ways)
            case .signedIn, .permission: #expect(!security.contains([:]) && accounts.count == ways)
            }
            #expect(operation["x-permission"]?.string == route.access.permission?.name)
        }
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let (document, _) = try document()
        var found: Set<String> = []
        Self.walk(document) { value in
            if let reference = value["$ref"]?.string { found.insert(reference) }
        }
        #expect(found.contains("#/components/schemas/Article"))
        for reference in found {
            #expect(reference.hasPrefix("#/"))
            #expect(document.at(String(reference.dropFirst()))?.members?.isEmpty == false, "\(reference)")
        }
        for named in try #require(document["components"]?["schemas"]?.members) {
            #expect(found.contains("#/components/schemas/\(named.name)"), "\(named.name) is used nowhere")
        }
    }

    @Test func everySchemaIsOne() throws {
        let (document, _) = try document()
        let types = ["string", "number", "integer", "boolean", "object", "array", "null"]
        Self.walk(document) { value in
            guard let schema = value["schema"] ?? value["items"] else { return }
            if let type = schema["type"]?.string { #expect(types.contains(type)) }
            if let required = schema["required"]?.array?.compactMap(\.string) {
                let properties = schema["properties"]?.members?.map(\.name) ?? []
                #expect(Set(required).isSubset(of: properties))
            }
        }
        let article = document["components"]?["schemas"]?["Article"]
        #expect(article?["required"] == ["code_sh", "parties"])
        #expect(article?["additionalProperties"]?.bool == false)
        #expect(article?["properties"]?["code_sh"]?["examples"] == ["3004320000"])
        #expect(article?["properties"]?["code_sh"]?["maxLength"]?.int == 10)
        #expect(article?["properties"]?["masse_nette"]?["anyOf"]?[1] == ["type": "null"])
    }

    @Test func parametersAndAnswersAreThoseOfTheTable() throws {
        let (document, routes) = try document()
        let operations = try operations(document)
        for route in routes {
            let operation = try #require(operations["\(route.method.name) \(route.path)"])
            let parameters = operation["parameters"]?.array ?? []
            for name in route.path.parameters {
                let parameter = try #require(parameters.first { $0["name"]?.string == name }, "\(route.path)")
                #expect(parameter["in"]?.string == "path" && parameter["required"]?.bool == true)
            }
            let answers = operation["responses"]?.members?.map(\.name) ?? []
            #expect(Set(answers) == Set(route.outputs.map { String($0.status.code) } + ["default"]))
            #expect((operation["requestBody"] != nil) == (route.input != nil))
        }
    }

    @Test func theCommandWritesTheSameForTheServicesOwnRoutes() throws {
        let written = try JSONValue(parsing: try Service.openAPI(.reading([:])))
        let (served, _) = try document()
        let operations = try operations(served)
        for (name, operation) in try self.operations(written) { #expect(operations[name] == operation, "\(name)") }
        #expect(written["paths"]?["/docs/swagger/{file}"] == nil)
    }

    private static func walk(_ value: JSONValue, _ visit: (JSONValue) -> Void) {
        visit(value)
        for element in value.array ?? [] { walk(element, visit) }
        for member in value.members ?? [] { walk(member.value, visit) }
    }
}
