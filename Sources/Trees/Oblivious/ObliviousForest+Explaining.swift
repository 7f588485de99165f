extension ObliviousForest {
    /// What explains rows against background rows, of which there is at least one: what is not known of a row is
    /// taken from one of them, each as likely as the others. However many they are, a row's explanation costs the
    /// same; only trees of up to ten levels can be explained so.
    public func explainer(
        background cells: UnsafePointer<Float>, count: Int
    ) throws(ModelError) -> ObliviousExplainer {
        guard count > 0 else { throw ModelError(.inconsistent, "a background without rows") }
        var visits = [Double](repeating: 0, count: layout.leaves.count / layout.outputs)
        for row in 0..<count {
            layout.withLeaves(of: cells + row * cellCount) { leaves in
                for tree in 0..<layout.trees { visits[Int(layout.firstLeaf[tree]) + Int(leaves[tree])] += 1 }
            }
        }
        let background = LaneArray(visits.map { $0 / Double(count) })
        return try ObliviousExplainer(layout, background: background)
    }

    /// One row's interaction values, by output, feature and feature: a matrix an output, symmetric, whose rows add up
    /// to the features' contributions. A feature's own entry is what it contributes alone.
    ///
    /// A tree takes about 2^players · players² / 4 steps: tens of milliseconds for a thousand trees of eight levels.
    public func interactions(of cells: UnsafePointer<Float>) throws(ModelError) -> [Double] {
        guard layout.hasWeights else { throw ModelError(.unsupported, "the model's leaves have no weights") }
        let size = cellCount.multipliedReportingOverflow(by: cellCount * outputCount)
        guard !size.overflow, size.partialValue <= ModelLimits.interactions else {
            throw ModelError(.tooLarge, "\(outputCount) matrices of \(cellCount) features")
        }
        var matrices = [Double](repeating: 0, count: outputCount * cellCount * cellCount)
        layout.withLeaves(of: cells) { leaves in
            for tree in 0..<treeCount { addInteractions(of: tree, leaf: Int(leaves[tree]), to: &matrices) }
        }
        return matrices
    }

    private func addInteractions(of tree: Int, leaf: Int, to matrices: inout [Double]) {
        let view = ObliviousTreeView(layout, tree: tree)
        let game = ObliviousGame(view, weights: layout.weights.base + view.firstLeaf, leaf: leaf)
        let features = view.players.map { player in
            (layout.players.starts[Int(player)]..<layout.players.starts[Int(player) + 1]).map {
                Int(layout.players.features[Int($0)])
            }
        }
        for output in 0..<outputCount {
            let (matrix, first) = (game.interactions(output: output), output * cellCount * cellCount)
            for one in features.indices {
                for other in features.indices {
                    // Players of several features share equally.
                    let pairs = Double(features[one].count * features[other].count)
                    let share = layout.scale * matrix[one * features.count + other] / pairs
                    for row in features[one] {
                        for column in features[other] { matrices[first + row * cellCount + column] += share }
                    }
                }
            }
        }
    }
}
