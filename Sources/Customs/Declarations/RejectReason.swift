/// Why a row cannot be taken.
public struct RejectReason: Sendable, Equatable {
    public enum Code: String, Sendable, CaseIterable {
        case missing, badNumber = "bad_number", negative, zero, badDate = "bad_date", badHS = "bad_hs"
        case badCountry = "bad_country", badOffice = "bad_office", badYear = "bad_year"
        case netAboveGross = "net_gt_gross", wrongChapter = "wrong_chapter", columnCount = "column_count"
        case conflictingDuplicate = "conflicting_duplicate", controlCharacter = "control_character"

        /// Whether the reason is told with the name of its field.
        var namesField: Bool {
            switch self {
            case .missing, .badNumber, .negative, .zero, .badDate, .badCountry, .controlCharacter: true
            default: false
            }
        }
    }

    public let code: Code
    /// The field's index in the vocabulary; nil when the whole row is meant.
    public let field: Int?

    /// Stable, for machines: `bad_number:valeur_caf`.
    public func text(_ vocabulary: Vocabulary) -> String {
        guard code.namesField, let field else { return code.rawValue }
        return "\(code.rawValue):\(vocabulary.fields[field].name)"
    }

    /// One sentence for the person who sent the file.
    public func message(_ vocabulary: Vocabulary) -> String {
        let label = field.map { vocabulary.fields[$0].label } ?? ""
        switch code {
        case .missing: return "\(label) : la valeur manque."
        case .badNumber: return "\(label) : ce n’est pas un nombre, ou il peut se lire de deux façons."
        case .negative: return "\(label) : la valeur est négative."
        case .zero: return "\(label) : la valeur est nulle."
        case .badDate: return "\(label) : cette date n’existe pas ou n’est pas lisible."
        case .badHS: return "Le code SH n’a pas ses chiffres (dix attendus)."
        case .badCountry: return "\(label) : ce code de pays n’existe pas."
        case .badOffice: return "Le code du bureau n’a pas la forme deux chiffres et une lettre."
        case .badYear: return "L’année n’est pas plausible."
        case .netAboveGross: return "Le poids net dépasse le poids brut."
        case .wrongChapter: return "Le chapitre du code SH n’est pas celui du fichier."
        case .columnCount: return "La ligne n’a pas le même nombre de colonnes que l’en-tête."
        case .conflictingDuplicate: return "Cet article a déjà été lu avec un autre contenu ; le premier est gardé."
        case .controlCharacter: return "\(label) : le texte contient un caractère de contrôle."
        }
    }
}

/// Why a row is left aside without being an error.
public enum IgnoreReason: String, Sendable, CaseIterable {
    case blank = "blank_row", total = "total_row", footer = "footer_row"
    case repeatedHeader = "repeated_header", duplicate = "duplicate_row"
}

/// Something a person should know about a value that was taken, or about a header.
public struct ReadingWarning: Sendable, Equatable {
    public enum Code: String, Sendable, CaseIterable {
        case duplicateHeader = "duplicate_header", formulaCell = "formula_cell", paddedNINEA = "padded_ninea"
        case mojibake, longText = "long_text", unreadableNINEA = "bad_ninea", unreadableOffice = "bad_office"
        case containerCheck = "bad_container", unreadableCurrency = "bad_currency"
    }
    public let code: Code
    /// Nil for a header.
    public let record: Int?
    public let field: Int?
    /// The column's header, for a header.
    public let column: String?
}
