import Platform

/// How a declaration is false.
public enum TwinScheme: String, Sendable, CaseIterable {
    case sousEvaluation = "sous_evaluation"
    case glissementTarifaire = "glissement_tarifaire"
    case fausseEspece = "fausse_espece"
    case fausseOrigine = "fausse_origine"
    case minorationQuantite = "minoration_quantite"
    case detournementRegime = "detournement_regime"
    case contrefacon = "contrefacon"
    case fractionnement = "fractionnement"

    static let habits: Weighted<TwinScheme> = {
        var habits = Weighted<TwinScheme>()
        for (scheme, weight) in [
            (TwinScheme.sousEvaluation, 34.0), (.glissementTarifaire, 20), (.fausseEspece, 10), (.fausseOrigine, 8),
            (.minorationQuantite, 13), (.detournementRegime, 5), (.contrefacon, 6), (.fractionnement, 4),
        ] { habits.add(scheme, weight: weight) }
        return habits
    }()

    /// How likely a control that takes place finds it.
    func visibility(to evidence: TwinEvidence) -> Double {
        switch (self, evidence) {
        case (.sousEvaluation, .documentaire): 0.65
        case (.sousEvaluation, .physique): 0.45
        case (.sousEvaluation, .aPosteriori): 0.8
        case (.glissementTarifaire, .physique), (.fausseEspece, .physique), (.minorationQuantite, .physique): 0.9
        case (.glissementTarifaire, _): 0.55
        case (.fausseEspece, _): 0.35
        case (.minorationQuantite, _): 0.3
        case (.fausseOrigine, .documentaire): 0.7
        case (.fausseOrigine, _): 0.5
        case (.detournementRegime, .aPosteriori): 0.85
        case (.detournementRegime, _): 0.35
        case (.contrefacon, .physique): 0.85
        case (.contrefacon, _): 0.25
        case (.fractionnement, _): 0.45
        }
    }
}

/// On what a verdict rests.
package enum TwinEvidence: String, Sendable { case physique, documentaire, aPosteriori = "a_posteriori" }
