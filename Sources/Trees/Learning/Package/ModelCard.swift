import Platform

/// A model's card: what the manifest says, for people, in French.
public enum ModelCard {
    public static func text(of manifest: PackageManifest) -> String {
        let sections: [String?] = [
            heading(manifest), usage(manifest), warnings(manifest), measures(manifest), isolation(manifest),
            comparison(manifest), provenance(manifest), calibration(manifest), training(manifest),
            importances(manifest), columns(manifest),
            limits(),
        ]
        return sections.compactMap { $0 }.joined(separator: "\n\n") + "\n"
    }

    private static func heading(_ manifest: PackageManifest) -> String {
        let chapter = manifest.chapter == "tous" ? "tous les chapitres" : "chapitre \(manifest.chapter)"
        return """
            # Modèle \(escaped(manifest.name)) \(escaped(manifest.version))

            Probabilité de fraude d’une déclaration, \(escaped(chapter)). Créé le \(escaped(manifest.created)) \
            par inspectia \(escaped(manifest.software)) ; forêt au format \(escaped(manifest.library)) \
            \(escaped(manifest.libraryVersion)).
            """
    }

    private static func usage(_ manifest: PackageManifest) -> String {
        """
        ## Usage

        Le modèle classe les déclarations pour aider à choisir lesquelles contrôler. Il ne décide rien : le verdict est \
        celui de l’inspecteur. Il n’est pas fait pour juger une personne ou une entreprise, ni pour fixer un redressement.

        - En dessous de \(percent(manifest.thresholds.bas)) : conforme.
        - De \(percent(manifest.thresholds.bas)) à \(percent(manifest.thresholds.haut)) : zone grise.
        - À partir de \(percent(manifest.thresholds.haut)) : fraude présumée.

        Seuils choisis \(method(manifest.thresholdMethod)).
        """
    }

    private static func method(_ method: PackageManifest.ThresholdMethod) -> String {
        switch method {
        case .f1: "par la mesure F (F1 pour le seuil haut, F2 pour le seuil bas)"
        case .netGain: "par le gain net attendu : droits récupérés moins coût des contrôles"
        case .given: "à la main"
        }
    }

    private static func warnings(_ manifest: PackageManifest) -> String? {
        guard !manifest.warnings.isEmpty else { return nil }
        return "## À savoir\n\n" + manifest.warnings.map { "- \(escaped($0))" }.joined(separator: "\n")
    }

    private static func measures(_ manifest: PackageManifest) -> String {
        let sets = [
            ("Étiquettes vérifiées par un contrôle", manifest.verifiedMeasures),
            ("Toutes les étiquettes", manifest.allMeasures),
        ]
        var lines = ["## Mesures", ""]
        guard sets.contains(where: { $0.1 != nil }) else { return lines[0] + "\n\nAucune mesure n’a été faite." }
        if manifest.verifiedMeasures == nil {
            lines += [
                "Aucune étiquette de la tranche de mesure ne vient d’un contrôle : ces nombres ne disent pas ce que vaut le "
                    + "modèle devant de vraies fraudes.", "",
            ]
        }
        lines += ["| | " + sets.map(\.0).joined(separator: " | ") + " |", "|---|---|---|"]
        func row(_ name: String, _ value: (Measures) -> String) {
            lines.append("| \(name) | " + sets.map { $0.1.map(value) ?? "–" }.joined(separator: " | ") + " |")
        }
        row("Lignes (fraudes)") { "\($0.count) (\($0.positives))" }
        row("AUC (ROC)") { number($0.auc, $0.aucInterval) }
        row("AUC (précision-rappel)") { number($0.averagePrecision, $0.averagePrecisionInterval) }
        row("F1 au seuil haut") { number($0.f1) }
        row("Précision ; rappel au seuil haut") { "\(number($0.precision)) ; \(number($0.recall))" }
        for (place, share) in Measures.shares.enumerated() {
            row("Précision ; rappel ; droits à \(Int(share * 100)) %") {
                guard place < $0.tops.count else { return "–" }
                let top = $0.tops[place]
                return [top.precision, top.recall, top.revenue].map { number($0) }.joined(separator: " ; ")
            }
        }
        row("Brier") { number($0.brier) }
        row("Écart de calibration (ECE)") { number($0.expectedCalibrationError) }
        row("Perte logarithmique") { number($0.logLoss) }
        return lines.joined(separator: "\n")
    }

    private static func provenance(_ manifest: PackageManifest) -> String? {
        guard let slices = manifest.training?.slices else { return nil }
        let used = LabelProvenance.allCases.filter { kind in slices.contains { $0.provenance[kind] > 0 } }
        var lines = [
            "## Données et provenance des étiquettes", "",
            "| tranche | lignes | fraudes | période | " + used.map(label).joined(separator: " | ") + " |",
            "|---|---|---|---|" + used.map { _ in "---|" }.joined(),
        ]
        for slice in slices {
            let counts = used.map { "\(slice.provenance[$0])" }.joined(separator: " | ")
            lines.append(
                "| \(name(of: slice.use)) | \(slice.rows) | \(slice.positives) | \(period(slice)) | \(counts) |")
        }
        let verified = LabelProvenance.allCases.filter(\.isVerified).map(label).joined(separator: ", ")
        lines += ["", "Seules les étiquettes nées d’un contrôle (\(verified)) sont vérifiées."]
        return lines.joined(separator: "\n")
    }

