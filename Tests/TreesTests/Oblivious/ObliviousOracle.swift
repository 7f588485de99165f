import TestKit

@testable import Trees

/// A random forest of oblivious trees, and everything about it computed as slowly and plainly as can be.
struct ObliviousOracle {
    var slots: PlainSlots
    var trees: [ObliviousForest.Tree]
    var scale = 1.0
    var bias: [Double]

    /// A cell for each slot; NaN becomes -∞ or +∞. Players are as told, features their cells.
    struct PlainSlots: SlotSource {
        var cellCount: Int
        var playerOfSlot: [Int32]
        var players: [[Int32]]
        var slotCount: Int { playerOfSlot.count }

        func fill(_ slots: UnsafeMutablePointer<Float>, from cells: UnsafePointer<Float>) {
            for slot in 0..<slotCount {
                let cell = cells[slot % cellCount]
                slots[slot] = cell.isNaN ? (slot.isMultiple(of: 2) ? -.infinity : .infinity) : cell
            }
        }
        func filled(_ cells: [Float]) -> [Float] {
            var slots = [Float](repeating: 0, count: slotCount)
            fill(&slots, from: cells)
            return slots
        }
    }

    struct Shape {
        var trees = 5, slots = 6, cells = 6, outputs = 1
        var depths = 0...5
        var thresholds = 7
        /// One in so many leaves has no weight.
        var emptyLeaf = 4
        var sharesPlayers = false
    }

    init(_ shape: Shape, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let owners = (0..<shape.slots).map { Int32($0 % shape.cells) }
        if shape.sharesPlayers {
            // The last player is two features together, and every third slot is its doing.
            let players = (0..<Int32(shape.cells)).map { [$0] } + [[0, Int32(shape.cells - 1)]]
            slots = PlainSlots(
                cellCount: shape.cells,
                playerOfSlot: owners.enumerated().map { $0 % 3 == 2 ? Int32(shape.cells) : $1 }, players: players)
        } else {
            slots = PlainSlots(
                cellCount: shape.cells, playerOfSlot: owners, players: (0..<Int32(shape.cells)).map { [$0] })
        }
        trees = (0..<shape.trees).map { _ in
            let depth = Int.random(in: shape.depths, using: &random)
            let splits = (0..<depth).map { _ in
                let threshold =
                    Float(Int.random(in: 0..<shape.thresholds, using: &random)) - Float(shape.thresholds / 2)
                return ObliviousForest.Split(
                    slot: Int32.random(in: 0..<Int32(shape.slots), using: &random),
                    threshold: threshold == 3 ? .infinity : threshold)
            }
            let values = (0..<(1 << depth) * shape.outputs).map { _ in Double.random(in: -1...1, using: &random) }
            let weights = (0..<1 << depth).map { _ in
                Int.random(in: 0..<shape.emptyLeaf, using: &random) == 0
                    ? 0 : Double.random(in: 0.5...20, using: &random)
            }
            return ObliviousForest.Tree(splits: splits, values: values, weights: weights)
        }
        scale = 0.75
        bias = (0..<shape.outputs).map { 0.5 - Double($0) }
    }

    func forest(_ lanes: ObliviousLayout.Lanes = .best) throws -> ObliviousForest {
        try ObliviousForest(slots: slots, trees: trees, scale: scale, bias: bias, lanes: lanes)
    }

    func row(_ random: inout SeededGenerator) -> [Float] {
        (0..<slots.cellCount).map { _ in
            switch Int.random(in: 0..<12, using: &random) {
            case 0: .nan
            case 1: [.infinity, -.infinity, -0.0, .leastNonzeroMagnitude].randomElement(using: &random)!
            default: Float(Int.random(in: -16...16, using: &random)) / 4
            }
        }
    }

    func leaf(_ tree: ObliviousForest.Tree, _ slots: [Float]) -> Int {
        var leaf = 0
        for (level, split) in tree.splits.enumerated() where !(slots[Int(split.slot)] < split.threshold) {
            leaf |= 1 << level
        }
        return leaf
    }

    func leaves(_ cells: [Float]) -> [Int] {
        let slots = slots.filled(cells)
        return trees.map { leaf($0, slots) }
    }

    func margins(_ cells: [Float]) -> [Double] {
        var sums = [Double](repeating: 0, count: bias.count)
        for (tree, leaf) in zip(trees, leaves(cells)) {
            for output in sums.indices { sums[output] += tree.values[leaf * sums.count + output] }
        }
        return zip(sums, bias).map { scale * $0 + $1 }
    }
}

