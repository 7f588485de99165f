/// What is wrong with a formula, and where.
public struct FormulaError: Error, Equatable, Sendable {
    public enum Code: String, Sendable, CaseIterable {
        case tooLong = "formule_trop_longue"
        case tooDeep = "formule_trop_imbriquee"
        case tooLarge = "formule_trop_grande"
        case unexpected = "signe_inattendu"
        case unfinished = "formule_inachevee"
        case unknownName = "nom_inconnu"
        case unknownFunction = "fonction_inconnue"
        case unknownList = "liste_inconnue"
        case wrongType = "type_inattendu"
        case wrongArguments = "arguments_inattendus"
        case wrongLiteral = "valeur_ecrite_inattendue"
    }
    public let code: Code
    /// One French sentence for the person who wrote the formula.
    public let message: String
    /// Counted from 1, in characters.
    public let column: Int
    /// What a misspelt name was probably meant to be.
    public let suggestion: String?

    init(_ code: Code, _ message: String, column: Int, suggestion: String? = nil) {
        (self.code, self.message, self.column, self.suggestion) = (code, message, column, suggestion)
    }
}

extension FormulaError: CustomStringConvertible {
    public var description: String {
        let hint = suggestion.map { " ; vouliez-vous dire « \($0) » ?" } ?? ""
        return "colonne \(column) : \(message)\(hint)"
    }
}
