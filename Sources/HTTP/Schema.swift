/// The shape of a JSON value, as the API's documentation tells it (JSON Schema, as far as OpenAPI 3.1 needs it here).
public indirect enum Schema: Sendable {
    case any
    case boolean
    case integer(ClosedRange<Int>? = nil)
    case number(ClosedRange<Double>? = nil)
    /// `format` as JSON Schema names it: `date-time`, `uuid`, `binary`…
    case string(format: String? = nil, maxLength: Int? = nil)
    /// One of these words.
    case words([String])
    case array(Schema)
    /// Members that are not named are refused.
    case object([Member])
    /// Any number of members of one shape.
    case map(Schema)
    case nullable(Schema)
    /// One of these shapes.
    case either([Schema])
    /// Shared by several places under a name; the name is unique in the API.
    case named(String, Schema)
    case described(String, Schema)
    /// With a value that shows it, as JSON text.
    case example(StaticString, Schema)

    public struct Member: Sendable {
        public let name: String
        public let schema: Schema
        public let isRequired: Bool
        public init(_ name: String, _ schema: Schema, required: Bool = true) {
            (self.name, self.schema, self.isRequired) = (name, schema, required)
        }
    }
}
