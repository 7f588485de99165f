/// The never falling function nearest to the observed rates: pool adjacent violators, with straight lines between what
/// it knows and its ends carried on beyond.
public struct IsotonicCalibration: Equatable, Sendable {
    /// Rising.
    public let margins: [Double]
    /// Never falling, from 0 to 1; one a margin.
    public let probabilities: [Double]

    public init(margins: [Double], probabilities: [Double]) throws(LearningError) {
        guard !margins.isEmpty, margins.count == probabilities.count, margins.allSatisfy(\.isFinite),
            probabilities.allSatisfy({ 0...1 ~= $0 }), zip(margins, margins.dropFirst()).allSatisfy(<),
            zip(probabilities, probabilities.dropFirst()).allSatisfy(<=)
        else { throw LearningError(.badParameter, "calibration") }
        (self.margins, self.probabilities) = (margins, probabilities)
    }

    public init(fitting rows: ScoredRows) throws(LearningError) {
        let (positive, negative) = rows.totals
        guard positive > 0, negative > 0 else { throw LearningError(.oneClassOnly) }
        var blocks: [Block] = []
        // From the lowest score on.
        var groups: [(score: Double, positive: Double, negative: Double)] = []
        rows.forEachGroup { groups.append(($0, $1, $2)) }
        for group in groups.reversed() where group.positive + group.negative > 0 {
            var block = Block(
                low: group.score, high: group.score, sum: group.positive, weight: group.positive + group.negative)
            while let last = blocks.last, last.sum * block.weight >= block.sum * last.weight {
                block = Block(
                    low: last.low, high: block.high, sum: last.sum + block.sum, weight: last.weight + block.weight)
                blocks.removeLast()
            }
            blocks.append(block)
        }
        var (margins, probabilities) = ([Double](), [Double]())
        for block in blocks {
            let rate = min(1, block.sum / block.weight)
            // Blocks whose rates differ by less than a rounding are one step.
            let floor = probabilities.last ?? 0
            for margin in block.low < block.high ? [block.low, block.high] : [block.low] {
                margins.append(margin)
                probabilities.append(max(floor, rate))
            }
        }
        try self.init(margins: margins, probabilities: probabilities)
    }

    private struct Block {
        var low: Double
        var high: Double
        var sum: Double
        var weight: Double
    }

    public func probability(ofMargin margin: Double) -> Double {
        var (low, high) = (0, margins.count)
        while low < high {
            let middle = (low + high) / 2
            if margins[middle] <= margin { low = middle + 1 } else { high = middle }
        }
        if low == 0 { return probabilities[0] }
        if low == margins.count { return probabilities[low - 1] }
        let (from, to) = (margins[low - 1], margins[low])
        let share = min(1, max(0, (margin - from) / (to - from)))
        let (below, above) = (probabilities[low - 1], probabilities[low])
        return min(above, below + share * (above - below))
    }
}
