/// How a field of a document is written, and so how it is read.
enum DocumentKind: String, Sendable, CaseIterable {
    case numero, annee, bureau, date, code, regime, ninea, chiffres, texte, entier, poids, pays, devise, nombre
    case change, incoterm, montant, manifeste, conteneur, barres, quantite, unite, connaissement, dpi
    case twoDigits = "deux_chiffres"
    case tariffCode = "code_sh"
    /// Text that may go on over several lines.
    case longText = "texte_long"

    /// Whether a reading is a number in its canonical form.
    var isNumber: Bool {
        switch self {
        case .entier, .poids, .nombre, .change, .montant, .quantite: true
        default: false
        }
    }

    var isText: Bool { self == .texte || self == .longText }

    /// Whether the form alone tells that a text is such a value: chance hardly ever writes one.
    var isTelling: Bool {
        switch self {
        case .date, .ninea, .conteneur, .manifeste, .barres, .tariffCode, .bureau, .dpi, .poids: true
        default: false
        }
    }

    /// What such a value is, in French.
    var phrase: String {
        switch self {
        case .numero: "un numéro"
        case .annee: "une année"
        case .bureau: "un bureau"
        case .date: "une date"
        case .regime: "un régime"
        case .ninea: "un NINEA"
        case .entier, .quantite, .nombre, .change: "un nombre"
        case .poids: "un poids"
        case .montant: "un montant"
        case .pays: "un pays"
        case .devise: "une devise"
        case .incoterm: "une condition de livraison"
        case .conteneur: "un numéro de conteneur"
        case .tariffCode: "un code tarifaire"
        case .unite: "une unité"
        case .manifeste: "un manifeste"
        case .code, .chiffres, .barres, .connaissement, .dpi, .twoDigits: "un code"
        case .texte, .longText: "un texte"
        }
    }
}
