/// How sure it is that the true probability lies on the side of the nearest threshold where the calibrated one lies:
/// 0.5 on the threshold itself, near 1 far from it.
///
/// The error of a probability has two parts: how many outcomes it rests on (those behind the calibration, and those of
/// the segment), and how far off the calibration was on the whole, which no number of outcomes makes smaller.
enum Confidence {
    static func of(_ probability: Double?, support: Double, _ policy: DecisionPolicy) -> Double? {
        guard let p = probability else { return nil }
        let count = policy.calibrationSupport + max(0, support)
        // Agresti and Coull's centre, so that a probability of 0 is not taken for certain.
        let centre = (p * count + 2) / (count + 4)
        let variance = centre * (1 - centre) / (count + 4) + policy.calibrationError * policy.calibrationError
        return PortableMath.normalShare(below: policy.thresholds.distance(to: p) / variance.squareRoot())
    }
}
