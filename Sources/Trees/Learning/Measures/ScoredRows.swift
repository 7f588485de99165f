/// Rows with a score and what they turned out to be, in the order of their scores: what every measure starts from.
///
/// They are sorted once, O(n log n); each measure is then one pass. Rows with equal scores belong together: no measure
/// depends on how they happen to be ordered among themselves.
public struct ScoredRows: Sendable {
    /// The higher, the more suspect.
    public let scores: [Double]
    /// Whether it was a fraud.
    public let labels: [Bool]
    /// How much each row counts; zero is allowed.
    public internal(set) var weights: [Double]
    /// Positions by falling score.
    let order: [Int32]
    /// Where in `order` each group of equal scores ends.
    let groupEnds: [Int32]

    public init(scores: [Double], labels: [Bool], weights: [Double]? = nil) throws(LearningError) {
        guard !scores.isEmpty else { throw LearningError(.emptySample) }
        guard scores.count < Int32.max else { throw LearningError(.tooLarge, "\(scores.count) lignes") }
        let weights = weights ?? [Double](repeating: 1, count: scores.count)
        guard scores.count == labels.count, scores.count == weights.count else {
            throw LearningError(.mismatchedCounts)
        }
        if let row = scores.firstIndex(where: { !$0.isFinite }) { throw LearningError(.notANumber, "ligne \(row + 1)") }
        if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw LearningError(.badWeight, "ligne \(row + 1)")
        }
        (self.scores, self.labels, self.weights) = (scores, labels, weights)
        order = Self.fallingOrder(of: scores)
        groupEnds = Self.groups(of: order, scores)
    }

    public var count: Int { scores.count }

    /// The weight of the frauds and of all others.
    public var totals: (positive: Double, negative: Double) {
        var (positive, negative) = (0.0, 0.0)
        for (label, weight) in zip(labels, weights) {
            if label { positive += weight } else { negative += weight }
        }
        return (positive, negative)
    }

    /// Calls `body` with each group of rows of equal score, from the most suspect on: the score, and the weights of
    /// the frauds and of the others in it.
    @inline(__always)
    func forEachGroup(_ body: (_ score: Double, _ positive: Double, _ negative: Double) -> Void) {
        var start = 0
        for end in groupEnds {
            var (positive, negative) = (0.0, 0.0)
            for place in start..<Int(end) {
                let row = Int(order[place])
                if labels[row] { positive += weights[row] } else { negative += weights[row] }
            }
            body(scores[Int(order[start])], positive, negative)
            start = Int(end)
        }
    }

    private static func fallingOrder(of scores: [Double]) -> [Int32] {
        var order = Array(0..<Int32(scores.count))
        scores.withUnsafeBufferPointer { scores in
            order.sort { a, b in
                let (left, right) = (scores[Int(a)], scores[Int(b)])
                return left != right ? left > right : a < b
            }
        }
        return order
    }

    private static func groups(of order: [Int32], _ scores: [Double]) -> [Int32] {
        var ends: [Int32] = []
        for place in 1..<max(1, order.count) where scores[Int(order[place])] != scores[Int(order[place - 1])] {
            ends.append(Int32(place))
        }
        ends.append(Int32(order.count))
        return ends
    }
}
