/// A tree that parts rows by questions which fall at random, in the order in which it is walked: a node, then all to
/// its left, then all to its right.
struct IsolationTree: Equatable, Sendable {
    /// Of a question, its column; of a leaf, minus the number of rows that it holds.
    var nodes: [Int32] = []
    /// By question: a value that is not above it goes left.
    var thresholds: [Float] = []
    /// By question: whether what is missing goes left.
    var missingGoesLeft: [Bool] = []

    /// So deep is a tree that parts rows which halve at each question; deeper, a row is not unusual.
    static func deepest(sample: Int) -> Int { Int.bitWidth - (sample - 1).leadingZeroBitCount }

    /// A question or a leaf, as it is met.
    enum Node {
        case question(column: Int, threshold: Float, missingGoesLeft: Bool)
        case leaf(rows: Int)
    }

    /// Hands over all nodes with their depth; false when they are not one tree over `columns`, on `sample` rows.
    func walk(sample: Int, columns: Int, _ visit: (Node, _ depth: Int) -> Void = { _, _ in }) -> Bool {
        let deepest = Self.deepest(sample: sample)
        guard thresholds.count == missingGoesLeft.count, nodes.count == 2 * thresholds.count + 1 else { return false }
        var (question, rows) = (0, 0)
        // Depths of the nodes that are still to come.
        var waiting = [0]
        for node in nodes {
            guard let depth = waiting.popLast() else { return false }
            if node >= 0 {
                guard Int(node) < columns, depth < deepest, question < thresholds.count,
                    thresholds[question].isFinite
                else { return false }
                visit(
                    .question(
                        column: Int(node), threshold: thresholds[question],
                        missingGoesLeft: missingGoesLeft[question]), depth)
                waiting += [depth + 1, depth + 1]
                question += 1
            } else {
                rows -= Int(node)
                guard rows <= sample else { return false }
                visit(.leaf(rows: -Int(node)), depth)
            }
        }
        return waiting.isEmpty && question == thresholds.count && rows == sample
    }
}
