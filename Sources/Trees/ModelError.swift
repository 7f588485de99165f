/// Why a file is not a model that can be used.
public struct ModelError: Error, Equatable, Sendable {
    public enum Reason: String, CaseIterable, Sendable {
        case unknownFormat = "format_inconnu"
        case malformed = "modele_malforme"
        case inconsistent = "modele_incoherent"
        case unsupported = "modele_non_pris_en_charge"
        case tooLarge = "modele_trop_grand"
        case unreadable = "fichier_illisible"
    }

    public let reason: Reason
    /// What exactly was found, and where: for the log. It may quote the file.
    public let detail: String
    /// Bytes from the start of the file, where that is known.
    public let offset: Int?

    public init(_ reason: Reason, _ detail: String, at offset: Int? = nil) {
        (self.reason, self.detail, self.offset) = (reason, detail, offset)
    }

    /// A stable identifier of the reason, fit for programs.
    public var code: String { reason.rawValue }

    /// One sentence in French for whoever gave the file; it quotes nothing of it.
    public var message: String {
        switch reason {
        case .unknownFormat:
            "Ce fichier n’est pas un modèle XGBoost (JSON, UBJSON), LightGBM (texte) ou CatBoost (JSON, cbm)."
        case .malformed: "Le fichier du modèle est abîmé ou incomplet."
        case .inconsistent: "Le contenu du modèle se contredit : il ne peut pas être utilisé."
        case .unsupported: "Ce genre de modèle n’est pas pris en charge."
        case .tooLarge: "Le modèle dépasse la taille permise."
        case .unreadable: "Le fichier du modèle n’a pas pu être lu."
        }
    }
}

extension ModelError: CustomStringConvertible {
    public var description: String {
        "\(code): \(detail)\(offset.map { " (octet \($0))" } ?? "")"
    }
}
