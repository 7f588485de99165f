/// Every leaf's Shapley values of one tree, made at once: a table of which a row of data needs one row.
///
/// A leaf's number says everything that the tree knows of a row of data, so there are only as many games as leaves.
/// For every set of known players the expected answer is computed for all leaves together, and added to each player's
/// share with the weight that Shapley's formula gives it. That takes about 2^players · 2^depth · (players / 2 + 2)
/// steps, all of them in plain loops.
struct ObliviousShares {
    private let view: ObliviousTreeView
    private let count: Int
    private let weights: ShapleyWeights
    /// What all players have, and what each has beyond it: by player, by leaf.
    private var common: [Double]
    private var parts: [Double]

    private init(_ view: ObliviousTreeView) {
        self.view = view
        count = view.players.count
        weights = ShapleyWeights(count: count)
        common = [Double](repeating: 0, count: view.leafCount)
        parts = [Double](repeating: 0, count: view.leafCount * count)
    }

    /// By leaf, by output, by player; a leaf's numbers are `stride` apart.
    typealias Writer = (_ leaf: Int, _ output: Int, _ player: Int, _ share: Double) -> Void

    /// By the training rows' weights: nodes are weighed as CatBoost weighs them.
    static func pathDependent(
        _ view: ObliviousTreeView, weights: UnsafePointer<Double>, write: Writer
    ) -> [Double] {
        let masses = ObliviousGame.masses(view.depth, weights)
        return each(view, write) { shares, leaves in
            var levels = [[Double]](repeating: [], count: view.players.count + 1)
            levels[0] = leaves
            return shares.fold(&levels, 0, level: 0, known: 0, met: 0, masses)
        }
    }

    /// Against background rows, whose share in each leaf is given: unknown players have what a background row has.
    static func interventional(
        _ view: ObliviousTreeView, background: UnsafePointer<Double>, write: Writer
    ) -> [Double] {
        each(view, write) { shares, leaves in shares.mix(leaves, background) }
    }

    /// Returns each output's expected answer when nobody is known.
    private static func each(
        _ view: ObliviousTreeView, _ write: Writer, _ play: (inout ObliviousShares, [Double]) -> Double
    ) -> [Double] {
        (0..<view.outputs).map { output in
            var shares = ObliviousShares(view)
            let expected = play(&shares, (0..<view.leafCount).map { view.values[$0 * view.outputs + output] })
            for player in 0..<shares.count {
                for leaf in 0..<view.leafCount {
                    write(leaf, output, player, shares.common[leaf] + shares.parts[player * view.leafCount + leaf])
                }
            }
            return expected
        }
    }

    /// Adds the values of a set, one a leaf.
    private mutating func add(_ values: [Double], of set: Int) {
        let size = set.nonzeroBitCount
        let outside = weights.outside(size)
        values.withUnsafeBufferPointer { values in
            common.withUnsafeMutableBufferPointer { common in
                for leaf in 0..<values.count { common[leaf] += outside * values[leaf] }
            }
            let inside = size > 0 ? weights.inside(size) - outside : 0
            parts.withUnsafeMutableBufferPointer { parts in
                for player in 0..<count where set >> player & 1 == 1 {
                    let part = parts.baseAddress! + player * values.count
                    for leaf in 0..<values.count { part[leaf] += inside * values[leaf] }
                }
            }
        }
    }

    /// From the lowest level up: a number's bits above the level name a node, the bits below are the row's own.
    /// Returns the value of the empty set.
    private mutating func fold(
        _ levels: inout [[Double]], _ current: Int, level: Int, known: Int, met: Int, _ masses: [[Double]]
    ) -> Double {
        guard level < view.depth else {
            add(levels[current], of: known)
            return levels[current][0]
        }
        let player = 1 << view.playerOfLevel[level]
        if known & player != 0 {
            return fold(&levels, current, level: level + 1, known: known, met: met, masses)
        }
        var next = current
        if met & player == 0 {
            next = current + 1
            levels[next] = levels[current]
            _ = fold(&levels, next, level: level + 1, known: known | player, met: met | player, masses)
            levels[next] = levels[current]
        }
        Self.average(&levels[next], level, masses[level])
        return fold(&levels, next, level: level + 1, known: known, met: met | player, masses)
    }

    private static func average(_ values: inout [Double], _ level: Int, _ mass: [Double]) {
        let side = 1 << level
        values.withUnsafeMutableBufferPointer { values in
            for node in 0..<mass.count / 2 {
                let (left, right) = (mass[2 * node], mass[2 * node + 1])
                let both = left + right
                let low = values.baseAddress! + node * 2 * side
                let high = low + side
                for row in 0..<side {
                    let mixed = both > 0 ? (left * low[row] + right * high[row]) / both : 0
                    (low[row], high[row]) = (mixed, mixed)
                }
            }
        }
    }

    /// For every set: the background's bits of those outside it are put beside every choice of those inside.
    private mutating func mix(_ leaves: [Double], _ background: UnsafePointer<Double>) -> Double {
        var expected = 0.0
        for set in 0..<1 << count {
            let inside = view.levels(of: set)
            var others = [Double](repeating: 0, count: leaves.count)
            for leaf in leaves.indices { others[leaf & ~inside] += background[leaf] }
            var values = [Double](repeating: 0, count: leaves.count)
            for leaf in leaves.indices { values[leaf & inside] += others[leaf & ~inside] * leaves[leaf] }
            if set == 0 { expected = values[0] }
            for leaf in leaves.indices where leaf & ~inside != 0 { values[leaf] = values[leaf & inside] }
            add(values, of: set)
        }
        return expected
    }
}
