/// Why something could not be measured, calibrated, trained, stored or scored.
public struct LearningError: Error, Equatable, Sendable {
    public enum Reason: String, CaseIterable, Sendable {
        case emptySample = "echantillon_vide"
        case mismatchedCounts = "tailles_differentes"
        case notANumber = "valeur_non_numerique"
        case badWeight = "poids_invalide"
        case oneClassOnly = "classe_unique"
        case badParameter = "parametre_invalide"
        case badRow = "ligne_invalide"
        case unknownColumn = "colonne_inconnue"
        case missingColumn = "colonne_absente"
        case tooLarge = "limite_depassee"
        case libraryMissing = "bibliotheque_absente"
        case libraryFailed = "bibliotheque_en_echec"
        case outOfMemory = "memoire_insuffisante"
        case cancelled = "entrainement_annule"
        case workerFailed = "processus_en_echec"
        case unreadable = "fichier_illisible"
        case badPackage = "paquet_invalide"
        case badModel = "modele_invalide"
        case tampered = "empreinte_differente"
        case unknownRows = "lignes_inconnues"
        case otherRows = "autres_lignes"

        /// What happened, in French; where and in what is said by the error's subject.
        var phrase: String {
            switch self {
            case .emptySample: "il n’y a aucune ligne à mesurer"
            case .mismatchedCounts: "les colonnes n’ont pas toutes le même nombre de lignes"
            case .notANumber: "une valeur n’est pas un nombre fini"
            case .badWeight: "un poids ou un montant est négatif ou n’est pas un nombre fini"
            case .oneClassOnly: "toutes les lignes ont la même étiquette : il n’y a rien à apprendre"
            case .badParameter: "un paramètre n’est pas admis"
            case .badRow: "une ligne est illisible"
            case .unknownColumn: "une colonne est inconnue"
            case .missingColumn: "une colonne manque"
            case .tooLarge: "une limite est dépassée"
            case .libraryMissing:
                "l’entraînement demande la bibliothèque XGBoost, qui n’est pas installée ici (paquet libxgboost0)"
            case .libraryFailed: "la bibliothèque XGBoost a refusé une opération"
            case .outOfMemory: "la mémoire permise à l’entraînement ne suffit pas"
            case .cancelled: "l’entraînement a été interrompu"
            case .workerFailed: "le processus d’entraînement s’est arrêté sans résultat"
            case .unreadable: "un fichier ne peut pas être lu ou écrit"
            case .badPackage: "le paquet de modèle est mal formé"
            case .badModel: "le fichier n’est pas un modèle qui puisse être utilisé"
            case .tampered: "un fichier du paquet n’est plus celui qui a été enregistré"
            case .unknownRows: "le paquet ne dit pas de quelles lignes le modèle a appris"
            case .otherRows: "ces données ne sont pas exactement celles dont le modèle a appris"
            }
        }
    }

    public let reason: Reason
    /// What it is about, fit to be shown: a column, a row, a file's name, a parameter. May be empty.
    public let subject: String
    /// For the log only: what a library or the system said.
    public let detail: String

    public init(_ reason: Reason, _ subject: String = "", detail: String = "") {
        (self.reason, self.subject, self.detail) = (reason, subject, detail)
    }

    /// A stable identifier of the reason, fit for programs.
    public var code: String { reason.rawValue }

    /// One sentence in French, fit to be shown.
    public var message: String { subject.isEmpty ? reason.phrase : "\(subject) : \(reason.phrase)" }
}

extension LearningError: CustomStringConvertible {
    public var description: String { detail.isEmpty ? message : "\(message) (\(detail))" }
}