    static func label(_ provenance: LabelProvenance) -> String {
        switch provenance {
        case .physique: "contrôle physique"
        case .documentaire: "contrôle documentaire"
        case .aPosteriori: "contrôle a posteriori"
        case .recours: "recours"
        case .importHistorique: "import historique"
        case .regleSynthetique: "règle synthétique"
        case .simulation: "simulation"
        }
    }

    private static func period(_ slice: PackageManifest.Slice) -> String {
        guard let first = slice.firstDay, let last = slice.lastDay else { return "–" }
        return "\(CivilDate(daysSinceEpoch: first)) – \(CivilDate(daysSinceEpoch: last))"
    }

    private static func calibration(_ manifest: PackageManifest) -> String? {
        guard let measures = manifest.verifiedMeasures ?? manifest.allMeasures else { return nil }
        var lines = [
            "## Calibration", "", "| probabilité annoncée | lignes | moyenne annoncée | fraudes observées |",
            "|---|---|---|---|",
        ]
        for bin in measures.bins {
            lines.append(
                "| \(percent(bin.lower)) à \(percent(bin.upper)) | \(rounded(bin.weight, 0)) | "
                    + "\(percent(bin.meanPredicted)) | \(percent(bin.observedRate)) |")
        }
        return lines.joined(separator: "\n")
    }

    private static func training(_ manifest: PackageManifest) -> String? {
        guard let training = manifest.training else { return nil }
        let parameters = training.parameters
        return """
            ## Apprentissage

            - Profil \(training.profile.rawValue) : \(training.trees) arbres retenus sur \(training.rounds) construits, \
            profondeur \(parameters.depth), pas \(rounded(parameters.learningRate, 4)), graine \(parameters.seed), \
            \(parameters.threads) fil(s).
            - Chaque arbre voit \(percent(parameters.subsample)) des lignes et \(percent(parameters.columnSample)) des cellules.
            - Empreinte des données : `\(training.fingerprint)`
            """ + (training.search.map(Self.search) ?? "")
    }

    private static func search(_ log: SearchLog) -> String {
        let candidates = Set(log.trials.map(\.candidate)).count
        let minutes = log.trials.reduce(0) { $0 + $1.seconds } / 60
        return
            "\n- Paramètres choisis par recherche : \(candidates) candidats, \(log.trials.count) essais jugés sur des "
            + "lignes plus tardives que celles apprises, \(rounded(minutes, 1)) minutes."
    }

    private static func importances(_ manifest: PackageManifest) -> String? {
        guard !manifest.importances.isEmpty else { return nil }
        let sorted = manifest.importances.sorted { $0.drop > $1.drop }.prefix(20)
        return """
            ## Variables qui comptent

            Baisse de l’AUC quand les valeurs d’une variable sont redistribuées au hasard.

            | variable | baisse |
            |---|---|

            """ + sorted.map { "| \(escaped($0.name)) | \(rounded($0.drop, 4)) |" }.joined(separator: "\n")
    }

    private static func columns(_ manifest: PackageManifest) -> String {
        let lines = manifest.columns.map { column -> String in
            let sense = column.monotone == 0 ? "" : column.monotone > 0 ? ", croissante" : ", décroissante"
            return "- \(escaped(column.name)) : \(name(of: column.encoding.kind))\(sense)"
        }
        return "## Colonnes\n\n" + lines.joined(separator: "\n")
    }

    private static func name(of kind: ColumnEncoding.Kind) -> String {
        switch kind {
        case .number: "nombre"
        case .oneHot: "une indicatrice par modalité"
        case .frequency: "fréquence de la modalité"
        case .rank: "place dans l’ordre des codes"
        case .target: "taux de fraude antérieur de la modalité"
        case .level: "modalité"
        case .numberAndLevel: "nombre, et modalité quand il revient"
        }
    }

    private static func name(of use: PackageManifest.Slice.Use) -> String {
        switch use {
        case .training: "apprentissage"
        case .stopping: "arrêt"
        case .calibration: "calibration et seuils"
        case .measure: "mesure"
        }
    }

    private static func limits() -> String {
        """
        ## Limites

        Le modèle a appris de déclarations qui ont été contrôlées : il connaît mal ce qui ne l’a jamais été. Une fraude \
        d’un genre nouveau ne lui ressemble pas. Les mesures valent pour la période indiquée ; la dérive est à surveiller.
        """
    }

    // MARK: Numbers and texts

    static func number(_ value: Double?, _ interval: Interval? = nil) -> String {
        guard let value else { return "–" }
        guard let interval else { return rounded(value, 3) }
        return "\(rounded(value, 3)) [\(rounded(interval.low, 3)) ; \(rounded(interval.high, 3))]"
    }

    static func percent(_ share: Double) -> String { "\(rounded(share * 100, 1)) %" }

    /// With a decimal comma, as French has it.
    static func rounded(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        guard value.isFinite, value.magnitude * scale < 1e15 else { return "\(value)" }
        let whole = Int((value.magnitude * scale).rounded())
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let text = String(whole)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        return "\(sign)\(padded.dropLast(digits)),\(padded.suffix(digits))"
    }

    /// A name is data: it must not become a table's border or a heading.
    static func escaped(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(200).map { scalar -> Character in
                "|`*_#[]<>\\\n\r\t".unicodeScalars.contains(scalar) ? " " : Character(scalar)
            })
    }
}
