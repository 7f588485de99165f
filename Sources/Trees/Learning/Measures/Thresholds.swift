/// From which probability on a row is doubtful (`bas`) and from which it is called a fraud (`haut`).
public struct Thresholds: Equatable, Sendable {
    public let bas: Double
    public let haut: Double

    /// `0 ≤ bas ≤ haut`.
    public init(bas: Double, haut: Double) throws(LearningError) {
        guard bas >= 0, bas <= haut, haut.isFinite else { throw LearningError(.badParameter, "seuils \(bas), \(haut)") }
        (self.bas, self.haut) = (bas, haut)
    }
}

/// What each possible threshold finds, from the highest on; flat, one entry a distinct score.
public struct ThresholdCurve: Equatable, Sendable {
    public var thresholds: [Double] = []
    /// The share of rows at or above it.
    public var controlled: [Double] = []
    public var precision: [Double] = []
    public var recall: [Double] = []
    public var f1: [Double] = []
    /// What controlling exactly those rows brings in after its cost; empty when that was not asked for.
    public var gain: [Double] = []

    public var count: Int { thresholds.count }

    /// At most `limit` of its points, evenly spread, with the first and the last.
    public func thinned(to limit: Int) -> ThresholdCurve {
        guard limit >= 2, count > limit else { return self }
        let kept = (0..<limit).map { $0 * (count - 1) / (limit - 1) }
        func pick(_ values: [Double]) -> [Double] { values.isEmpty ? [] : kept.map { values[$0] } }
        return ThresholdCurve(
            thresholds: pick(thresholds), controlled: pick(controlled), precision: pick(precision),
            recall: pick(recall), f1: pick(f1), gain: pick(gain))
    }
}

/// Thresholds and what they were chosen from.
public struct ThresholdChoice: Equatable, Sendable {
    public let thresholds: Thresholds
    public let curve: ThresholdCurve
    /// What the choice made largest: the F1 at `haut`, or the net gain of both.
    public let value: Double
}

extension ScoredRows {
    /// `haut` where F1 is largest, `bas` where F2, in which recall counts twice, is. Of equal ones the highest is
    /// taken: fewer controls.
    public func thresholdsByF1() throws(LearningError) -> ThresholdChoice {
        try requireProbabilities()
        let (positive, negative) = totals
        guard positive > 0, negative > 0 else { throw LearningError(.oneClassOnly) }
        var curve = ThresholdCurve()
        var (best, second) = ((value: -1.0, at: 0.0), (value: -1.0, at: 0.0))
        forEachThreshold { threshold, confusion in
            curve.append(threshold, confusion)
            if confusion.f1 > best.value { best = (confusion.f1, threshold) }
            if confusion.f(2) > second.value { second = (confusion.f(2), threshold) }
        }
        let thresholds = try Thresholds(bas: min(second.at, best.at), haut: best.at)
        return ThresholdChoice(thresholds: thresholds, curve: curve, value: best.value)
    }
}

extension ThresholdCurve {
    mutating func append(_ threshold: Double, _ confusion: Confusion) {
        thresholds.append(threshold)
        controlled.append(confusion.controlled ?? 0)
        precision.append(confusion.precision ?? 0)
        recall.append(confusion.recall ?? 0)
        f1.append(confusion.f1)
    }
}
