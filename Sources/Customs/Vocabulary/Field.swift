/// One field of a declaration or of its articles, as `config/vocabulaire.json` describes it.
public struct Field: Sendable, Equatable {
    /// How a value is read, checked and written.
    public enum Kind: String, Sendable, CaseIterable {
        case annee, bureau, code, codeSH = "code_sh", conteneur, date, devise, entier, identifiant, montant, ninea
        case nombre, pays, poids, regime, taux, texte

        var isNumber: Bool {
            switch self {
            case .entier, .montant, .nombre, .poids, .taux: true
            default: false
            }
        }
        /// What formulas see.
        var factKind: FactSchema.Kind { isNumber ? .nombre : self == .date ? .date : .texte }
    }
    /// What `issue` has is known only after a control: no formula sees it.
    public enum Level: String, Sendable, CaseIterable { case declaration, article, issue }
    /// Whom a value tells about: such values are encrypted at rest and masked in logs.
    public enum PersonalData: String, Sendable, CaseIterable { case nom, adresse, entreprise, telephone, courriel }

    /// Canonical and stable: `valeur_caf`.
    public let name: String
    /// What people read.
    public let label: String
    public let kind: Kind
    public let level: Level
    public let unit: String?
    /// What values are allowed, in words.
    public let domain: String?
    /// Without it a file of declarations is refused, and a row too.
    public let isRequired: Bool
    /// Whether a declaration's value is the sum of its articles'.
    public let isAdditive: Bool
    /// Whether we compute it: no file gives it.
    public let isComputed: Bool
    public let personalData: PersonalData?
    /// What the field is called in a document's extraction, within its level.
    public let documentName: String
    /// How headers call it.
    public let aliases: [String]
    /// Names that mean it only when no header says it better.
    public let fallbackAliases: [String]
}
