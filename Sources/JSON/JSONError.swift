/// Why, where and in which value a text was not the JSON that was expected.
public struct JSONError: Error, Equatable, Sendable {
    public let reason: Reason
    /// Bytes from the start of the text.
    public let offset: Int
    /// Counted from 1; a column is a Unicode scalar.
    public let line: Int, column: Int
    /// The RFC 6901 pointer to the offending value: "/articles/0/masse_nette"; "" is the whole text. Of a name longer
    /// than 128 characters only the beginning is given.
    public private(set) var pointer: String

    /// A stable identifier of the reason, fit for programs.
    public var code: String { reason.rawValue }

    init(_ reason: Reason, at offset: Int, line: Int, column: Int) {
        (self.reason, self.offset, self.line, self.column) = (reason, offset, line, column)
        pointer = ""
    }

    /// The same error seen from the container that holds the value under `segment`.
    @usableFromInline @inline(never)
    func inside(_ segment: String) -> JSONError {
        var error = self
        error.pointer = "/" + Self.escaped(segment) + pointer
        return error
    }

    /// A hostile name must not make the answer longer than the question.
    private static let longestSegment = 128

    private static func escaped(_ segment: String) -> String {
        var text = ""
        for scalar in segment.unicodeScalars.prefix(longestSegment) {
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
