/// Why the domain refuses a configuration or a file.
public struct CustomsError: Error, Sendable, Equatable {
    /// Stable, for machines: `configuration_invalide`, `champ_inconnu`…
    public let code: String
    /// French, for the person who can mend it; it names the file and the position.
    public let message: String
    /// For the log only.
    public let detail: String

    public init(_ code: String, _ message: String, detail: String = "") {
        (self.code, self.message, self.detail) = (code, message, detail)
    }
}

extension CustomsError: CustomStringConvertible {
    public var description: String { message }
}
