import Glibc
import Platform

/// Grows isolation trees on a table's numbers. Draws follow one another: the same seed gives the same trees.
///
/// A question's value is drawn evenly between the least and the largest of its node on a signed logarithmic scale, on
/// which a tenfold price is as far above its neighbours as a tenth of it is below: on the amounts themselves nearly every
/// question would part the few largest from all others. What is missing says nothing to a question, so it goes to a side
/// drawn by how many of the others went there.
struct IsolationGrower {
    /// By column, by row; NaN is missing.
    private let columns: [[Float]]
    private var random: Random
    /// The table's rows that may be drawn; the first ones were, for the last tree.
    private var rows: [Int32]
    private let sample: Int
    private let deepest: Int
    /// The columns; from the left on, those that were tried at the last node.
    private var order: [Int]

    init(_ columns: [[Float]], rows: Range<Int>, sample: Int, seed: UInt64) {
        self.columns = columns
        self.rows = rows.map { Int32($0) }
        self.sample = sample
        deepest = IsolationTree.deepest(sample: sample)
        random = Random(seed: seed)
        order = Array(columns.indices)
    }

    /// On rows drawn without replacement.
    mutating func tree() -> IsolationTree {
        for place in 0..<sample { rows.swapAt(place, place + random.below(rows.count - place)) }
        var tree = IsolationTree()
        grow(0..<sample, depth: 0, &tree)
        return tree
    }

    private mutating func grow(_ range: Range<Int>, depth: Int, _ tree: inout IsolationTree) {
        guard range.count > 1, depth < deepest, let question = question(range) else {
            tree.nodes.append(-Int32(range.count))
            return
        }
        tree.nodes.append(Int32(question.column))
        tree.thresholds.append(question.threshold)
        tree.missingGoesLeft.append(question.missingGoesLeft)
        let middle = part(range, question)
        grow(range.lowerBound..<middle, depth: depth + 1, &tree)
        grow(middle..<range.upperBound, depth: depth + 1, &tree)
    }

    private struct Question {
        let column: Int
        let threshold: Float
        let missingGoesLeft: Bool
    }

    /// Of the first column drawn that can part the rows; nil when none can.
    private mutating func question(_ range: Range<Int>) -> Question? {
        for place in order.indices {
            order.swapAt(place, place + random.below(order.count - place))
            let column = order[place]
            let (low, high) = bounds(column, range)
            guard low < high else { continue }
            let (from, to) = (Self.scaled(low), Self.scaled(high))
            let drawn = Float(Self.unscaled(from + random.unit() * (to - from)))
            // Neither side is ever empty.
            let threshold = min(max(drawn, low), high.nextDown)
            let (left, present) = counts(column, range, threshold)
            return Question(
                column: column, threshold: threshold, missingGoesLeft: random.below(present) < left)
        }
        return nil
    }

    private func bounds(_ column: Int, _ range: Range<Int>) -> (low: Float, high: Float) {
        var (low, high) = (Float.infinity, -Float.infinity)
        for place in range {
            let value = columns[column][Int(rows[place])]
            // Neither is true of what is missing.
            if value < low { low = value }
            if value > high { high = value }
        }
        return (low, high)
    }

    private func counts(_ column: Int, _ range: Range<Int>, _ threshold: Float) -> (left: Int, present: Int) {
        var (left, present) = (0, 0)
        for place in range {
            let value = columns[column][Int(rows[place])]
            if value <= threshold { left += 1 }
            if !value.isNaN { present += 1 }
        }
        return (left, present)
    }

    /// Puts the rows that go left first, and tells where they end.
    private mutating func part(_ range: Range<Int>, _ question: Question) -> Int {
        var middle = range.lowerBound
        for place in range {
            let value = columns[question.column][Int(rows[place])]
            guard value.isNaN ? question.missingGoesLeft : value <= question.threshold else { continue }
            rows.swapAt(place, middle)
            middle += 1
        }
        return middle
    }

    static func scaled(_ value: Float) -> Double {
        value < 0 ? -log1p(-Double(value)) : log1p(Double(value))
    }
    static func unscaled(_ value: Double) -> Double { value < 0 ? -expm1(-value) : expm1(value) }
}
