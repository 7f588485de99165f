/// The functions of the language, by their canonical names.
enum FormulaFunction: String, CaseIterable, Sendable {
    // Numbers
    case abs, log, log1p, racine, arrondi, plancher, plafond, reste, min, max
    // Choices
    case si, absent, premier, selon
    // Dates
    case date, annee, mois, jour, jourSemaine = "jour_semaine", joursEntre = "jours_entre"
    // Texts
    case nombre, prefixe, longueur, contient, contientMot = "contient_mot", commencePar = "commence_par"
    case similarite, attribut
    // History
    case mediane, madZ = "mad_z", tchebychev, percentile, effectif, pente
    case compte, risque, nouveaute, joursDepuis = "jours_depuis", saison
    case part, entropie

    var history: HistoryFunction? { HistoryFunction(rawValue: rawValue) }

    /// By canonical name or by another, whatever the case.
    init?(named name: String) {
        let name = name.lowercased()
        guard let function = FormulaFunction(rawValue: name) ?? Self.aliases[name] else { return nil }
        self = function
    }

    private static let aliases: [String: FormulaFunction] = [
        "if": .si, "coalesce": .premier, "missing": .absent, "prefix": .prefixe, "attribute": .attribut,
        "ln": .log, "sqrt": .racine, "round": .arrondi, "floor": .plancher, "ceil": .plafond, "mod": .reste,
        "year": .annee, "month": .mois, "day": .jour, "weekday": .jourSemaine, "days_between": .joursEntre,
        "length": .longueur, "contains": .contient, "starts_with": .commencePar, "similarity": .similarite,
        "median": .mediane, "count": .compte, "risk": .risque, "share": .part,
    ]

    static var names: [String] { allCases.map(\.rawValue) }
}
