import CLanes

/// What explaining a forest takes, tree after tree, in memory that is written once.
final class PathTables: @unchecked Sendable {
    // Sendable because nothing writes after `init`.

    struct Tree {
        var output: Int
        /// How many points it takes, by four.
        var points: Int
        var groups: Int { (points + 3) / 4 }
        /// Where its rule begins in `starts`, its entries in `held` and its factors in `factors`, which has eight
        /// numbers an entry and group.
        var firstStart: Int
        var firstHeld: Int
        var heldCount: Int
        var firstFactor: Int
    }

    /// Trees with more groups than these get their factors anew for every row: tables would outgrow the trees.
    static let storedGroups = 4

    let trees: [Tree]
    let paths: UnsafeMutablePointer<clanes_paths>
    let starts: FixedArray<Double>
    /// By output: what the trees say when nothing is known of a row.
    let expected: [Double]
    /// Of all trees, most; and for how many numbers there must be room to make factors.
    let innerCount, depth, unstoredFactors: Int

    private let rules: [Int: Rule]
    private let held: FixedArray<Double>
    private let factors: FixedArray<Double>
    private let splits: FixedArray<clanes_path_split>
    private let pairs: FixedArray<Double>
    private let leaves: FixedArray<clanes_path_leaf>
    private let steps: FixedArray<clanes_path_step>

    init(_ ensemble: Ensemble) {
        var layout = Layout(ensemble)
        for tree in ensemble.trees { layout.append(tree) }
        (trees, rules, expected) = (layout.trees, layout.rules, layout.expected)
        (innerCount, depth) = (layout.innerCount, layout.depth)
        unstoredFactors = layout.unstoredFactors
        (splits, pairs, leaves) = (FixedArray(layout.splits), FixedArray(layout.pairs), FixedArray(layout.leaves))
        (steps, held, factors) = (FixedArray(layout.steps), FixedArray(layout.held), FixedArray(layout.factors))
        starts = FixedArray(layout.starts)
        paths = .allocate(capacity: max(trees.count, 1))
        var (split, pair, leaf, step) = (splits.base, pairs.base, leaves.base, steps.base)
        for (index, size) in layout.sizes.enumerated() {
            (paths + index).initialize(
                to: clanes_paths(
                    splits: split, pairs: pair, leaves: leaf, steps: step, inner_count: Int32(size.inner),
                    pair_count: Int32(size.pairs), leaf_count: Int32(size.leaves), step_count: Int32(size.steps)))
            split += size.inner + size.pairs
            pair += 2 * size.pairs
            leaf += size.leaves
            step += size.steps
        }
    }

    deinit { paths.deallocate() }

    var bytes: Int {
        splits.count * MemoryLayout<clanes_path_split>.stride + leaves.count * MemoryLayout<clanes_path_leaf>.stride
            + steps.count * MemoryLayout<clanes_path_step>.stride + (pairs.count + held.count + factors.count) * 8
            + trees.count * (MemoryLayout<clanes_paths>.stride + MemoryLayout<Tree>.stride)
    }

    /// The factors of a group of points of a tree: stored ones, or made in `room`.
    func factors(of tree: Tree, group: Int, room: UnsafeMutablePointer<Double>) -> UnsafePointer<Double> {
        if tree.groups <= Self.storedGroups { return factors.base + tree.firstFactor + group * tree.heldCount * 8 }
        let rule = rules[tree.points]!
        for entry in 0..<tree.heldCount {
            rule.write(held.base[tree.firstHeld + entry], isLost: entry == 0, group: group, to: room + 8 * entry)
        }
        return UnsafePointer(room)
    }
}

extension PathTables {
    /// The trees one after the other, while they are being laid out.
    private struct Layout {
        struct Size {
            var inner, pairs, leaves, steps: Int
        }
        var trees: [Tree] = []
        var sizes: [Size] = []
        var rules: [Int: Rule] = [:]
        var splits: [clanes_path_split] = []
        var leaves: [clanes_path_leaf] = []
        var steps: [clanes_path_step] = []
        var pairs: [Double] = []
        var held: [Double] = []
        var factors: [Double] = []
        var starts: [Double] = []
        var expected: [Double]
        var (innerCount, depth, unstoredFactors) = (0, 0, 0)

        private var startOfRule: [Int: Int] = [:]
        private let playerOfSlot: [Int32]
        private var holdings: [PathTree.Holding]

        init(_ ensemble: Ensemble) {
            let slots = ensemble.slots
            playerOfSlot = slots.playerOfSlot
            let players = 0..<slots.players.count
            precondition(playerOfSlot.count == slots.slotCount && slots.slotCount < Int32.max / 8)
            precondition(playerOfSlot.allSatisfy { players.contains(Int($0)) })
            holdings = players.map { _ in PathTree.Holding() }
            expected = ensemble.base.map { _ in 0 }
        }

        mutating func append(_ tree: Ensemble.Tree) {
            let path = PathTree(tree, playerOfSlot: playerOfSlot, holdings: &holdings)
            expected[tree.output] += path.expected
            if path.splits.isEmpty { return }
            let points = GaussLegendre.pointCount(players: path.players)
            let rule = rules[points] ?? Rule(count: points)
            if startOfRule[points] == nil {
                (rules[points], startOfRule[points]) = (rule, starts.count)
                starts += rule.starts
            }
            let laidOut = Tree(
                output: tree.output, points: points, firstStart: startOfRule[points]!, firstHeld: held.count,
                heldCount: path.held.count, firstFactor: factors.count)
            trees.append(laidOut)
            if laidOut.groups <= PathTables.storedGroups {
                append(factorsOf: path.held, rule, groups: laidOut.groups)
            } else {
                unstoredFactors = max(unstoredFactors, path.held.count * 8)
            }
            (innerCount, depth) = (max(innerCount, path.innerCount), max(depth, path.depth))
            sizes.append(
                Size(
                    inner: path.innerCount, pairs: path.pairs.count / 2, leaves: path.leaves.count,
                    steps: path.steps.count))
            splits += path.splits
            pairs += path.pairs
            leaves += path.leaves
            steps += path.steps
            held += path.held
        }

        private mutating func append(factorsOf held: [Double], _ rule: Rule, groups: Int) {
            for group in 0..<groups {
                for (entry, share) in held.enumerated() {
                    withUnsafeTemporaryAllocation(of: Double.self, capacity: 8) { room in
                        rule.write(share, isLost: entry == 0, group: group, to: room.baseAddress!)
                        factors += room
                    }
                }
            }
        }
    }
}
