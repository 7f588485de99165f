/// Makes a model of what a file says: finds what refers to what, and refuses what leads nowhere.
struct CatBoostAssembly {
    private let parts: CatBoostParts
    private var bins: CatBoostBins
    private let slots: CatBoostSlots

    static func model(of parts: CatBoostParts) throws(ModelError) -> CatBoostModel {
        let assembly = try CatBoostAssembly(parts)
        let trees: CatBoostModel.Trees =
            if parts.grown.isEmpty {
                .oblivious(try assembly.oblivious())
            } else {
                .grown(try assembly.grown())
            }
        return CatBoostModel(
            version: parts.version, objective: parts.objective, link: CatBoostModel.link(for: parts.objective),
            classes: parts.classes, features: assembly.bins.features, trees: trees)
    }

    private init(_ parts: CatBoostParts) throws(ModelError) {
        self.parts = parts
        guard parts.oblivious.isEmpty || parts.grown.isEmpty else {
            throw ModelError(.inconsistent, "trees of both kinds")
        }
        guard !parts.bias.isEmpty, parts.bias.allSatisfy(\.isFinite), parts.scale.isFinite else {
            throw ModelError(.inconsistent, "scale \(parts.scale), bias \(parts.bias.prefix(8))")
        }
        guard parts.bias.count <= ModelLimits.outputs else {
            throw ModelError(.tooLarge, "\(parts.bias.count) outputs")
        }
        bins = try CatBoostBins(parts)
        for tree in parts.oblivious { for bin in tree.splits { try bins.use(bin) } }
        for tree in parts.grown {
            for node in tree.nodes where node.left >= 0 || node.bin >= 0 { try bins.use(node.bin) }
        }
        slots = try bins.slots()
    }

    private func oblivious() throws(ModelError) -> ObliviousForest {
        var trees: [ObliviousForest.Tree] = []
        trees.reserveCapacity(parts.oblivious.count)
        for tree in parts.oblivious {
            let splits = tree.splits.map { bins.split(of: $0) }
            trees.append(.init(splits: splits, values: tree.values, weights: tree.weights))
        }
        return try ObliviousForest(slots: slots, trees: trees, scale: parts.scale, bias: parts.bias)
    }

    private func grown() throws(ModelError) -> Ensemble {
        let outputs = parts.bias.count
        var trees: [Ensemble.Tree] = []
        for tree in parts.grown {
            let nodes = try ordered(tree)
            for output in 0..<outputs {
                trees.append(Ensemble.Tree(output: output, nodes: nodes.map { node(of: $0, output) }))
            }
        }
        return Ensemble(slots: slots, trees: trees, base: parts.bias, precision: .double)
    }

    private func node(of node: CatBoostParts.GrownTree.Node, _ output: Int) -> Ensemble.Node {
        if node.left < 0 {
            let value = node.values[node.values.startIndex + output]
            return Ensemble.Node(leaf: parts.scale * value, cover: node.weight)
        }
        let split = bins.split(of: node.bin)
        return Ensemble.Node(
            slot: split.slot, threshold: split.threshold, left: Int32(node.left), right: Int32(node.right),
            cover: node.weight)
    }

    /// The nodes as CatBoost numbers leaves: from the root down, left first, but where one child is a leaf and the
    /// other is not, the leaf first.
    private func ordered(_ tree: CatBoostParts.GrownTree) throws(ModelError) -> [CatBoostParts.GrownTree.Node] {
        var nodes: [CatBoostParts.GrownTree.Node] = []
        nodes.reserveCapacity(tree.nodes.count)
        // A node, and whose child it is on which side.
        var waiting = [(node: 0, parent: -1, isRight: false)]
        while let (position, parent, isRight) = waiting.popLast() {
            let place = nodes.count
            if parent >= 0 { if isRight { nodes[parent].right = place } else { nodes[parent].left = place } }
            let node = tree.nodes[position]
            nodes.append(node)
            if try isLeaf(node) { continue }
            let left = (node: node.left, parent: place, isRight: false)
            let right = (node: node.right, parent: place, isRight: true)
            let (leftEnds, rightEnds) = (try isLeaf(tree.nodes[node.left]), try isLeaf(tree.nodes[node.right]))
            let rightFirst = rightEnds && !leftEnds
            waiting += rightFirst ? [left, right] : [right, left]
        }
        for place in nodes.indices.reversed() where nodes[place].left >= 0 {
            nodes[place].weight = nodes[nodes[place].left].weight + nodes[nodes[place].right].weight
        }
        return nodes
    }

    private func isLeaf(_ node: CatBoostParts.GrownTree.Node) throws(ModelError) -> Bool {
        if node.bin >= 0 {
            guard node.left > 0, node.right > 0 else { throw ModelError(.inconsistent, "a split without two sides") }
            return false
        }
        guard node.left < 0, node.right < 0, node.values.count == parts.bias.count,
            node.values.allSatisfy(\.isFinite), node.weight.isFinite, node.weight >= 0
        else {
            throw ModelError(.inconsistent, "a leaf with values \(node.values.prefix(8)) and weight \(node.weight)")
        }
        return true
    }
}
