/// Turns a tree of LightGBM's into nodes: first the internal ones in the file's order, then the leaves in theirs.
struct LightGBMTree {
    enum Missing { case none, zero, nan }

    struct Decision {
        let isCategory: Bool, defaultLeft: Bool
        /// Nil when it is no type that LightGBM has.
        let missing: Missing?

        init(_ bits: Int) {
            isCategory = bits & 1 != 0
            defaultLeft = bits & 2 != 0
            missing = [Missing.none, .zero, .nan, nil][bits >> 2 & 3]
        }
    }

    private let tree: LightGBMDocument.Tree
    private let scales: LightGBMScales

    init(_ tree: LightGBMDocument.Tree, _ scales: LightGBMScales) { (self.tree, self.scales) = (tree, scales) }

    static func check(_ tree: LightGBMDocument.Tree, featureCount: Int) throws(ModelError) {
        if tree.isLinear { throw ModelError(.unsupported, "linear trees") }
        let (leaves, splits) = (tree.leafCount, tree.leafCount - 1)
        guard leaves >= 1, tree.value.count == leaves else {
            throw ModelError(.inconsistent, "\(leaves) leaves, \(tree.value.count) values")
        }
        guard tree.value.allSatisfy(\.isFinite) else { throw ModelError(.inconsistent, "a leaf's value") }
        if splits == 0 { return }
        for column in [tree.feature, tree.decision, tree.left, tree.right, tree.nodeRows] {
            guard column.count == splits else { throw ModelError(.inconsistent, "columns of a tree differ in length") }
        }
        guard tree.threshold.count == splits, tree.leafRows.count == leaves else {
            throw ModelError(.inconsistent, "columns of a tree differ in length")
        }
        guard tree.feature.allSatisfy({ $0 >= 0 && $0 < featureCount }) else {
            throw ModelError(.inconsistent, "a split's feature")
        }
        guard !tree.threshold.contains(where: \.isNaN) else { throw ModelError(.inconsistent, "a threshold is NaN") }
        for child in tree.left + tree.right {
            guard child < splits, child >= -leaves else {
                throw ModelError(.inconsistent, "a split leads to \(child)")
            }
        }
        try checkSets(tree)
    }

    private static func checkSets(_ tree: LightGBMDocument.Tree) throws(ModelError) {
        let bounds = tree.boundaries
        guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 }), bounds.first ?? 0 >= 0,
            bounds.last ?? 0 <= tree.words.count, tree.words.allSatisfy({ UInt32(exactly: $0) != nil }),
            tree.words.count <= 1 << 26
        else { throw ModelError(.inconsistent, "sets of categories") }
        var isUsed = [Bool](repeating: false, count: bounds.count)
        for (node, bits) in tree.decision.enumerated() {
            let decision = Decision(bits)
            guard bits >= 0, bits < 16, decision.isCategory || decision.missing != nil else {
                throw ModelError(.inconsistent, "decision_type \(bits)")
            }
            guard decision.isCategory else { continue }
            // Each set is one split's: else a small file could ask for a great many.
            guard let set = Int(exactly: tree.threshold[node]), bounds.indices.dropLast().contains(set), !isUsed[set]
            else { throw ModelError(.inconsistent, "a split's set of categories") }
            isUsed[set] = true
        }
    }

    private static func words(_ tree: LightGBMDocument.Tree, _ set: Int) -> ArraySlice<Int> {
        tree.words[tree.boundaries[set]..<tree.boundaries[set + 1]]
    }

    static func hasHighCode(_ tree: LightGBMDocument.Tree, _ set: Int) -> Bool {
        words(tree, set).dropFirst(ModelLimits.categories / 32).contains { $0 != 0 }
    }

    /// The codes whose bits are set, in ascending order.
    static func codes(_ tree: LightGBMDocument.Tree, _ set: Int) throws(ModelError) -> [UInt32] {
        var codes: [UInt32] = []
        for (index, word) in words(tree, set).enumerated() {
            var bits = UInt32(truncatingIfNeeded: word)
            while bits != 0 {
                codes.append(UInt32(index) << 5 + UInt32(bits.trailingZeroBitCount))
                bits &= bits - 1
            }
        }
        guard codes.last ?? 0 <= UInt32(Int32.max) else { throw ModelError(.inconsistent, "a category's code") }
        return codes
    }

    func nodes(_ table: inout SlotTable) throws(ModelError) -> [Ensemble.Node] {
        let splits = tree.leafCount - 1
        let position = { (child: Int) in Int32(child >= 0 ? child : splits + ~child) }
        var nodes: [Ensemble.Node] = []
        nodes.reserveCapacity(splits + tree.leafCount)
        for node in 0..<splits {
            let (left, right) = (position(tree.left[node]), position(tree.right[node]))
            let (feature, cover) = (tree.feature[node], Double(max(tree.nodeRows[node], 0)))
            let decision = Decision(tree.decision[node])
            if decision.isCategory {
                let codes = scales.codes(try Self.codes(tree, Int(tree.threshold[node])), feature: feature)
                let slot = table.slot(feature, .membership(codes: codes, whenMissing: false))
                // Members go to LightGBM's left: their slot is 1, which is our right.
                nodes.append(Ensemble.Node(slot: slot, threshold: 0.5, left: right, right: left, cover: cover))
            } else if tree.threshold[node] == .infinity {
                // All numbers go left. Only what is missing may go right: 0 in a slot that is else 1, which is our left.
                let slot = table.slot(feature, decision.missing == .zero ? .nonZero : .presence)
                let isForAll = decision.defaultLeft || decision.missing == Missing.none
                let (low, high) = isForAll ? (left, right) : (right, left)
                nodes.append(
                    Ensemble.Node(slot: slot, threshold: isForAll ? 2 : 0.5, left: low, right: high, cover: cover))
            } else {
                let threshold = scales.threshold(tree.threshold[node], feature: feature)
                let slot = table.slot(feature, Self.treatment(decision))
                nodes.append(Ensemble.Node(slot: slot, threshold: threshold, left: left, right: right, cover: cover))
            }
        }
        for leaf in 0..<tree.leafCount {
            let rows = leaf < tree.leafRows.count ? max(tree.leafRows[leaf], 0) : 0
            nodes.append(Ensemble.Node(leaf: tree.value[leaf], cover: Double(rows)))
        }
        return nodes
    }

    private static func treatment(_ decision: Decision) -> CellSlots.Treatment {
        switch decision.missing {
        case .zero: decision.defaultLeft ? .zeroLow : .zeroHigh
        case .nan: decision.defaultLeft ? .missingLow : .missingHigh
        default: .missingIsZero
        }
    }
}
