internal import CLanes

/// Lays out trees for blocks of rows.
struct LaneLayout {
    var scales: [LaneForest.Scale] = []
    var thresholds: [Float] = []
    var planeCount = 0
    var trees: [clanes_tree] = []
    var nodes: [clanes_node] = []
    /// By leaf, from left to right.
    var values: [Double] = []
    private let table: ThresholdTable
    /// The next tree's first question in `table.ranks`.
    private var question = 0
    /// What `append` works in, kept from tree to tree: by node the leaves below it, and of these the first one's number;
    /// the nodes level by level.
    private var leaves: [Int] = [], first: [Int] = [], ranks: [Int32] = [], waiting: [Int] = []

    /// Thresholds that one plane can count.
    private static let counted = 255

    init(_ ensemble: Ensemble, slotCount: Int) {
        table = ThresholdTable(ensemble, slotCount: slotCount)
        for sorted in table.thresholds {
            let steps = Int.bitWidth - sorted.count.leadingZeroBitCount
            let planes = (sorted.count + Self.counted - 1) / Self.counted
            scales.append(
                LaneForest.Scale(
                    first: thresholds.count, steps: UInt32(steps), plane: UInt32(planeCount), planeCount: UInt32(planes)
                ))
            thresholds += sorted
            thresholds += repeatElement(.nan, count: (1 << steps) - 1 - sorted.count)
            planeCount += planes
        }
        nodes.reserveCapacity(table.ranks.count)
        values.reserveCapacity(table.ranks.count + ensemble.trees.count)
    }

    /// Of at most `LaneForest.mostLeaves` leaves. Questions come level by level: what a question needs was then stored
    /// long before it is read, and the processor need not wait for it.
    mutating func append(_ tree: Ensemble.Tree) {
        let (firstNode, firstLeaf) = (nodes.count, values.count)
        let count = tree.nodes.count / 2
        values += repeatElement(0, count: count + 1)
        measure(tree)
        waiting.removeAll(keepingCapacity: true)
        if !tree.nodes[0].isLeaf { waiting.append(0) } else { values[firstLeaf] = tree.nodes[0].value }
        var next = 0
        while next < waiting.count {
            let position = waiting[next]
            next += 1
            let node = tree.nodes[position]
            let (left, right) = (Int(node.left), Int(node.right))
            (first[left], first[right]) = (first[position], first[position] + leaves[left])
            var links = (UInt16(count), UInt16(count))
            if tree.nodes[left].isLeaf {
                values[firstLeaf + first[left]] = tree.nodes[left].value
            } else {
                links.0 = UInt16(waiting.count)
                waiting.append(left)
            }
            if tree.nodes[right].isLeaf {
                values[firstLeaf + first[right]] = tree.nodes[right].value
            } else {
                links.1 = UInt16(waiting.count)
                waiting.append(right)
            }
            // A slot has reached threshold k when it has reached k + 1 of them.
            let rank = Int(ranks[position])
            let plane = Int(scales[Int(node.slot)].plane) + rank / Self.counted
            nodes.append(
                clanes_node(
                    plane: UInt16(plane), threshold: UInt8(rank % Self.counted + 1), skip: UInt8(leaves[left]),
                    left: links.0, right: links.1))
        }
        trees.append(
            clanes_tree(
                node: UInt32(firstNode), node_count: UInt32(count), leaf: UInt32(firstLeaf),
                output: UInt32(tree.output)))
    }

    /// Counts the leaves below each node, and tells each question its threshold's rank.
    private mutating func measure(_ tree: Ensemble.Tree) {
        if leaves.count < tree.nodes.count {
            leaves = [Int](repeating: 0, count: 2 * tree.nodes.count)
            (first, ranks) = (leaves, [Int32](repeating: 0, count: leaves.count))
        }
        first[0] = 0
        for (position, node) in tree.nodes.enumerated() where !node.isLeaf {
            ranks[position] = table.ranks[question]
            question += 1
        }
        for position in tree.nodes.indices.reversed() {
            let node = tree.nodes[position]
            leaves[position] = node.isLeaf ? 1 : leaves[Int(node.left)] + leaves[Int(node.right)]
        }
    }
}
