extension JSONError {
    public enum Reason: String, CaseIterable, Sendable {
        // The text is not JSON.
        case endOfInput = "fin_inattendue"
        case unexpectedByte = "caractere_inattendu"
        case byteOrderMark = "marque_ordre_octets"
        case trailingBytes = "texte_apres_la_fin"
        case malformedNumber = "nombre_malforme"
        case controlCharacter = "caractere_de_controle"
        case invalidEscape = "echappement_invalide"
        case loneSurrogate = "demi_codet_isole"
        case invalidUTF8 = "utf8_invalide"
        case duplicateMember = "membre_en_double"
        case tooDeep = "imbrication_excessive"
        // The text is JSON, but not the value that was asked for.
        case expectedObject = "objet_attendu"
        case expectedArray = "tableau_attendu"
        case expectedString = "texte_attendu"
        case expectedNumber = "nombre_attendu"
        case expectedInteger = "entier_attendu"
        case expectedBoolean = "booleen_attendu"
        case integerOutOfRange = "entier_hors_limites"
        case numberOutOfRange = "nombre_hors_limites"
        case inexactNumber = "nombre_inexact"
        case unknownMember = "membre_inconnu"
        case missingMember = "membre_manquant"
        case refusedValue = "valeur_refusee"

        /// Whether the text as such is refused, whoever reads it.
        public var isMalformedText: Bool {
            switch self {
            case .endOfInput, .unexpectedByte, .byteOrderMark, .trailingBytes, .malformedNumber, .controlCharacter,
                .invalidEscape, .loneSurrogate, .invalidUTF8, .duplicateMember, .tooDeep:
                true
            default:
                false
            }
        }

        /// One phrase for the person who sent the text.
        public var message: String {
            switch self {
            case .endOfInput: "le texte JSON s’arrête avant la fin"
            case .unexpectedByte: "caractère inattendu"
            case .byteOrderMark: "marque d’ordre des octets (BOM) refusée"
            case .trailingBytes: "texte en trop après la fin du document"
            case .malformedNumber: "nombre mal écrit"
            case .controlCharacter: "caractère de contrôle non échappé dans un texte"
            case .invalidEscape: "séquence d’échappement invalide"
            case .loneSurrogate: "demi-codet UTF-16 isolé"
            case .invalidUTF8: "octets qui ne sont pas de l’UTF-8"
            case .duplicateMember: "membre en double"
            case .tooDeep: "trop de niveaux imbriqués"
            case .expectedObject: "objet attendu"
            case .expectedArray: "tableau attendu"
            case .expectedString: "texte attendu"
            case .expectedNumber: "nombre attendu"
            case .expectedInteger: "nombre entier attendu"
            case .expectedBoolean: "true ou false attendu"
            case .integerOutOfRange: "nombre entier hors limites"
            case .numberOutOfRange: "nombre hors limites"
            case .inexactNumber: "nombre trop long pour être conservé exactement"
            case .unknownMember: "membre inconnu"
            case .missingMember: "membre obligatoire absent"
            case .refusedValue: "valeur non admise"
            }
        }
    }

    /// One phrase in French for the person who sent the text; where is said by `pointer`, `line` and `column`.
    public var message: String { reason.message }
}

extension JSONError: CustomStringConvertible {
    public var description: String {
        let place = pointer.isEmpty ? "" : " (\(pointer))"
        return "ligne \(line), colonne \(column) : \(message)\(place)"
    }
}
