/// Turns a tree's columns into nodes.
struct XGBoostTree {
    private let tree: XGBoostDocument.Tree
    private let weight: Float
    private let featureCount: Int
    /// Where a categorical node's set lies in `categories`.
    private var sets: [Int32: Range<Int>] = [:]

    init(_ columns: consuming XGBoostDocument.Tree, weight: Float, _ featureCount: Int) throws(ModelError) {
        tree = columns
        (self.weight, self.featureCount) = (weight, featureCount)
        let count = tree.left.count
        guard tree.right.count == count, tree.feature.count == count, tree.condition.count == count,
            tree.defaultLeft.count == count, tree.hessian.count == count,
            tree.splitType.isEmpty || tree.splitType.count == count
        else { throw ModelError(.inconsistent, "columns of a tree differ in length") }
        guard tree.leafSize == "0" || tree.leafSize == "1" else {
            throw ModelError(.unsupported, "leaves of \(tree.leafSize.prefix(20)) values")
        }
        guard tree.categoryNodes.count == tree.categoryStarts.count,
            tree.categoryNodes.count == tree.categoryCounts.count
        else { throw ModelError(.inconsistent, "columns of a tree's categories differ in length") }
        for (index, node) in tree.categoryNodes.enumerated() {
            let (start, length) = (Int(tree.categoryStarts[index]), Int(tree.categoryCounts[index]))
            guard start >= 0, length >= 0, start + length <= tree.categories.count else {
                throw ModelError(.inconsistent, "categories \(start) + \(length)")
            }
            // The segments share no category: else a small file could ask for a great many.
            guard sets.updateValue(start..<start + length, forKey: node) == nil else {
                throw ModelError(.inconsistent, "two sets of categories for node \(node)")
            }
        }
        guard sets.values.reduce(0, { $0 + $1.count }) <= tree.categories.count else {
            throw ModelError(.inconsistent, "sets of categories overlap")
        }
    }

    func nodes(_ table: inout SlotTable) throws(ModelError) -> [Ensemble.Node] {
        var nodes: [Ensemble.Node] = []
        nodes.reserveCapacity(tree.left.count)
        let (left, hessian) = (tree.left.span, tree.hessian.span)
        for position in left.indices {
            let cover = hessian[position]
            guard cover.isFinite else { throw ModelError(.inconsistent, "sum_hessian of node \(position)") }
            if left[position] == -1 {
                nodes.append(try leaf(position, Double(max(cover, 0))))
            } else {
                nodes.append(try split(position, Double(max(cover, 0)), &table))
            }
        }
        return nodes
    }

    @inline(__always)
    private func leaf(_ position: Int, _ cover: Double) throws(ModelError) -> Ensemble.Node {
        let value = weight * tree.condition[position]
        guard value.isFinite else { throw ModelError(.inconsistent, "value of leaf \(position)") }
        return Ensemble.Node(leaf: Double(value), cover: cover)
    }

    @inline(__always)
    private func split(
        _ position: Int, _ cover: Double, _ table: inout SlotTable
    ) throws(ModelError) -> Ensemble.Node {
        let (left, right) = (tree.left[position], tree.right[position])
        guard left >= 0, right >= 0 else {
            throw ModelError(.inconsistent, "node \(position) leads to \(left) and \(right)")
        }
        let feature = Int(tree.feature[position])
        guard feature >= 0, feature < featureCount else {
            throw ModelError(.inconsistent, "node \(position) asks for feature \(feature) of \(featureCount)")
        }
        let missingLeft = tree.defaultLeft[position] != 0
        var threshold = tree.condition[position]
        let slot: Int32
        if !tree.splitType.isEmpty, tree.splitType[position] == 1 {
            slot = table.slot(feature, .membership(codes: try codes(position), whenMissing: !missingLeft))
            threshold = 0.5
        } else if missingLeft, threshold == -.infinity {
            // No number is below -∞, but what is missing goes left all the same.
            slot = table.slot(feature, .presence)
            threshold = 0.5
        } else {
            slot = table.slot(feature, isMissingLow: missingLeft)
        }
        guard !threshold.isNaN else { throw ModelError(.inconsistent, "threshold of node \(position)") }
        return Ensemble.Node(slot: slot, threshold: threshold, left: left, right: right, cover: cover)
    }

    /// A categorical node's set, whose members go right.
    private func codes(_ position: Int) throws(ModelError) -> [UInt32] {
        guard let range = sets[Int32(position)] else {
            throw ModelError(.inconsistent, "node \(position) has no set of categories")
        }
        let codes = tree.categories[range].sorted()
        guard codes.allSatisfy({ $0 >= 0 && $0 < ModelLimits.categories }),
            zip(codes, codes.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw ModelError(.inconsistent, "categories of node \(position)") }
        return codes.map { UInt32($0) }
    }
}
