/// What a control costs and what it finds, in the currency of the duties.
public struct ControlCosts: Equatable, Sendable {
    /// Of a full control: at or above `haut`.
    public var full: Double
    /// Of looking closer at a doubtful declaration: between `bas` and `haut`.
    public var light: Double
    /// The share of a fraud's duty that each recovers, from 0 to 1.
    public var fullRecovery: Double
    public var lightRecovery: Double

    public init(full: Double, light: Double, fullRecovery: Double = 1, lightRecovery: Double = 0.5) {
        (self.full, self.light) = (full, light)
        (self.fullRecovery, self.lightRecovery) = (fullRecovery, lightRecovery)
    }

    var areValid: Bool {
        full >= 0 && full.isFinite && light >= 0 && light.isFinite && 0...1 ~= fullRecovery && 0...1 ~= lightRecovery
    }
}

extension ScoredRows {
    /// The two thresholds with the largest net gain: duty recovered minus cost of control. `duties` is what is at stake
    /// in each row, recovered only where it was a fraud.
    ///
    /// With F(t) and L(t) the gain of full and of light control of all rows at or above t, the gain of both thresholds
    /// is L(bas) + (F − L)(haut): one pass from the top keeps the best `haut` so far. The curve's `gain` is F. Where no
    /// control pays, the thresholds lie above every score: nothing is controlled.
    public func thresholdsByNetGain(duties: [Double], costs: ControlCosts) throws(LearningError) -> ThresholdChoice {
        guard costs.areValid else { throw LearningError(.badParameter, "coûts de contrôle") }
        try requireProbabilities()
        try Self.check(duties, count: count)
        let nowhere = max(1, scores[Int(order[0])].nextUp)
        var curve = ThresholdCurve()
        forEachThreshold { curve.append($0, $1) }
        var (full, light, start) = (0.0, 0.0, 0)
        var (bestFull, haut) = (0.0, nowhere)
        var best = (value: 0.0, bas: nowhere, haut: nowhere)
        for end in groupEnds {
            for place in start..<Int(end) {
                let row = Int(order[place])
                let duty = labels[row] ? duties[row] : 0
                full += weights[row] * (costs.fullRecovery * duty - costs.full)
                light += weights[row] * (costs.lightRecovery * duty - costs.light)
            }
            let threshold = scores[Int(order[start])]
            curve.gain.append(full)
            if full - light > bestFull { (bestFull, haut) = (full - light, threshold) }
            if light + bestFull > best.value { best = (light + bestFull, threshold, haut) }
            start = Int(end)
        }
        let thresholds = try Thresholds(bas: best.bas, haut: best.haut)
        return ThresholdChoice(thresholds: thresholds, curve: curve, value: best.value)
    }
}
