@testable import Trees

/// Shapley values of the players of one tree, leaf by leaf, by counting coalitions by size: all terms of a sum have one
/// sign, so that it stays exact for paths of any length.
struct PathOracle {
    let ensemble: Ensemble

    func shares(_ slots: [Float]) -> [Double] {
        var shares = [Double](repeating: 0, count: ensemble.slots.players.count)
        let playerOfSlot = ensemble.slots.playerOfSlot
        for tree in ensemble.trees {
            var tasks: [(position: Int, path: [Int: (share: Double, isKept: Bool)])] = [(0, [:])]
            while let (position, path) = tasks.popLast() {
                let node = tree.nodes[position]
                if node.isLeaf {
                    for player in path.keys { shares[player] += node.value * gain(of: player, path) }
                    continue
                }
                let player = Int(playerOfSlot[Int(node.slot)])
                let (left, right) = (tree.nodes[Int(node.left)].cover, tree.nodes[Int(node.right)].cover)
                let isLeft = slots[Int(node.slot)] < node.threshold
                for (child, part, goes) in [(node.left, left, isLeft), (node.right, right, !isLeft)] {
                    let former = path[player] ?? (1, true)
                    var path = path
                    path[player] = (former.share * part / (left + right), former.isKept && goes)
                    tasks.append((Int(child), path))
                }
            }
        }
        return shares
    }

    /// A coalition of others brings the row here with the product of their answers and the rest's shares.
    private func gain(of player: Int, _ path: [Int: (share: Double, isKept: Bool)]) -> Double {
        var bySize = [1.0]
        for (other, step) in path where other != player {
            bySize.append(0)
            for size in stride(from: bySize.count - 1, through: 0, by: -1) {
                bySize[size] = bySize[size] * step.share + (size > 0 && step.isKept ? bySize[size - 1] : 0)
            }
        }
        var (sum, weight) = (0.0, 1 / Double(path.count))
        for (size, worth) in bySize.enumerated() {
            sum += worth * weight
            weight *= Double(size + 1) / Double(max(1, path.count - 1 - size))
        }
        return ((path[player]!.isKept ? 1 : 0) - path[player]!.share) * sum
    }
}
