/// A path with named parts: `/api/v2/jobs/{id}`. A last part `{name...}` takes the rest, slashes included.
public struct PathTemplate: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public enum Part: Equatable, Sendable {
        case literal([UInt8])
        case capture
        case rest
    }
    public let description: String
    public let parts: [Part]
    public let parameters: [String]

    /// Templates are written by us: a malformed one is a mistake in the program, and stops it when its table is built.
    public init(_ text: String) {
        precondition(text.hasPrefix("/"), "\(text) does not begin with a slash")
        var parts: [Part] = []
        var parameters: [String] = []
        for segment in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            precondition(parts.last != .rest, "\(text) goes on after its rest")
            let isNamed = segment.hasPrefix("{") && segment.hasSuffix("}")
            let isRest = isNamed && segment.hasSuffix("...}")
            let text = isNamed ? segment.dropFirst().dropLast(isRest ? 4 : 1) : segment
            precondition(!text.contains { "{}".contains($0) }, "\(text) names less than a whole part")
            guard isNamed else {
                parts.append(.literal(Array(text.utf8)))
                continue
            }
            precondition(!text.isEmpty && !parameters.contains(String(text)), "\(text) is nameless or repeated")
            parts.append(isRest ? .rest : .capture)
            parameters.append(String(text))
        }
        (description, self.parts, self.parameters) = (text, parts, parameters)
    }
    public init(stringLiteral value: String) { self.init(value) }
}
