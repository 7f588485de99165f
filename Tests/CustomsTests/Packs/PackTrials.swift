import Customs
import Platform
import TestKit
import Testing

/// The packs of the project, and declarations to try them on.
enum PackTrials {
    static let folder = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/config/chapters"

    static let articles = FactSchema(
        [
            ("code_sh", .texte), ("pays_origine", .texte), ("description", .texte), ("nombre_colis", .nombre),
            ("poids_brut", .nombre), ("poids_net", .nombre), ("quantite_complementaire", .nombre), ("unite", .texte),
            ("valeur_fob", .nombre), ("valeur_caf", .nombre), ("valeur_douane", .nombre), ("valeur_devise", .nombre),
            ("taux_droits", .nombre), ("montant_liquidation", .nombre), ("regime_fiscal", .texte),
            ("precision_uemoa", .texte), ("dpi", .texte), ("marque", .texte), ("modele", .texte),
        ] + DerivedFacts.fields)
    static let declaration = FactSchema([
        ("bureau", .texte), ("regime", .texte), ("pays_provenance", .texte), ("ninea", .texte),
        ("code_ppm_destinataire", .texte), ("code_ppm_declarant", .texte), ("date_enregistrement", .date),
    ])

    static func features(of chapter: String) throws -> FeatureSet {
        try FeatureSet(.load("\(folder)/chap\(chapter).json"), articles: articles, declaration: declaration)
    }

    static func article(_ values: [String: Double], _ texts: [String: String]) -> Facts {
        facts(articles, values, texts)
    }

    static func facts(_ schema: FactSchema, _ values: [String: Double], _ texts: [String: String]) -> Facts {
        var facts = Facts(for: schema)
        for (name, value) in values { facts.set(name, value, in: schema) }
        for (name, text) in texts { facts.set(name, text, in: schema) }
        return facts
    }
}

extension PackTrials {
    /// The shared pack in a directory of its own, for a test's packs to include.
    static func copyOfPacks() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        _ = try directory.file("commun.json", File.read("\(folder)/commun.json", limit: 1 << 20))
        return directory
    }
}
