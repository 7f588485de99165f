import HTTP
import JSON

/// Gathers the named schemas of a document while it is written: each is defined once and referred to from then on.
struct SchemaComponents {
    private(set) var schemas: [JSONValue.Member] = []

    mutating func reference(to schema: Schema) -> JSONValue {
        switch schema {
        case .any: [:]
        case .boolean: ["type": "boolean"]
        case .integer(let range): number("integer", range.map { (.int($0.lowerBound), .int($0.upperBound)) })
        case .number(let range): number("number", range.map { (.double($0.lowerBound), .double($0.upperBound)) })
        case .string(let format, let maxLength): string(format, maxLength)
        case .words(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
        case .array(let element): ["type": "array", "items": reference(to: element)]
        case .object(let members): object(members)
        case .map(let value): ["type": "object", "additionalProperties": reference(to: value)]
        case .nullable(let schema): ["anyOf": [reference(to: schema), ["type": "null"]]]
        case .either(let schemas): either(schemas)
        case .named(let name, let schema): named(name, schema)
        case .described(let text, let schema): adding("description", .string(text), to: reference(to: schema))
        case .example(let text, let schema): adding("examples", [example(text)], to: reference(to: schema))
        }
    }

    private mutating func either(_ schemas: [Schema]) -> JSONValue {
        var references: [JSONValue] = []
        for schema in schemas { references.append(reference(to: schema)) }
        return ["anyOf": .array(references)]
    }

    private func number(_ type: JSONValue, _ bounds: (JSONValue, JSONValue)?) -> JSONValue {
        guard let bounds else { return ["type": type] }
        return ["type": type, "minimum": bounds.0, "maximum": bounds.1]
    }

    private func string(_ format: String?, _ maxLength: Int?) -> JSONValue {
        var members: [JSONValue.Member] = [.init("type", "string")]
        if let format { members.append(.init("format", .string(format))) }
        if let maxLength { members.append(.init("maxLength", .int(maxLength))) }
        return .object(members)
    }

    private mutating func object(_ members: [Schema.Member]) -> JSONValue {
        var properties: [JSONValue.Member] = []
        for member in members { properties.append(.init(member.name, reference(to: member.schema))) }
        return [
            "type": "object",
            "properties": .object(properties),
            "required": .array(members.filter(\.isRequired).map { .string($0.name) }),
            "additionalProperties": false,
        ]
    }

    private mutating func named(_ name: String, _ schema: Schema) -> JSONValue {
        if !schemas.contains(where: { $0.name == name }) {
            // Its place is taken first: a schema may refer to itself.
            let place = schemas.count
            schemas.append(.init(name, .null))
            schemas[place].value = reference(to: schema)
        }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    private func adding(_ name: String, _ value: JSONValue, to schema: JSONValue) -> JSONValue {
        guard case .object(let members) = schema else { return schema }
        return .object(members + [.init(name, value)])
    }

    private func example(_ text: StaticString) -> JSONValue {
        (try? JSONValue(parsing: Array(text.description.utf8))) ?? .string(text.description)
    }
}
