/// What a threshold makes of the rows: those at or above it are called frauds.
public struct Confusion: Equatable, Sendable {
    public var truePositive = 0.0
    public var falsePositive = 0.0
    public var falseNegative = 0.0
    public var trueNegative = 0.0

    public init() {}

    /// Nil when nothing is called a fraud.
    public var precision: Double? { Self.ratio(truePositive, truePositive + falsePositive) }
    /// Nil without frauds.
    public var recall: Double? { Self.ratio(truePositive, truePositive + falseNegative) }
    public var f1: Double { f(1) }
    /// The share of rows that are called frauds.
    public var controlled: Double? {
        Self.ratio(truePositive + falsePositive, truePositive + falsePositive + falseNegative + trueNegative)
    }

    /// The mean of precision and recall in which recall counts `beta` times as much; 0 when nothing is found.
    public func f(_ beta: Double) -> Double {
        let square = beta * beta
        let weight = (1 + square) * truePositive
        return Self.ratio(weight, weight + square * falseNegative + falsePositive) ?? 0
    }

    private static func ratio(_ part: Double, _ whole: Double) -> Double? { whole > 0 ? part / whole : nil }
}

extension ScoredRows {
    public func confusion(at threshold: Double) -> Confusion {
        var result = Confusion()
        for row in 0..<count {
            switch (scores[row] >= threshold, labels[row]) {
            case (true, true): result.truePositive += weights[row]
            case (true, false): result.falsePositive += weights[row]
            case (false, true): result.falseNegative += weights[row]
            case (false, false): result.trueNegative += weights[row]
            }
        }
        return result
    }

    /// Calls `body` for every threshold that makes a difference, from the highest score down to the lowest.
    @inline(__always)
    func forEachThreshold(_ body: (_ threshold: Double, _ confusion: Confusion) -> Void) {
        var current = Confusion()
        (current.falseNegative, current.trueNegative) = totals
        forEachGroup { score, positive, negative in
            current.truePositive += positive
            current.falsePositive += negative
            // Differences of sums may end a hair below zero.
            current.falseNegative = max(0, current.falseNegative - positive)
            current.trueNegative = max(0, current.trueNegative - negative)
            body(score, current)
        }
    }
}
