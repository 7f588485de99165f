/// Why a document cannot be read.
public struct ReadingError: Error, Sendable, Equatable {
    /// Stable, for machines: `not_csv`, `empty_file`, `unclosed_quote:line=12`…
    public let code: String
    /// French, for the person who sent it.
    public let message: String

    public init(_ code: String, _ message: String) { (self.code, self.message) = (code, message) }
}
