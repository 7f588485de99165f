@testable import Trees

/// Shapley values by their definition: every coalition of players is asked what it is worth.
struct ShapleyOracle {
    let ensemble: Ensemble
    private let playerOfSlot: [Int32]
    private let players: [[Int32]]

    init(_ ensemble: Ensemble) {
        (self.ensemble, playerOfSlot) = (ensemble, ensemble.slots.playerOfSlot)
        players = ensemble.slots.players
    }

    /// The row's margin, its leaves added up as doubles.
    func margin(_ row: [Float], output: Int) -> Double {
        value(of: Set(players.indices), slots(row), output: output)
    }

    /// By the training rows that came through the nodes, or against background rows.
    func contributions(_ row: [Float], against background: [[Float]]? = nil, output: Int) -> [Double] {
        let worth = worths(row, background, output)
        var contributions = [Double](repeating: 0, count: ensemble.slots.cellCount)
        for (player, features) in players.enumerated() {
            var sum = 0.0
            for coalition in worth.indices where coalition & 1 << player == 0 {
                let weight = 1 / Double(players.count) / choose(players.count - 1, coalition.nonzeroBitCount)
                sum += weight * (worth[coalition | 1 << player] - worth[coalition])
            }
            for feature in features { contributions[Int(feature)] += sum / Double(features.count) }
        }
        return contributions
    }

    /// By player and player.
    func interactions(_ row: [Float], output: Int) -> [[Double]] {
        let (worth, count) = (worths(row, nil, output), players.count)
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        for one in 0..<count {
            for other in 0..<count where one != other {
                let (first, second) = (1 << one, 1 << other)
                for coalition in worth.indices where coalition & (first | second) == 0 {
                    let weight = 0.5 / Double(count - 1) / choose(count - 2, coalition.nonzeroBitCount)
                    let both = worth[coalition | first | second] + worth[coalition]
                    matrix[one][other] += weight * (both - worth[coalition | first] - worth[coalition | second])
                }
            }
        }
        return matrix
    }

    private func worths(_ row: [Float], _ background: [[Float]]?, _ output: Int) -> [Double] {
        let slots = slots(row)
        let others = background?.map { self.slots($0) }
        return (0..<1 << players.count).map { coalition in
            let members = Set(players.indices.filter { coalition & 1 << $0 != 0 })
            guard let others else { return value(of: members, slots, output: output) }
            let mixed = others.map { other in
                other.indices.map { members.contains(Int(playerOfSlot[$0])) ? slots[$0] : other[$0] }
            }
            return mixed.reduce(0) { $0 + value(of: Set(players.indices), $1, output: output) } / Double(mixed.count)
        }
    }

    private func value(of members: Set<Int>, _ slots: [Float], output: Int) -> Double {
        ensemble.trees.filter { $0.output == output }.reduce(ensemble.base[output]) {
            $0 + value(of: members, slots, $1.nodes, 0)
        }
    }

    private func value(of members: Set<Int>, _ slots: [Float], _ nodes: [Ensemble.Node], _ position: Int) -> Double {
        let node = nodes[position]
        if node.isLeaf { return node.value }
        let (left, right) = (Int(node.left), Int(node.right))
        if members.contains(Int(playerOfSlot[Int(node.slot)])) {
            return value(of: members, slots, nodes, slots[Int(node.slot)] < node.threshold ? left : right)
        }
        var (one, two) = (nodes[left].cover, nodes[right].cover)
        (one, two) = (one > 0 ? min(one, 1e300) : 0, two > 0 ? min(two, 1e300) : 0)
        if one + two == 0 { (one, two) = (1, 1) }
        return
            (value(of: members, slots, nodes, left) * (one / (one + two))
            + value(of: members, slots, nodes, right) * (two / (one + two)))
    }

    private func slots(_ row: [Float]) -> [Float] {
        var slots = [Float](repeating: 0, count: ensemble.slots.slotCount)
        ensemble.slots.fill(&slots, from: row)
        return slots
    }

    private func choose(_ count: Int, _ some: Int) -> Double {
        (0..<some).reduce(1.0) { $0 * Double(count - $1) / Double($1 + 1) }
    }
}
