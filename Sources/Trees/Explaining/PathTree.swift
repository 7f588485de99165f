import CLanes

/// A tree as `clanes_explain_row` wants it: splits before what is below them, with the player's former split.
///
/// Built without recursion, so that no depth of a tree is too much.
struct PathTree {
    private(set) var splits: [clanes_path_split] = []
    private(set) var pairs: [Double] = []
    private(set) var leaves: [clanes_path_leaf] = []
    private(set) var steps: [clanes_path_step] = []
    private(set) var innerCount = 0
    /// Shares of the training weight that are left to a player after its splits so far, by entry of `factors`. The
    /// first two entries are for a player who has lost, and for one who had no split before.
    private(set) var held: [Double] = [0, 1]
    /// Most different players on a path.
    private(set) var players = 0
    private(set) var depth = 0
    /// The tree's value when nothing is known of a row.
    private(set) var expected = 0.0

    /// Pairs of leaves come after all other splits.
    private var lastSplits: [clanes_path_split] = []
    private var playersOnPath = 0

    /// What a player's former split on the path has left: nothing has been asked yet, or where it is written down.
    struct Holding {
        var place: Int32 = 0
        var entry: Int32 = 1
        var share = 1.0
    }

    private struct Visit {
        var node: Int32
        var place: Int32 = 0
        var depth = 0
        var weight = 1.0
    }
    private enum Task {
        case visit(Visit)
        case turn(split: Int32, depth: Int, player: Int, share: Double)
        case leave(split: Int32, place: Int32, depth: Int, player: Int, former: Holding)
    }

    /// `holdings` has one for each player, untouched, and is given back so.
    init(_ tree: Ensemble.Tree, playerOfSlot: [Int32], holdings: inout [Holding]) {
        var tasks = [Task.visit(Visit(node: 0))]
        while let task = tasks.popLast() {
            switch task {
            case .visit(let visit): enter(visit, tree.nodes, playerOfSlot, &holdings, &tasks)
            case .turn(let split, let depth, let player, let share):
                append(clanes_step_turn, 0, depth, split)
                holdings[player] = Holding(place: 2 + 2 * split, entry: -1, share: share)
            case .leave(let split, let place, let depth, let player, let former):
                append(clanes_step_leave, place, depth, split)
                holdings[player] = former
                if former.place == 0 { playersOnPath -= 1 }
            }
        }
        innerCount = splits.count
        for index in steps.indices where steps[index].kind == UInt8(clanes_step_pair) {
            steps[index].index += Int32(innerCount)
        }
        splits += lastSplits
        lastSplits = []
    }

    private mutating func enter(
        _ visit: Visit, _ nodes: [Ensemble.Node], _ playerOfSlot: [Int32], _ holdings: inout [Holding],
        _ tasks: inout [Task]
    ) {
        let node = nodes[Int(visit.node)]
        depth = max(depth, visit.depth)
        if node.isLeaf {
            expected += visit.weight * node.value
            append(clanes_step_leaf, visit.place, visit.depth, Int32(leaves.count))
            leaves.append(clanes_path_leaf(value: node.value, place: Int64(visit.place)))
            return
        }
        precondition(node.left > visit.node && node.right > visit.node, "a tree whose links lead back")
        let (left, right) = (nodes[Int(node.left)], nodes[Int(node.right)])
        let share = Self.share(of: left.cover, beside: right.cover)
        let player = Int(playerOfSlot[Int(node.slot)])
        let former = holdings[player]
        if former.entry < 0 {
            holdings[player].entry = Int32(held.count)
            held.append(former.share)
        }
        let holding = holdings[player]
        players = max(players, playersOnPath + (holding.place == 0 ? 1 : 0))
        let split = clanes_path_split(
            threshold: node.threshold, slot: node.slot, player: Int32(player), link: holding.place,
            factor: holding.entry, place: visit.place, share: share)
        if left.isLeaf, right.isLeaf {
            expected += visit.weight * (share * left.value + (1 - share) * right.value)
            append(clanes_step_pair, visit.place, visit.depth, Int32(lastSplits.count))
            lastSplits.append(split)
            pairs.append(left.value)
            pairs.append(right.value)
            return
        }
        let index = Int32(splits.count)
        splits.append(split)
        append(clanes_step_enter, 0, visit.depth, index)
        if holding.place == 0 { playersOnPath += 1 }
        holdings[player] = Holding(place: 1 + 2 * index, entry: -1, share: holding.share * share)
        tasks.append(
            .leave(split: index, place: visit.place, depth: visit.depth, player: player, former: holding))
        tasks.append(
            .visit(
                Visit(
                    node: node.right, place: 2 + 2 * index, depth: visit.depth + 1,
                    weight: visit.weight * (1 - share))))
        tasks.append(
            .turn(split: index, depth: visit.depth, player: player, share: holding.share * (1 - share)))
        tasks.append(
            .visit(
                Visit(node: node.left, place: 1 + 2 * index, depth: visit.depth + 1, weight: visit.weight * share)))
    }

    private mutating func append(_ kind: Int, _ place: Int32, _ depth: Int, _ index: Int32) {
        // Deeper levels than can be told are never taken step by step.
        let side: UInt8 = place > 0 && place % 2 == 0 ? 1 : 0
        steps.append(
            clanes_path_step(kind: UInt8(kind), side: side, depth: UInt16(clamping: depth), index: index))
    }

    /// How much of the training weight a child got. Only the children's covers count, so that a node's two shares add
    /// up to 1 whatever a file says; where nobody came through, each side is as likely.
    static func share(of cover: Double, beside other: Double) -> Double {
        let (one, two) = (cover > 0 ? min(cover, 1e300) : 0, other > 0 ? min(other, 1e300) : 0)
        return one + two > 0 ? one / (one + two) : 0.5
    }
}