extension ObliviousOracle {
    /// What an output is expected to be when the players of a set are known.
    typealias Game = (_ known: Set<Int32>, _ output: Int) -> Double

    /// From the root, which asks the last question: known players' sides, others by weight.
    func pathDependent(_ cells: [Float]) -> Game {
        { known, output in
            var sum = 0.0
            for (tree, leaf) in zip(trees, leaves(cells)) {
                func walk(_ level: Int, _ prefix: Int) -> Double {
                    if level < 0 { return tree.values[prefix * bias.count + output] }
                    let (low, high) = (prefix, prefix | 1 << level)
                    if known.contains(slots.playerOfSlot[Int(tree.splits[level].slot)]) {
                        return walk(level - 1, leaf >> level & 1 == 1 ? high : low)
                    }
                    func weight(_ first: Int) -> Double { tree.weights[first..<first + 1 << level].reduce(0, +) }
                    let (left, right) = (weight(low), weight(high))
                    if left + right == 0 { return 0 }
                    return (left * walk(level - 1, low) + right * walk(level - 1, high)) / (left + right)
                }
                sum += walk(tree.splits.count - 1, 0)
            }
            return scale * sum + bias[output]
        }
    }

    /// The mean over background rows whose known players' slots are the row's.
    func interventional(_ cells: [Float], background: [[Float]]) -> Game {
        { known, output in
            let own = slots.filled(cells)
            var mean = 0.0
            for row in background {
                var mixed = slots.filled(row)
                for slot in own.indices where known.contains(slots.playerOfSlot[slot]) { mixed[slot] = own[slot] }
                let sum = trees.reduce(0) { $0 + $1.values[leaf($1, mixed) * bias.count + output] }
                mean += (scale * sum + bias[output]) / Double(background.count)
            }
            return mean
        }
    }

    /// By feature: Shapley's formula over all sets of players.
    func shares(_ game: Game, output: Int) -> [Double] {
        let players = Array(Int32(0)..<Int32(slots.players.count))
        var contributions = [Double](repeating: 0, count: slots.cellCount)
        let values = (0..<1 << players.count).map { set in game(Self.members(of: set), output) }
        for player in players.indices {
            var share = 0.0
            for set in values.indices where set >> player & 1 == 0 {
                let gain = values[set | 1 << player] - values[set]
                share += Self.weight(set.nonzeroBitCount, players.count) * gain
            }
            for feature in slots.players[player] {
                contributions[Int(feature)] += share / Double(slots.players[player].count)
            }
        }
        return contributions
    }

    /// By feature and feature.
    func interactions(_ game: Game, output: Int) -> [Double] {
        let (count, cells) = (slots.players.count, slots.cellCount)
        let values = (0..<1 << count).map { set in game(Self.members(of: set), output) }
        var matrix = [Double](repeating: 0, count: count * count)
        for first in 0..<count {
            for set in values.indices where set >> first & 1 == 0 {
                let gain = values[set | 1 << first] - values[set]
                matrix[first * count + first] += Self.weight(set.nonzeroBitCount, count) * gain
            }
            for second in 0..<count where second != first {
                let (one, other) = (1 << first, 1 << second)
                var together = 0.0
                for set in values.indices where set & (one | other) == 0 {
                    let extra = values[set | one | other] - values[set | one] - values[set | other] + values[set]
                    together += Self.weight(set.nonzeroBitCount, count - 1) * extra
                }
                matrix[first * count + second] += together / 2
                matrix[first * count + first] -= together / 2
            }
        }
        var features = [Double](repeating: 0, count: cells * cells)
        for first in 0..<count {
            for second in 0..<count {
                let pairs = slots.players[first].count * slots.players[second].count
                for row in slots.players[first] {
                    for column in slots.players[second] {
                        features[Int(row) * cells + Int(column)] += matrix[first * count + second] / Double(pairs)
                    }
                }
            }
        }
        return features
    }

    private static func members(of set: Int) -> Set<Int32> { Set((0..<Int32(30)).filter { set >> $0 & 1 == 1 }) }

    /// size! (count - size - 1)! / count!
    private static func weight(_ size: Int, _ count: Int) -> Double {
        func factorial(_ number: Int) -> Double { (0..<number).reduce(1) { $0 * Double($1 + 1) } }
        return factorial(size) * factorial(count - size - 1) / factorial(count)
    }
}
