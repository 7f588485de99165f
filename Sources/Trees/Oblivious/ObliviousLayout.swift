import CLanes

/// Where an oblivious forest lives in memory: what `CLanesOblivious.h` describes, checked and filled in.
final class ObliviousLayout: @unchecked Sendable {
    /// Which instructions the loops use.
    enum Lanes: Int32, CaseIterable {
        case any, avx2, avx512
        static let best = Lanes(rawValue: clanes_best()) ?? .any
    }

    let slots: any SlotSource
    let slotCount: Int
    let trees: Int, outputs: Int, columns: Int
    let scale: Double
    let bias: [Double]
    let hasWeights: Bool
    /// By tree: how many splits, and its first leaf among all leaves.
    let depths: LaneArray<Int32>
    let firstLeaf: LaneArray<Int64>
    /// By leaf, all trees' one after the other; empty when they are not known.
    let weights: LaneArray<Double>
    let leaves: LaneArray<Double>
    /// By split, `splitsPerTree` a tree.
    let splitSlots: LaneArray<Int32>
    let splitsPerTree: Int
    let players: ObliviousPlayers
    /// The first slots, when they are plain numbers: filled for many rows at once.
    let numbers: [CatBoostSlots.Number]

    // What `forest` points to.
    private let columnTable: ObliviousColumns
    private let thresholds: LaneArray<Float>
    private let treeLeaves: LaneArray<Int64>
    // Written in `init` only.
    let forest: UnsafeMutablePointer<clanes_oblivious>

    deinit { forest.deallocate() }

    init(
        slots: any SlotSource, trees: [ObliviousForest.Tree], scale: Double, bias: [Double], lanes: Lanes
    ) throws(ModelError) {
        let (slotCount, outputs) = (slots.slotCount, bias.count)
        try Self.check(trees, slots: slotCount, outputs: outputs)
        guard scale.isFinite, bias.allSatisfy(\.isFinite) else { throw ModelError(.inconsistent, "scale or bias") }
        splitsPerTree = trees.contains { $0.splits.count > 8 } ? 16 : 8
        let asked = Self.padded(trees, splitsPerTree)
        var first: Int64 = 0
        var firstLeaf: [Int64] = []
        for tree in trees {
            firstLeaf.append(first)
            first += 1 << tree.splits.count
        }
        self.slots = slots
        (self.slotCount, self.outputs, self.trees) = (slotCount, outputs, trees.count)
        (self.scale, self.bias) = (scale, bias)
        hasWeights = trees.allSatisfy { !$0.weights.isEmpty }
        players = try ObliviousPlayers(slots)
        numbers = (slots as? CatBoostSlots)?.numbers ?? []
        columnTable = try ObliviousColumns(asked)
        columns = columnTable.count
        depths = LaneArray(trees.map { Int32($0.splits.count) })
        self.firstLeaf = LaneArray(firstLeaf)
        weights = LaneArray(hasWeights ? trees.flatMap(\.weights) : [])
        leaves = LaneArray(trees.flatMap(\.values))
        splitSlots = LaneArray(asked.map(\.slot))
        thresholds = LaneArray(asked.map(\.threshold))
        treeLeaves = LaneArray(firstLeaf.map { $0 * Int64(outputs) })
        forest = .allocate(capacity: 1)
        forest.initialize(
            to: clanes_oblivious(
                slots: Int32(slotCount), columns: Int32(columnTable.count), trees: Int32(trees.count),
                outputs: Int32(outputs), is_wide: splitsPerTree > 8 ? 1 : 0, level: lanes.rawValue,
                column_slot: columnTable.slots.base, column_count: columnTable.counts.base,
                column_ladder: columnTable.ladderStarts.base,
                ladders: columnTable.ladders.base, split_column: columnTable.splitColumns.base,
                split_rank: columnTable.splitRanks.base, split_slot: splitSlots.base,
                split_threshold: thresholds.base, split_byte_column: columnTable.splitByteColumns.base,
                split_page: columnTable.splitPages.base,
                tree_leaves: treeLeaves.base, leaves: leaves.base))
    }

    /// All trees' splits, each tree filled up to `size` and the last ones to a whole group of 64.
    private static func padded(_ trees: [ObliviousForest.Tree], _ size: Int) -> [ObliviousForest.Split] {
        let count = (trees.count * size + 63) / 64 * 64
        var padded = [ObliviousForest.Split](repeating: .init(slot: 0, threshold: .nan), count: count)
        for (tree, splits) in trees.map(\.splits).enumerated() {
            for (level, split) in splits.enumerated() { padded[tree * size + level] = split }
        }
        return padded
    }

    private static func check(_ trees: [ObliviousForest.Tree], slots: Int, outputs: Int) throws(ModelError) {
        guard (1...ModelLimits.outputs).contains(outputs), trees.count < 1 << 24, slots < 1 << 24 else {
            throw ModelError(.tooLarge, "\(trees.count) trees, \(slots) slots, \(outputs) outputs")
        }
        for (number, tree) in trees.enumerated() {
            guard tree.splits.count <= ModelLimits.obliviousDepth else {
                throw ModelError(.tooLarge, "tree \(number) has \(tree.splits.count) levels")
            }
            let leaves = 1 << tree.splits.count
            guard tree.values.count == leaves * outputs, tree.weights.isEmpty || tree.weights.count == leaves else {
                throw ModelError(
                    .inconsistent, "tree \(number): \(tree.values.count) values, \(tree.weights.count) weights")
            }
            guard tree.values.allSatisfy(\.isFinite), tree.weights.allSatisfy({ $0.isFinite && $0 >= 0 }),
                tree.splits.allSatisfy({ (0..<Int32(slots)).contains($0.slot) && !$0.threshold.isNaN })
            else { throw ModelError(.inconsistent, "tree \(number): a number or a slot that can't be") }
        }
    }
}

/// Whose doing slots are, flat and checked.
final class ObliviousPlayers: Sendable {
    let count: Int
    let ofSlot: LaneArray<Int32>
    /// Player `p` is the features from `starts[p]` up to `starts[p + 1]`.
    let starts: LaneArray<Int32>
    let features: LaneArray<Int32>

    init(_ slots: any SlotSource) throws(ModelError) {
        let (ofSlot, players) = (slots.playerOfSlot, slots.players)
        guard ofSlot.count == slots.slotCount, ofSlot.allSatisfy({ players.indices.contains(Int($0)) }),
            players.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0..<slots.cellCount).contains(Int($0)) } })
        else { throw ModelError(.inconsistent, "slots whose doing nobody knows") }
        count = players.count
        self.ofSlot = LaneArray(ofSlot)
        features = LaneArray(players.flatMap { $0 })
        var starts: [Int32] = [0]
        for player in players { starts.append(starts[starts.count - 1] + Int32(player.count)) }
        self.starts = LaneArray(starts)
    }
}
