/// A feature of a case, as far as comparing goes.
public enum CaseValue: Sendable, Equatable {
    case missing
    /// What is more or less.
    case number(Double)
    /// What is only the same or another: codes, yes and no.
    case word(String)
}

/// How far two cases lie apart, from 0 (alike in all that counts) to 1.
///
/// Numbers are compared by the share of the known cases that lies between them. That has no unit, one outlier does not
/// squeeze all others together, and like trees it only asks what is more and what is less. Each feature weighs what it
/// contributed to the prediction.
public struct CaseMetric: Sendable {
    private let weights: [Double]
    /// By feature: the numbers of the known cases, sorted.
    private let known: [[Double]]

    /// - Parameters:
    ///   - weights: one a feature, in any unit; what is no number above 0 does not count.
    ///   - cases: a value for each feature.
    public init(weights: [Double], cases: [[CaseValue]]) {
        let sound = weights.map { $0 > 0 && $0.isFinite ? $0 : 0 }
        let sum = sound.reduce(0, +)
        self.weights = sum > 0 && sum.isFinite ? sound.map { $0 / sum } : sound.map { _ in 0 }
        known = weights.indices.map { feature in
            cases.compactMap { one in
                guard one.indices.contains(feature), case .number(let value) = one[feature], value.isFinite else {
                    return nil
                }
                return value
            }.sorted()
        }
    }

    public func distance(_ a: [CaseValue], _ b: [CaseValue]) -> Double {
        weights.indices.reduce(0) { sum, feature in
            guard a.indices.contains(feature), b.indices.contains(feature) else { return sum + weights[feature] }
            return sum + weights[feature] * difference(feature, a[feature], b[feature])
        }
    }

    /// In one feature, from 0 to 1. What is missing in one of the two differs; missing in both does not.
    public func difference(_ feature: Int, _ a: CaseValue, _ b: CaseValue) -> Double {
        switch (a, b) {
        case (.number(let a), .number(let b)) where a.isFinite && b.isFinite:
            a == b ? 0 : (rank(a, feature) - rank(b, feature)).magnitude
        default: a == b ? 0 : 1
        }
    }

    /// The share of the known cases below, those that are equal counting half.
    private func rank(_ value: Double, _ feature: Int) -> Double {
        let values = known[feature]
        guard !values.isEmpty else { return 0.5 }
        let (below, upTo) = (count(in: values) { $0 < value }, count(in: values) { $0 <= value })
        return Double(below + upTo) / Double(2 * values.count)
    }

    /// How many at the front hold, of sorted ones.
    private func count(in values: [Double], where holds: (Double) -> Bool) -> Int {
        var (low, high) = (0, values.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(values[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
