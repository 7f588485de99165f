public import JSON

/// All fields of declarations and articles: the one table that mapping, decoding, features and pages share.
public struct Vocabulary: Sendable {
    public let fields: [Field]
    /// The same fields as formulas know them: a field has the same index in both.
    public let schema: FactSchema
    public let required: [String]
    private let byName: [String: Int]

    public static let file = "vocabulaire.json"
    /// More would be a mistake: a mapping looks at each column against each alias.
    static let mostFields = 1000

    public static func load(from configuration: ConfigurationDirectory) throws(CustomsError) -> Vocabulary {
        try configuration.read(file)
    }

    public func index(of name: String) -> Int? { byName[name] }
    public subscript(_ name: String) -> Field? { byName[name].map { fields[$0] } }

    private init(_ fields: [Field], _ byName: [String: Int]) {
        (self.fields, self.byName) = (fields, byName)
        required = fields.filter(\.isRequired).map(\.name)
        schema = FactSchema(fields.map { ($0.name, $0.kind.factKind) })
    }
}

extension Vocabulary: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var version: Int?
        var fields: [Field]?
        var byName: [String: Int] = [:]
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "version":
                let place = try reader.offset()
                version = try reader.int()
                guard version == 1 else { throw reader.refusal(at: place) }
            case "champs":
                var read: [Field] = []
                try reader.array { reader throws(JSONError) in
                    let place = try reader.offset()
                    let field: Field = try reader.read()
                    guard byName.updateValue(read.count, forKey: field.name) == nil, read.count < Self.mostFields
                    else { throw reader.refusal(at: place) }
                    read.append(field)
                }
                fields = read
            default: throw reader.unknownMember(key)
            }
        }
        _ = try reader.required(version, "version")
        self.init(try reader.required(fields, "champs"), byName)
    }
}
