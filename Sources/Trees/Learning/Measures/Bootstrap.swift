import Platform

/// Where a measure would lie on other samples of the same kind.
public struct Interval: Equatable, Sendable {
    public let low: Double
    public let high: Double
    /// The share of replicates inside it: 0.95.
    public let level: Double
}

/// Intervals by drawing the rows anew, with replacement. The same seed gives the same interval, everywhere.
public struct Bootstrap: Sendable {
    public var replicates: Int
    public var level: Double
    public var seed: UInt64

    public init(replicates: Int = 1000, level: Double = 0.95, seed: UInt64 = 42) {
        (self.replicates, self.level, self.seed) = (replicates, level, seed)
    }

    /// The percentiles of `measure` over the replicates, interpolated. A replicate on which there is no measure, for
    /// lack of frauds, does not count; nil when that is so for more than half of them.
    public func interval(
        over rows: ScoredRows, of measure: (ScoredRows) -> Double?
    ) throws(LearningError) -> Interval? {
        interval(of: try values(over: rows, of: measure))
    }

    /// The same for how much more `measure` is of the first than of the second, which score the same rows in the same
    /// order: each replicate draws the same rows for both.
    public func gap(
        of first: ScoredRows, over second: ScoredRows, of measure: (ScoredRows) -> Double?
    ) throws(LearningError) -> Interval? {
        guard first.labels == second.labels else { throw LearningError(.mismatchedCounts) }
        let (mine, others) = (try values(over: first, of: measure), try values(over: second, of: measure))
        return interval(of: zip(mine, others).map { mine, other in mine.flatMap { mine in other.map { mine - $0 } } })
    }

    /// A value for each replicate; the seed and the number of rows alone decide what is drawn.
    ///
    /// Rows are not copied: how often one was drawn multiplies its weight, and the order of the scores stays.
    private func values(
        over rows: ScoredRows, of measure: (ScoredRows) -> Double?
    ) throws(LearningError) -> [Double?] {
        guard 1...100_000 ~= replicates else { throw LearningError(.badParameter, "\(replicates) rééchantillonnages") }
        guard level > 0, level < 1 else { throw LearningError(.badParameter, "niveau \(level)") }
        var random = Random(seed: seed)
        var drawn = rows
        var times = [Double](repeating: 0, count: rows.count)
        return (0..<replicates).map { _ in
            for row in times.indices { times[row] = 0 }
            for _ in times.indices { times[random.below(times.count)] += 1 }
            for row in times.indices { drawn.weights[row] = rows.weights[row] * times[row] }
            return measure(drawn)
        }
    }

    private func interval(of replicates: [Double?]) -> Interval? {
        let values = replicates.compactMap(\.self).sorted()
        guard values.count * 2 >= replicates.count else { return nil }
        let tail = (1 - level) / 2
        return Interval(low: Self.percentile(tail, values), high: Self.percentile(1 - tail, values), level: level)
    }

    private static func percentile(_ share: Double, _ sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
}

extension Random {
    /// Uniform below `bound`, by multiplication: one draw, and a bias below bound ÷ 2⁶⁴.
    @inline(__always)
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
