import CLanes

/// Explains a forest's margins exactly: each feature's Shapley value, for every output.
///
/// For every tree a table of all its leaves' Shapley values is made beforehand (`ObliviousShares`); a row's
/// explanation is then one row of each table, added up. Trees that are too deep for a table are explained one by one
/// (`ObliviousGame`).
///
/// What players of several features contribute is shared by them equally. For every row the contributions of an
/// output and its `base` add up to the margin, but for rounding.
public final class ObliviousExplainer: @unchecked Sendable {
    /// What each output is expected to be when nothing is known of a row.
    public let base: [Double]

    private let layout: ObliviousLayout
    private let tables: ObliviousTables
    /// By leaf of the forest.
    private let weights: LaneArray<Double>

    /// By the weights of the training rows.
    init(_ layout: ObliviousLayout, weights: LaneArray<Double>) {
        (self.layout, self.weights) = (layout, weights)
        tables = ObliviousTables(layout) { view, write in
            ObliviousShares.pathDependent(view, weights: weights.base + view.firstLeaf, write: write)
        }
        var sums = tables.expected
        for tree in tables.left {
            let view = ObliviousTreeView(layout, tree: tree)
            let game = ObliviousGame(view, weights: weights.base + view.firstLeaf, leaf: 0)
            for output in 0..<layout.outputs { sums[output] += game.expected(output: output) }
        }
        base = zip(sums, layout.bias).map { layout.scale * $0 + $1 }
    }

    /// Against background rows, of which `background` is the share in each leaf.
    init(_ layout: ObliviousLayout, background: LaneArray<Double>) throws(ModelError) {
        (self.layout, weights) = (layout, background)
        tables = ObliviousTables(layout) { view, write in
            ObliviousShares.interventional(view, background: background.base + view.firstLeaf, write: write)
        }
        guard tables.left.isEmpty else {
            throw ModelError(.tooLarge, "\(tables.left.count) trees are too deep to be explained against a background")
        }
        base = zip(tables.expected, layout.bias).map { layout.scale * $0 + $1 }
    }

    /// How many bytes the tables take.
    public var tableBytes: Int { tables.bytes }

    /// One row's margins and contributions: `contributions` has room for `cellCount` numbers an output, by output.
    /// Nothing is allocated for up to 256 slots and 127 players times outputs, when all trees have tables.
    public func explain(
        _ cells: UnsafePointer<Float>, margins: UnsafeMutablePointer<Double>,
        contributions: UnsafeMutablePointer<Double>
    ) {
        let count = tables.shareCount
        layout.withSlots(of: cells) { slots in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { memory in
                let shares = memory.baseAddress!
                for number in 0..<count { shares[number] = 0 }
                for output in 0..<layout.outputs { margins[output] = 0 }
                clanes_oblivious_row_shares(layout.forest, tables.contributions, slots, margins, shares)
                if !tables.left.isEmpty { addDeepTrees(slots, shares) }
                distribute(shares, contributions)
            }
        }
        for output in 0..<layout.outputs { margins[output] = layout.scale * margins[output] + layout.bias[output] }
    }

    /// The same for `count` rows that lie one after the other: by row, by output, by feature.
    public func explain(
        rows cells: UnsafePointer<Float>, count: Int, margins: UnsafeMutablePointer<Double>,
        contributions: UnsafeMutablePointer<Double>
    ) {
        let inRow = layout.outputs * layout.slots.cellCount
        let players = layout.outputs * layout.players.count
        let blocked = layout.blocked(count, numbers: players)
        let most = min(blocked + ObliviousLayout.Batch.block, ObliviousLayout.Batch.most)
        let shares = UnsafeMutablePointer<Double>.allocate(capacity: most * players + 1)
        defer { shares.deallocate() }
        layout.withBatches(of: cells, count: blocked) { batch in
            for number in 0..<batch.blocks * ObliviousLayout.Batch.block * players { shares[number] = 0 }
            clanes_oblivious_blocks_shares(
                layout.forest, tables.contributions, Int32(batch.blocks), batch.slots, batch.ranks, batch.sums, shares)
            batch.finish(into: margins)
            for row in 0..<batch.rows {
                if !tables.left.isEmpty {
                    let place = cells + (batch.firstRow + row) * layout.slots.cellCount
                    layout.withSlots(of: place) { addDeepTrees($0, shares + row * players) }
                }
                distribute(shares + row * players, contributions + (batch.firstRow + row) * inRow)
            }
        }
        for row in blocked..<count {
            explain(
                cells + row * layout.slots.cellCount, margins: margins + row * layout.outputs,
                contributions: contributions + row * inRow)
        }
    }

    /// One row's margins, and its contributions by output, then by feature.
    public func explain(_ cells: [Float]) -> (margins: [Double], contributions: [Double]) {
        precondition(cells.count == layout.slots.cellCount)
        var margins = [Double](repeating: 0, count: layout.outputs)
        var contributions = [Double](repeating: 0, count: layout.outputs * cells.count)
        explain(cells, margins: &margins, contributions: &contributions)
        return (margins, contributions)
    }

    private func addDeepTrees(_ slots: UnsafePointer<Float>, _ shares: UnsafeMutablePointer<Double>) {
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: layout.trees + 8) { leaves in
            clanes_oblivious_leaves(layout.forest, slots, leaves.baseAddress!)
            for tree in tables.left {
                let view = ObliviousTreeView(layout, tree: tree)
                let game = ObliviousGame(view, weights: weights.base + view.firstLeaf, leaf: Int(leaves[tree]))
                for output in 0..<layout.outputs {
                    for (player, share) in zip(view.players, game.shares(output: output)) {
                        shares[output * layout.players.count + Int(player)] += share
                    }
                }
            }
        }
    }

    private func distribute(_ shares: UnsafePointer<Double>, _ contributions: UnsafeMutablePointer<Double>) {
        let (players, cellCount) = (layout.players, layout.slots.cellCount)
        for output in 0..<layout.outputs {
            let (from, to) = (shares + output * players.count, contributions + output * cellCount)
            for cell in 0..<cellCount { to[cell] = 0 }
            for player in 0..<players.count {
                let (start, end) = (Int(players.starts.base[player]), Int(players.starts.base[player + 1]))
                let share = layout.scale * from[player]
                if end - start == 1 {
                    to[Int(players.features.base[start])] += share
                } else {
                    for place in start..<end { to[Int(players.features.base[place])] += share / Double(end - start) }
                }
            }
        }
    }
}
