public import JSON

/// What an outcome rests on.
public enum Evidence: String, Sendable, CaseIterable, JSONReadable, JSONWritable {
    case physique
    case documentaire
    case aPosteriori = "a_posteriori"
    case recours
    case importHistorique = "import_historique"
    case regleSynthetique = "regle_synthetique"
    case simulation

    /// Whether a person looked: only this teaches the bandit and counts in a headline.
    public var isVerified: Bool {
        switch self {
        case .physique, .documentaire, .aPosteriori, .recours: true
        case .importHistorique, .regleSynthetique, .simulation: false
        }
    }
}
