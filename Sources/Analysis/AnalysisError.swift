/// Why declarations could not be analysed, or learned from.
public struct AnalysisError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Stable, for machines: `fichier_refuse`, `modele_etranger`…
    public let code: String
    /// French, for the person who can mend it.
    public let message: String
    /// For the log only.
    public let detail: String

    public init(_ code: String, _ message: String, detail: String = "") {
        (self.code, self.message, self.detail) = (code, message, detail)
    }

    public var description: String { message }
}
