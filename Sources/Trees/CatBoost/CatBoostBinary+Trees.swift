extension CatBoostBinary {
    mutating func readTrees(_ trees: FlatBuffer.Table) throws(ModelError) {
        let outputs = Int(try trees.integer(0, as: Int32.self))
        guard (1...ModelLimits.outputs).contains(outputs) else {
            throw ModelError(outputs < 1 ? .inconsistent : .tooLarge, "\(outputs) outputs")
        }
        let oldBias = try trees.double(15)
        let bias = try trees.doubles(16)
        take(
            scale: try trees.double(14, default: 1),
            bias: bias.isEmpty ? [Double](repeating: oldBias, count: outputs) : bias)
        let columns = try TreeColumns(trees, outputs: outputs)
        let steps = try trees.bytes(10, stride: 4).littleEndian(as: UInt16.self)
        if steps.isEmpty {
            take(oblivious: try columns.oblivious(), grown: [])
        } else {
            take(oblivious: [], grown: try columns.grown(steps: steps, leafOfNode: try trees.integers(11)))
        }
    }
}

/// The trees of a `.cbm` as it has them: all trees' splits in one vector, all leaves in another.
private struct TreeColumns {
    private let outputs: Int
    private let splits: [Int32], sizes: [Int32], starts: [Int32]
    private let values: [Double], weights: [Double]

    init(_ trees: FlatBuffer.Table, outputs: Int) throws(ModelError) {
        self.outputs = outputs
        (splits, sizes, starts) = (try trees.integers(1), try trees.integers(2), try trees.integers(3))
        (values, weights) = (try trees.doubles(8), try trees.doubles(9))
        guard sizes.count == starts.count else { throw ModelError(.inconsistent, "trees have no sizes or no starts") }
        guard values.count.isMultiple(of: outputs), weights.isEmpty || weights.count == values.count / outputs else {
            throw ModelError(
                .inconsistent, "\(values.count) values and \(weights.count) weights for \(outputs) outputs")
        }
    }

    /// Where a tree's splits lie.
    private func range(of tree: Int) throws(ModelError) -> Range<Int> {
        let (start, size) = (Int(starts[tree]), Int(sizes[tree]))
        guard start >= 0, size >= 0, start <= splits.count - size else {
            throw ModelError(.inconsistent, "tree \(tree) has splits that are not there")
        }
        return start..<start + size
    }

    func oblivious() throws(ModelError) -> [CatBoostParts.ObliviousTree] {
        var trees: [CatBoostParts.ObliviousTree] = []
        var first = 0
        for tree in sizes.indices {
            let range = try range(of: tree)
            guard range.count <= ModelLimits.obliviousDepth else {
                throw ModelError(.tooLarge, "tree \(tree) has \(range.count) levels")
            }
            let end = first + 1 << range.count
            guard end <= values.count / outputs else {
                throw ModelError(.inconsistent, "tree \(tree) has leaves that are not there")
            }
            trees.append(
                .init(
                    splits: splits[range].map { Int($0) }, values: Array(values[first * outputs..<end * outputs]),
                    weights: weights.isEmpty ? [] : Array(weights[first..<end])))
            first = end
        }
        guard first * outputs == values.count else { throw ModelError(.inconsistent, "leaves that no tree has") }
        return trees
    }

    /// `steps` are pairs: how far ahead the left and the right child lie. Zero is a leaf, which is then the node's
    /// own; two zeros are a node that is a leaf.
    func grown(steps: [UInt16], leafOfNode: [UInt32]) throws(ModelError) -> [CatBoostParts.GrownTree] {
        guard steps.count == splits.count * 2, leafOfNode.count == splits.count else {
            throw ModelError(
                .inconsistent, "\(splits.count) nodes, but \(steps.count / 2) steps and \(leafOfNode.count) leaves")
        }
        var trees: [CatBoostParts.GrownTree] = []
        for tree in sizes.indices {
            let range = try range(of: tree)
            guard !range.isEmpty else { throw ModelError(.inconsistent, "tree \(tree) has no nodes") }
            trees.append(try grown(range, steps, leafOfNode))
        }
        return trees
    }

    private func grown(_ range: Range<Int>, _ steps: [UInt16], _ leafOfNode: [UInt32])
        throws(ModelError) -> CatBoostParts.GrownTree
    {
        var tree = CatBoostParts.GrownTree()
        // By node of the file; a child that is its parent's own leaf has a place of its own.
        var places = [Int](repeating: -1, count: range.count)
        var waiting = [range.lowerBound]
        places[0] = 0
        tree.nodes.append(.init())
        while let node = waiting.popLast() {
            let place = places[node - range.lowerBound]
            let (left, right) = (Int(steps[2 * node]), Int(steps[2 * node + 1]))
            if left == 0, right == 0 {
                tree.nodes[place] = try leaf(leafOfNode[node])
                continue
            }
            tree.nodes[place].bin = splits[node] < 0 ? .max : Int(splits[node])
            for (isRight, step) in [(false, left), (true, right)] {
                let child = tree.nodes.count
                if isRight { tree.nodes[place].right = child } else { tree.nodes[place].left = child }
                if step == 0 {
                    tree.nodes.append(try leaf(leafOfNode[node]))
                    continue
                }
                guard node + step < range.upperBound, places[node + step - range.lowerBound] < 0 else {
                    throw ModelError(.inconsistent, "node \(node) leads to one that is not its own")
                }
                places[node + step - range.lowerBound] = child
                tree.nodes.append(.init())
                waiting.append(node + step)
            }
        }
        return tree
    }

    /// `first` is the number of the leaf's first value among all values.
    private func leaf(_ first: UInt32) throws(ModelError) -> CatBoostParts.GrownTree.Node {
        let first = Int(first)
        guard first <= values.count - outputs, first.isMultiple(of: outputs) else {
            throw ModelError(.inconsistent, "a leaf with value \(first), which is not there")
        }
        let weight = weights.isEmpty ? .nan : weights[first / outputs]
        return .init(weight: weight, values: values[first..<first + outputs])
    }
}
