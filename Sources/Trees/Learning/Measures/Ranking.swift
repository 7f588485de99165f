extension ScoredRows {
    /// The probability that a fraud's score is above another row's, ties counting half: the area under the ROC curve.
    /// Nil unless there is weight on both sides.
    public var rocAUC: Double? {
        var (above, area, others) = (0.0, 0.0, 0.0)
        forEachGroup { _, positive, negative in
            area += negative * (above + positive / 2)
            above += positive
            others += negative
        }
        return above > 0 && others > 0 ? area / (above * others) : nil
    }

    /// The precision reached at each further share of the frauds, averaged over them: the area under the
    /// precision-recall curve in steps, as scikit-learn's `average_precision_score`. Nil without frauds.
    public var averagePrecision: Double? {
        var (found, seen, sum) = (0.0, 0.0, 0.0)
        forEachGroup { _, positive, negative in
            found += positive
            seen += positive + negative
            if positive > 0 { sum += positive * (found / seen) }
        }
        return found > 0 ? sum / found : nil
    }
}

/// Where the k % most suspect rows end.
public struct TopShare: Equatable, Sendable {
    public let share: Double
    public let rows: Int
    /// The share of frauds among them.
    public let precision: Double
    /// The share of all frauds that are among them; nil without frauds.
    public let recall: Double?
    /// The share of all recoverable duty that is among them; nil without any.
    public let revenue: Double?

    static func rows(_ share: Double, of count: Int) -> Int {
        min(count, max(1, Int((Double(count) * share).rounded(.toNearestOrEven))))
    }
}

extension ScoredRows {
    /// What controlling the `share` most suspect rows finds: at least one row, and of a group of equal scores that does
    /// not fit in whole, what a random draw from it would find. Weights do not count here: a control is a control.
    /// `duties` is what each row would bring in if it is a fraud.
    public func top(_ share: Double, duties: [Double]? = nil) throws(LearningError) -> TopShare {
        guard share > 0, share <= 1 else { throw LearningError(.badParameter, "part \(share)") }
        try Self.check(duties, count: count)
        let rows = TopShare.rows(share, of: count)
        var (left, start) = (rows, 0)
        var (found, recovered) = (0.0, 0.0)
        for end in groupEnds where left > 0 {
            let (inGroup, duty) = positives(from: start, to: Int(end), duties)
            let size = Int(end) - start
            let taken = Double(min(left, size)) / Double(size)
            found += inGroup * taken
            recovered += duty * taken
            left -= min(left, size)
            start = Int(end)
        }
        let (all, due) = positives(from: 0, to: count, duties)
        return TopShare(
            share: share, rows: rows, precision: found / Double(rows), recall: all > 0 ? found / all : nil,
            revenue: due > 0 ? recovered / due : nil)
    }

    private func positives(from start: Int, to end: Int, _ duties: [Double]?) -> (count: Double, duty: Double) {
        var (count, duty) = (0.0, 0.0)
        for place in start..<end where labels[Int(order[place])] {
            count += 1
            if let duties { duty += duties[Int(order[place])] }
        }
        return (count, duty)
    }

    static func check(_ duties: [Double]?, count: Int) throws(LearningError) {
        guard let duties else { return }
        guard duties.count == count else { throw LearningError(.mismatchedCounts) }
        if let row = duties.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw LearningError(.badWeight, "ligne \(row + 1)")
        }
    }
}
