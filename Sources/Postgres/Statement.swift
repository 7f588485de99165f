/// SQL text written in the program's source. A literal cannot be built from data, so data cannot become SQL; each
/// connection prepares a literal once and afterwards sends its parameters only.
public struct Statement: ExpressibleByStringLiteral, Sendable, CustomStringConvertible {
    enum Text: Sendable {
        case literal(StaticString)
        case composed(String)
    }
    let text: Text

    public init(stringLiteral value: StaticString) { text = .literal(value) }
    init(composed: String) { text = .composed(composed) }

    public var description: String {
        switch text {
        case .literal(let literal): literal.description
        case .composed(let composed): composed
        }
    }

    /// Identifies a literal among the prepared statements of a connection; composed text is not kept there.
    var key: UInt? {
        guard case .literal(let literal) = text, literal.hasPointerRepresentation else { return nil }
        return UInt(bitPattern: literal.utf8Start)
    }

    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        switch text {
        case .literal(let literal) where literal.hasPointerRepresentation:
            // A literal of the source ends with a NUL in the binary.
            literal.utf8Start.withMemoryRebound(to: CChar.self, capacity: literal.utf8CodeUnitCount + 1, body)
        default: description.withCString(body)
        }
    }
}

/// A statement put together from literals, for searches whose criteria are chosen at run time.
///
///     var search = ComposedStatement("SELECT … FROM declarations WHERE bureau = ", bureau)
///     if let chapitre { search.append(" AND chapitre = ", chapitre) }
///     search.append(descending ? " ORDER BY score DESC" : " ORDER BY score")
public struct ComposedStatement: Sendable {
    private var text = ""
    public private(set) var parameters: [any PostgresEncodable] = []

    public init(_ fragment: StaticString) { append(fragment) }
    public init(_ fragment: StaticString, _ parameter: any PostgresEncodable) { append(fragment, parameter) }

    public mutating func append(_ fragment: StaticString) { text += fragment.description }
    /// The fragment, then a placeholder for the parameter.
    public mutating func append(_ fragment: StaticString, _ parameter: any PostgresEncodable) {
        parameters.append(parameter)
        text += "\(fragment)$\(parameters.count)"
    }

    public var statement: Statement { Statement(composed: text) }
}
