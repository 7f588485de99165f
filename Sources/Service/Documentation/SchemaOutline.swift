import HTTP

/// A schema as a reader wants it: the shape in words, members as a list.
struct SchemaOutline {
    private let schema: Schema

    init(_ schema: Schema) { self.schema = schema }

    var html: HTML {
        switch schema {
        case .any: "<em>tout JSON</em>"
        case .boolean: "booléen"
        case .integer(let range): "entier\(range.map { " de \($0.lowerBound) à \($0.upperBound)" as HTML })"
        case .number(let range):
            "nombre\(range.map { " de \(String($0.lowerBound)) à \(String($0.upperBound))" as HTML })"
        case .string(let format, _): "texte\(format.map { " (\($0))" as HTML })"
        case .words(let words):
            "l'un de \(words.enumerated().map { "\($0.offset > 0 ? ", " : "")<code>\($0.element)</code>" as HTML })"
        case .array(let element): "liste de : \(SchemaOutline(element).html)"
        case .object(let members): "<ul class=\"members\">\(members.map(member))</ul>"
        case .map(let value): "objet dont chaque valeur est : \(SchemaOutline(value).html)"
        case .nullable(let schema): "\(SchemaOutline(schema).html), ou <code>null</code>"
        case .either(let schemas):
            "\(schemas.enumerated().map { "\($0.offset > 0 ? " ou " : "")\(SchemaOutline($0.element).html)" as HTML })"
        case .named(_, let schema): SchemaOutline(schema).html
        case .described(let text, let schema): "\(SchemaOutline(schema).html). <span class=\"note\">\(text)</span>"
        case .example(let text, let schema): "\(SchemaOutline(schema).html)<pre>\(text.description)</pre>"
        }
    }

    private func member(_ member: Schema.Member) -> HTML {
        """
        <li><code>\(member.name)</code>\(member.isRequired ? "" : " (facultatif)") : \(SchemaOutline(member.schema).html)</li>
        """
    }
}
