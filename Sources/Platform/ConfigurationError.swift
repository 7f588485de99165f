/// Everything that is wrong with a configuration, not only the first thing.
public struct ConfigurationError: Error, Equatable, Sendable {
    public struct Problem: Equatable, Sendable {
        public enum Code: String, Sendable {
            case unknownKey = "cle_inconnue"
            case invalidValue = "valeur_invalide"
            case unreadableFile = "fichier_illisible"
            case malformedFile = "json_invalide"
            case secretInClear = "secret_en_clair"
            case secretGivenTwice = "secret_en_double"
        }
        public let code: Code
        /// The key, variable or file at fault.
        public let subject: String
        /// In French; never holds a secret.
        public let message: String
    }

    /// At least one.
    public let problems: [Problem]

    /// One problem a line.
    public var message: String { problems.map(\.message).joined(separator: "\n") }
}
