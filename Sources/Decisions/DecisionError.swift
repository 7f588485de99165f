/// Why the decision room refuses a setting, a file or an act.
public struct DecisionError: Error, Sendable, Equatable {
    public enum Code: String, Sendable, CaseIterable {
        case badThresholds = "seuils_invalides"
        case badPolicy = "politique_invalide"
        case badPrices = "bareme_invalide"
        case badCriterion = "critere_invalide"
        case badList = "liste_invalide"
        case badFile = "fichier_invalide"
        case badKey = "cle_de_tirage_invalide"
        case badData = "donnees_invalides"
        case badState = "etat_invalide"
        case forbiddenAct = "acte_interdit"
        case tooMuch = "limite_depassee"
    }

    /// Stable, for machines.
    public let code: Code
    /// French, for the person who can mend it.
    public let message: String
    /// For the log only.
    public let detail: String

    public init(_ code: Code, _ message: String, detail: String = "") {
        (self.code, self.message, self.detail) = (code, message, detail)
    }
}

extension DecisionError: CustomStringConvertible {
    public var description: String { message }
}
