extension ModelCard {
    /// Beside the model's own numbers, on the same rows.
    static func isolation(_ manifest: PackageManifest) -> String? {
        guard let isolation = manifest.isolation else { return nil }
        var lines = [
            "## Isolement", "",
            "À quel point une déclaration ne ressemble pas à celles de l’apprentissage : forêt d’isolement de "
                + "\(isolation.trees) arbres, chacun sur \(isolation.sample) lignes tirées des \(isolation.rows) de la "
                + "tranche d’apprentissage, \(isolation.columns) variables, graine \(isolation.seed). Elle ne connaît aucune "
                + "issue et n’entre pas dans la probabilité : l’inhabituel n’est pas la fraude.",
        ]
        let measured: [(String, PackageManifest.Isolation.Ranking?, Measures?)] = [
            ("étiquettes vérifiées", isolation.verified, manifest.verifiedMeasures),
            ("toutes les étiquettes", isolation.all, manifest.allMeasures),
        ]
        if measured.contains(where: { $0.1 != nil }) {
            lines += ["", "| tranche de mesure | AUC de l’isolement seul | AUC du modèle |", "|---|---|---|"]
            for (name, alone, model) in measured {
                guard let alone else { continue }
                lines.append(
                    "| \(name), \(alone.rows) lignes (\(alone.positives) fraudes) "
                        + "| \(number(alone.auc, alone.aucInterval)) | \(number(model?.auc, model?.aucInterval)) |")
            }
        }
        return lines.joined(separator: "\n")
    }
}
