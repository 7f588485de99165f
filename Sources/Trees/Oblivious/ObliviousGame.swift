/// The game of one tree for one row: what the tree is expected to answer when only a set of players is known.
///
/// CatBoost's order: the highest bit is asked at the root. Where a level's player is known the row's side is taken,
/// elsewhere both sides are weighed by the training rows that went there; nobody there counts as zero. So levels are
/// folded from the lowest bit upwards, each halving the values; players branch the folding in two when they are first
/// met. All sets together take depth · 2^depth steps.
struct ObliviousGame {
    private let view: ObliviousTreeView
    private let leaf: Int
    /// By level, from the lowest bit: the weight below each node that the level's question leads to.
    private let masses: [[Double]]

    init(_ view: ObliviousTreeView, weights: UnsafePointer<Double>, leaf: Int) {
        (self.view, self.leaf) = (view, leaf)
        masses = Self.masses(view.depth, weights)
    }

    static func masses(_ depth: Int, _ weights: UnsafePointer<Double>) -> [[Double]] {
        var masses = [[Double](UnsafeBufferPointer(start: weights, count: 1 << depth))]
        for level in 0..<depth {
            let below = masses[level]
            var above: [Double] = []
            for node in 0..<below.count / 2 { above.append(below[2 * node] + below[2 * node + 1]) }
            masses.append(above)
        }
        return masses
    }

    /// By set of players, given as bits: the expected answer of an output.
    func values(output: Int) -> [Double] {
        var values = [Double](repeating: 0, count: 1 << view.players.count)
        let leaves = (0..<view.leafCount).map { view.values[$0 * view.outputs + output] }
        fold(leaves, level: 0, known: 0, met: 0, into: &values)
        return values
    }

    /// What the tree is expected to answer when nobody is known.
    func expected(output: Int) -> Double {
        var nodes = (0..<view.leafCount).map { view.values[$0 * view.outputs + output] }
        for level in 0..<view.depth { nodes = mixed(nodes, level) }
        return nodes[0]
    }

    private func mixed(_ nodes: [Double], _ level: Int) -> [Double] {
        let mass = masses[level]
        return (0..<nodes.count / 2).map { node in
            let (left, right) = (mass[2 * node], mass[2 * node + 1])
            let both = left + right
            return both > 0 ? (left * nodes[2 * node] + right * nodes[2 * node + 1]) / both : 0
        }
    }

    private func fold(_ nodes: [Double], level: Int, known: Int, met: Int, into values: inout [Double]) {
        guard level < view.depth else {
            values[known] = nodes[0]
            return
        }
        let player = 1 << view.playerOfLevel[level]
        if known & player != 0 || met & player == 0 {
            let side = leaf >> level & 1
            let chosen = (0..<nodes.count / 2).map { nodes[2 * $0 + side] }
            fold(chosen, level: level + 1, known: known | player, met: met | player, into: &values)
        }
        if known & player == 0 {
            fold(mixed(nodes, level), level: level + 1, known: known, met: met | player, into: &values)
        }
    }
}

extension ObliviousGame {
    /// Each player's Shapley value, in the order of the view's players.
    func shares(output: Int) -> [Double] {
        let (values, count) = (values(output: output), view.players.count)
        let weights = ShapleyWeights(count: count)
        var shares = [Double](repeating: 0, count: count)
        for set in values.indices {
            let size = set.nonzeroBitCount
            for player in 0..<count where set >> player & 1 == 0 {
                shares[player] += weights.single(size) * (values[set | 1 << player] - values[set])
            }
        }
        return shares
    }

    /// What each two players do together beyond what each does alone, by player and player, halved so that a row of
    /// the matrix adds up to the player's Shapley value.
    func interactions(output: Int) -> [Double] {
        let (values, count) = (values(output: output), view.players.count)
        let weights = ShapleyWeights(count: count)
        var matrix = [Double](repeating: 0, count: count * count)
        for set in values.indices {
            let size = set.nonzeroBitCount
            for first in 0..<count where set >> first & 1 == 0 {
                let with = set | 1 << first
                let gain = values[with] - values[set]
                matrix[first * count + first] += weights.single(size) * gain
                for second in first + 1..<max(count, first + 1) where set >> second & 1 == 0 {
                    let other = set | 1 << second
                    let together = values[with | other] - values[other] - gain
                    matrix[first * count + second] += weights.pair(size) * together / 2
                }
            }
        }
        for first in 0..<count {
            for second in first + 1..<max(count, first + 1) {
                let half = matrix[first * count + second]
                matrix[second * count + first] = half
                matrix[first * count + first] -= half
                matrix[second * count + second] -= half
            }
        }
        return matrix
    }
}
