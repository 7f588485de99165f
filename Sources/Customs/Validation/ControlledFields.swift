/// Where the fields that controls look at lie in facts; nil for one that the office does not have.
struct ControlledFields: Sendable {
    // Numbers.
    let netWeight: Int?, grossWeight: Int?, packages: Int?, articleCount: Int?
    let caf: Int?, fob: Int?, totalCAF: Int?, totalFOB: Int?, paid: Int?
    let freight: Int?, insurance: Int?, otherCosts: Int?, invoice: Int?, exchange: Int?
    let shipped: Int?, arrived: Int?, registered: Int?
    // Texts.
    let code: Int?, description: Int?, origin: Int?, regime: Int?, fiscalRegime: Int?
    let currency: Int?, ninea: Int?, container: Int?

    /// What a header announces of the articles' sum.
    struct Total: Sendable {
        let announced: Int, summed: Int
        let label: String
        let tolerance: Double
        let unit: String
    }
    let totals: [Total]

    private static let totals: [(total: String, summed: String, tolerance: Double, unit: String)] = [
        ("valeur_caf_totale", "valeur_caf", 1, "FCFA"), ("valeur_fob_totale", "valeur_fob", 1, "FCFA"),
        ("total_liquide", "montant_liquidation", 1, "FCFA"), ("poids_brut_total", "poids_brut", 0.0015, "kg"),
        ("poids_net_total", "poids_net", 0.0015, "kg"), ("nombre_colis_total", "nombre_colis", 0.5, "colis"),
    ]

    init(_ vocabulary: Vocabulary) {
        let number = { (name: String) in vocabulary.schema[name].flatMap { $0.kind == .texte ? nil : $0.slot } }
        let text = { (name: String) in vocabulary.schema[name].flatMap { $0.kind == .texte ? $0.slot : nil } }
        (netWeight, grossWeight) = (number("poids_net"), number("poids_brut"))
        (packages, articleCount) = (number("nombre_colis"), number("nb_articles"))
        (caf, totalCAF) = (number("valeur_caf"), number("valeur_caf_totale"))
        (fob, totalFOB) = (number("valeur_fob"), number("valeur_fob_totale"))
        (paid, freight, insurance) = (number("montant_liquidation"), number("fret"), number("assurance"))
        (otherCosts, invoice, exchange) = (number("autres_frais"), number("facture"), number("taux_change"))
        (shipped, arrived) = (number("date_embarquement"), number("date_arrivee"))
        registered = number("date_enregistrement")
        (code, description, origin) = (text("code_sh"), text("description"), text("pays_origine"))
        (regime, fiscalRegime) = (text("regime"), text("regime_fiscal"))
        (currency, ninea, container) = (text("devise"), text("ninea"), text("conteneur"))
        totals = Self.totals.compactMap { total in
            guard let announced = number(total.total), let summed = number(total.summed) else { return nil }
            return Total(
                announced: announced, summed: summed,
                label: vocabulary[total.summed]?.label.lowercased() ?? total.summed, tolerance: total.tolerance,
                unit: total.unit)
        }
    }
}
