public import JSON

/// What a control of a declaration found.
public struct Control: Sendable, Equatable {
    public enum Severity: String, Sendable, CaseIterable { case low = "basse", medium = "moyenne", high = "haute" }

    public enum Code: String, Sendable, CaseIterable {
        case netAboveGross = "net_superieur_brut"
        case packageWeight = "poids_par_colis"
        case sumDiffers = "somme_articles"
        case articleCount = "nombre_articles"
        case cafBelowFOB = "caf_inferieure_fob"
        case cafDiffers = "caf_fob_fret_assurance"
        case invoiceDiffers = "facture_change_fob"
        case currency = "devise"
        case missingTax = "taxe_manquante"
        case wrongRate = "taux_errone"
        case wrongBase = "assiette_erronee"
        case wrongAmount = "montant_errone"
        case unexpectedTax = "taxe_inattendue"
        case liquidation = "liquidation_inexpliquee"
        case noDuty = "liquidation_nulle"
        case dateOrder = "ordre_des_dates"
        case yearOfDate = "annee_et_date"
        case unknownPosition = "position_inconnue"
        case descriptionOfOtherChapter = "description_autre_chapitre"
        case container = "cle_conteneur"
        case missingNINEA = "ninea_absent"
        case divergentHeader = "entete_divergent"

        public var severity: Severity {
            switch self {
            case .netAboveGross, .cafBelowFOB, .missingTax, .noDuty: .high
            case .sumDiffers, .articleCount, .cafDiffers, .invoiceDiffers, .wrongRate, .wrongBase, .wrongAmount,
                .liquidation, .dateOrder, .yearOfDate, .descriptionOfOtherChapter, .divergentHeader:
                .medium
            case .packageWeight, .currency, .unexpectedTax, .unknownPosition, .container, .missingNINEA: .low
            }
        }

        /// Where the law speaks of it, as far as we know.
        public var legalReference: String? {
            switch self {
            case .cafBelowFOB, .cafDiffers, .invoiceDiffers, .sumDiffers: "Code des douanes, art. 97 (valeur)"
            case .unknownPosition, .descriptionOfOtherChapter: "Code des douanes, art. 95 (espèce tarifaire)"
            case .missingTax, .wrongRate, .wrongBase, .wrongAmount, .unexpectedTax, .liquidation, .noDuty:
                "TEC de la CEDEAO ; Code des douanes, art. 113 (exonérations)"
            default: nil
            }
        }
    }

    public let code: Code
    /// One sentence in French.
    public let message: String
    /// The articles concerned, from 1; empty for the declaration as a whole.
    public let articles: [Int]
    /// What is declared less than due, in FCFA; nil when the control is not about an amount.
    public let shortfall: Double?
    /// Lower than the code's own when a regime may explain it.
    public let severity: Severity

    init(_ code: Code, _ message: String, articles: [Int] = [], shortfall: Double? = nil, severity: Severity? = nil) {
        (self.code, self.message, self.articles, self.shortfall) = (code, message, articles, shortfall)
        self.severity = severity ?? code.severity
    }
}

extension Control: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code.rawValue)
            writer.member("gravite", severity.rawValue)
            writer.member("message", message)
            writer.member("reference", ifPresent: code.legalReference)
            writer.member("articles", articles)
        }
    }
}
