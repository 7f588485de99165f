import Platform

/// Trees that ask the same question in all nodes of a level: a row's leaf is a number made of the answers' bits.
///
/// Immutable, and shared by all threads. Margins are added up in double precision, tree after tree: one row or many,
/// on any machine, the bits are the same.
public struct ObliviousForest: Sendable {
    /// The answer is yes when the slot is not below the threshold.
    public struct Split: Sendable, Hashable {
        public var slot: Int32
        public var threshold: Float

        public init(slot: Int32, threshold: Float) { (self.slot, self.threshold) = (slot, threshold) }
    }

    public struct Tree: Sendable {
        /// The first answer is the lowest bit of the leaf's number.
        public var splits: [Split]
        /// By leaf, then by output.
        public var values: [Double]
        /// The weight of the training rows in each leaf; empty when nobody knows.
        public var weights: [Double]

        public init(splits: [Split], values: [Double], weights: [Double]) {
            (self.splits, self.values, self.weights) = (splits, values, weights)
        }
    }

    let layout: ObliviousLayout
    private let pathDependent: Once<ObliviousExplainer>

    /// A margin is `scale` × the sum of the leaves, plus the output's `bias`.
    public init(slots: any SlotSource, trees: [Tree], scale: Double = 1, bias: [Double]) throws(ModelError) {
        try self.init(slots: slots, trees: trees, scale: scale, bias: bias, lanes: .best)
    }

    init(
        slots: any SlotSource, trees: [Tree], scale: Double, bias: [Double], lanes: ObliviousLayout.Lanes
    ) throws(ModelError) {
        let layout = try ObliviousLayout(slots: slots, trees: trees, scale: scale, bias: bias, lanes: lanes)
        self.layout = layout
        pathDependent = Once { ObliviousExplainer(layout, weights: layout.weights) }
    }

    public var cellCount: Int { layout.slots.cellCount }
    public var outputCount: Int { layout.outputs }
    public var treeCount: Int { layout.trees }

    /// What explains rows by the training rows' weights in the leaves. It is made when it is first asked for, which
    /// takes a lock: take it once and keep it.
    public func explainer() throws(ModelError) -> ObliviousExplainer {
        guard layout.hasWeights else { throw ModelError(.unsupported, "the model's leaves have no weights") }
        return pathDependent.value
    }
}

extension ObliviousForest {
    /// One row's margins. `cells` has `cellCount` numbers, `margins` room for `outputCount`. Nothing is allocated for
    /// up to 256 slots and 128 different elements of statistics' keys.
    @inline(__always)
    public func margins(of cells: UnsafePointer<Float>, into margins: UnsafeMutablePointer<Double>) {
        layout.margins(of: cells, into: margins)
    }

    /// The margins of `count` rows that lie one after the other, in the same order.
    public func margins(
        rows cells: UnsafePointer<Float>, count: Int, into margins: UnsafeMutablePointer<Double>
    ) {
        let blocked = layout.blocked(count)
        layout.withBatches(of: cells, count: blocked) { batch in
            batch.sum()
            batch.finish(into: margins)
        }
        for row in blocked..<count {
            self.margins(of: cells + row * cellCount, into: margins + row * outputCount)
        }
    }

    /// One row's leaf in each tree: `leaves` has room for `treeCount`.
    public func leaves(of cells: UnsafePointer<Float>, into leaves: UnsafeMutablePointer<UInt16>) {
        layout.withLeaves(of: cells) { all in leaves.update(from: all, count: layout.trees) }
    }

    /// One row's margins.
    public func margins(of cells: [Float]) -> [Double] {
        precondition(cells.count == cellCount)
        var margins = [Double](repeating: 0, count: outputCount)
        self.margins(of: cells, into: &margins)
        return margins
    }

    /// One row's leaf in each tree.
    public func leaves(of cells: [Float]) -> [UInt16] {
        precondition(cells.count == cellCount)
        var leaves = [UInt16](repeating: 0, count: treeCount)
        self.leaves(of: cells, into: &leaves)
        return leaves
    }
}
