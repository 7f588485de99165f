extension Ensemble.Tree {
    /// A tree from nodes as a file links them, in any order: refused unless every link leads to a node of its own.
    ///
    /// Nodes keep their positions when parents already come before their children; otherwise they are numbered level
    /// by level. Nodes that no link leads to are left out.
    init(output: Int, checking nodes: [Ensemble.Node]) throws(ModelError) {
        guard !nodes.isEmpty else { throw ModelError(.inconsistent, "a tree without nodes") }
        guard nodes.count < Int32.max else { throw ModelError(.tooLarge, "a tree of \(nodes.count) nodes") }
        if try Self.isInOrder(nodes) {
            self.init(output: output, nodes: nodes)
        } else {
            self.init(output: output, nodes: try Self.reordered(nodes))
        }
    }

    /// Checks every link's range; true when each node but the root is the child of exactly one that comes before it.
    private static func isInOrder(_ nodes: [Ensemble.Node]) throws(ModelError) -> Bool {
        var hasParent = [Bool](repeating: false, count: nodes.count)
        var (children, isOrdered) = (0, true)
        for (position, node) in nodes.enumerated() where !node.isLeaf {
            guard node.left < nodes.count, node.right >= 0, node.right < nodes.count else {
                throw ModelError(.inconsistent, "node \(position) leads to \(node.left) and \(node.right)")
            }
            let (left, right) = (Int(node.left), Int(node.right))
            if left <= position || right <= position || left == right || hasParent[left] || hasParent[right] {
                isOrdered = false
            }
            (hasParent[left], hasParent[right]) = (true, true)
            children += 2
        }
        return isOrdered && children == nodes.count - 1
    }

    private static func reordered(_ nodes: [Ensemble.Node]) throws(ModelError) -> [Ensemble.Node] {
        var isPlaced = [Bool](repeating: false, count: nodes.count)
        isPlaced[0] = true
        var ordered = [nodes[0]]
        var next = 0
        while next < ordered.count {
            let node = ordered[next]
            if !node.isLeaf {
                for child in [node.left, node.right] {
                    guard !isPlaced[Int(child)] else {
                        throw ModelError(.inconsistent, "two links lead to node \(child)")
                    }
                    isPlaced[Int(child)] = true
                    ordered.append(nodes[Int(child)])
                }
                (ordered[next].left, ordered[next].right) = (Int32(ordered.count - 2), Int32(ordered.count - 1))
            }
            next += 1
        }
        return ordered
    }
}
