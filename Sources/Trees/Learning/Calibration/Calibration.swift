import Glibc

/// From a forest's margin to the probability of fraud. Never falling: a higher margin never gets a lower probability.
public enum Calibration: Equatable, Sendable {
    /// The forest's own: 1 / (1 + e⁻ᵐ).
    case logistic
    case platt(PlattCalibration)
    case isotonic(IsotonicCalibration)

    public func probability(ofMargin margin: Double) -> Double {
        switch self {
        case .logistic: PlattCalibration.logistic(margin)
        case .platt(let platt): platt.probability(ofMargin: margin)
        case .isotonic(let isotonic): isotonic.probability(ofMargin: margin)
        }
    }

    /// Fitted on rows later than those the forest has learned from: isotonic where there are enough of both kinds to
    /// bear its steps, Platt's two parameters else. `logistic` when all are of one kind, which teaches nothing.
    public static func fitting(_ rows: ScoredRows) throws(LearningError) -> Calibration {
        let frauds = rows.labels.count(where: { $0 })
        let scarce = min(frauds, rows.count - frauds)
        if scarce == 0 { return .logistic }
        if scarce < isotonicMinimum { return .platt(try PlattCalibration(fitting: rows)) }
        return .isotonic(try IsotonicCalibration(fitting: rows))
    }

    /// Of the rarer kind.
    static let isotonicMinimum = 500
}
