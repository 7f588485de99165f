import Glibc

/// Platt's calibration: a logistic curve over the margin, with targets drawn in from 0 and 1 by what the number of rows
/// allows to claim.
public struct PlattCalibration: Equatable, Sendable {
    /// Never below 0.
    public let slope: Double
    public let intercept: Double

    public init(slope: Double, intercept: Double) throws(LearningError) {
        guard slope >= 0, slope.isFinite, intercept.isFinite else { throw LearningError(.badParameter, "calibration") }
        (self.slope, self.intercept) = (slope, intercept)
    }

    @inline(__always)
    public func probability(ofMargin margin: Double) -> Double { Self.logistic(slope * margin + intercept) }

    @inline(__always)
    static func logistic(_ value: Double) -> Double {
        // Two forms, so that neither overflows and both are exact to the last bits.
        if value >= 0 { return 1 / (1 + exp(-value)) }
        let power = exp(value)
        return power / (1 + power)
    }

    /// The most likely curve that does not fall: Newton's steps on a convex loss, halved while they overshoot. Margins
    /// that rank the frauds last get the slope 0, and everybody the same rate.
    public init(fitting rows: ScoredRows) throws(LearningError) {
        let (positive, negative) = rows.totals
        guard positive > 0, negative > 0 else { throw LearningError(.oneClassOnly) }
        let problem = PlattProblem(
            rows: rows, high: (positive + 1) / (positive + 2), low: 1 / (negative + 2))
        let (slope, intercept) = problem.solve(from: (0, log((positive + 1) / (negative + 1))))
        if slope > 0 {
            try self.init(slope: slope, intercept: intercept)
        } else {
            let mean = (positive * problem.high + negative * problem.low) / (positive + negative)
            try self.init(slope: 0, intercept: log(mean / (1 - mean)))
        }
    }
}

/// The loss of a slope and an intercept, and the way down.
private struct PlattProblem {
    let rows: ScoredRows
    let high: Double
    let low: Double
    /// Margins are brought near 1, so that both parameters weigh alike.
    let scale: Double

    init(rows: ScoredRows, high: Double, low: Double) {
        (self.rows, self.high, self.low) = (rows, high, low)
        scale = max(rows.scores.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
    }

    func solve(from start: (Double, Double)) -> (Double, Double) {
        var (slope, intercept) = start
        var loss = self.loss(slope, intercept)
        for _ in 0..<100 {
            let step = newtonStep(slope, intercept)
            if abs(step.slope) < 1e-12 * max(1, abs(slope)), abs(step.intercept) < 1e-12 * max(1, abs(intercept)) {
                break
            }
            var length = 1.0
            while length > 1e-10 {
                let (nextSlope, nextIntercept) = (slope - length * step.slope, intercept - length * step.intercept)
                let next = self.loss(nextSlope, nextIntercept)
                if next <= loss {
                    (slope, intercept) = (nextSlope, nextIntercept)
                    loss = next
                    break
                }
                length /= 2
            }
            if length <= 1e-10 { break }
        }
        return (slope / scale, intercept)
    }

    private func target(_ row: Int) -> Double { rows.labels[row] ? high : low }

    private func loss(_ slope: Double, _ intercept: Double) -> Double {
        var sum = 0.0
        for row in 0..<rows.count {
            let value = slope * (rows.scores[row] / scale) + intercept
            // -t log p - (1 - t) log (1 - p), in a form that no value overflows.
            sum += rows.weights[row] * (max(value, 0) - target(row) * value + log1p(exp(-abs(value))))
        }
        return sum
    }

    private func newtonStep(_ slope: Double, _ intercept: Double) -> (slope: Double, intercept: Double) {
        var (byMargin, byOne) = (0.0, 0.0)
        var (marginMargin, marginOne, oneOne) = (1e-12, 0.0, 1e-12)
        for row in 0..<rows.count {
            let margin = rows.scores[row] / scale
            let probability = PlattCalibration.logistic(slope * margin + intercept)
            let error = rows.weights[row] * (probability - target(row))
            byMargin += error * margin
            byOne += error
            let curvature = rows.weights[row] * probability * (1 - probability)
            marginMargin += curvature * margin * margin
            marginOne += curvature * margin
            oneOne += curvature
        }
        let determinant = marginMargin * oneOne - marginOne * marginOne
        // All margins equal: only the intercept can be told.
        guard determinant > 1e-12 * marginMargin * oneOne else { return (0, byOne / oneOne) }
        return (
            (oneOne * byMargin - marginOne * byOne) / determinant,
            (marginMargin * byOne - marginOne * byMargin) / determinant
        )
    }
}
