import Platform

/// Beside which other models it was chosen.
extension ModelCard {
    static func comparison(_ manifest: PackageManifest) -> String? {
        manifest.comparison.map { "## Comparaison\n\n" + text(of: $0, on: manifest.forestFingerprint) }
    }

    /// The table, with what it rests on and what can be concluded from it.
    ///
    /// - Parameter forest: the fingerprint of the forest on whose card it stands.
    public static func text(of comparison: ModelComparison, on forest: String? = nil) -> String {
        let (first, last) = (
            CivilDate(daysSinceEpoch: comparison.firstDay), CivilDate(daysSinceEpoch: comparison.lastDay)
        )
        let labels = LabelProvenance.allCases.filter { comparison.provenance[$0] > 0 }.map(label)
        var lines = [
            "Les mêmes \(comparison.rows) lignes (\(comparison.positives) fraudes), du \(first) au \(last), classées par "
                + "chacun : elles sont plus tardives que toutes celles dont ces modèles sont faits. Étiquettes : "
                + "\(labels.joined(separator: ", ")).", "",
            "| | | AUC (ROC) | écart | AUC (précision-rappel) | écart | précision à 5 % | droits à 5 % |",
            "|---|---|---|---|---|---|---|---|",
        ]
        lines += comparison.entries.map { row($0, isThis: $0.model != nil && $0.model?.forest == forest) }
        lines += [
            "",
            "Entre crochets, l’intervalle à 95 % ; l’écart est celui avec le modèle servi, sur les mêmes tirages de lignes.",
        ]
        let conclusions = comparison.entries.compactMap(conclusion)
        if !conclusions.isEmpty { lines += [""] + conclusions }
        return lines.joined(separator: "\n")
    }

    private static func row(_ entry: ModelComparison.Entry, isThis: Bool) -> String {
        let roles: [String?] = [name(of: entry.role), isThis ? "ce paquet" : nil]
        let cells = [
            roles.compactMap(\.self).joined(separator: ", "), description(of: entry),
            number(entry.auc, entry.aucInterval), gap(entry.aucGap),
            number(entry.averagePrecision, entry.averagePrecisionInterval), gap(entry.averagePrecisionGap),
            number(entry.precision), number(entry.revenue),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private static func name(of role: ModelComparison.Role) -> String {
        switch role {
        case .served: "servi"
        case .challenger: "adversaire"
        case .rules: "règles seules"
        }
    }

    private static func description(of entry: ModelComparison.Entry) -> String {
        guard let model = entry.model else { return "nombre de critères remplis" }
        let kind =
            switch model.method {
            case .oblivious: "arbres symétriques"
            case .xgboost: "arbres de XGBoost"
            case nil: "arbres"
            }
        let facts: [String?] = [
            "\(escaped(model.name)) \(escaped(model.version))", model.profile.map { "profil \($0.rawValue)" },
            model.trees.map { "\($0) \(kind)" }, "format \(escaped(model.library))",
        ]
        return facts.compactMap(\.self).joined(separator: ", ")
    }

    private static func gap(_ interval: Interval?) -> String {
        interval.map { "[\(signed($0.low)) ; \(signed($0.high))]" } ?? "–"
    }

    private static func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + rounded(value, 3) }

    /// What the interval of the gap allows to say, and no more.
    private static func conclusion(_ entry: ModelComparison.Entry) -> String? {
        guard entry.role == .challenger, let model = entry.model, let gap = entry.averagePrecisionGap else {
            return nil
        }
        let name = "\(escaped(model.name)) \(escaped(model.version))"
        if gap.high < 0 { return "- \(name) classe moins bien que le modèle servi." }
        if gap.low > 0 { return "- \(name) classe mieux que le modèle servi." }
        return "- Entre \(name) et le modèle servi, ces lignes ne permettent pas de trancher : l’écart de "
            + "précision-rappel peut être nul."
    }
}
