/// Lays out groups of eight trees.
///
/// A group of shallow trees is a heap: every tree is completed to the depth of the deepest, node 1 is the root and the
/// children of node i are 2i and 2i + 1, so no link has to be loaded. Nodes of the same number lie side by side: the
/// eight roots in one cache line. A leaf above the bottom sends every row to its left, down to the bottom.
///
/// A group with a deep or lopsided tree is linked: each node tells where its left child is, and the right one follows;
/// a leaf is its own left child and sends every row there.
struct RowLayout {
    var groups: [RowForest.Group] = []
    var nodes: [RowForest.Node] = []
    var values: [Double] = []
    var positions: [Int32] = []
    let slotBits: UInt32

    private static let width = RowForest.width
    /// Completed trees may have this many places for a leaf; beyond, links take less room in the cache.
    private static let sparsest = 6
    private static let deepestHeap = 10

    init(slotCount: Int, nodeCount: Int) {
        slotBits = UInt32(Int.bitWidth - max(slotCount - 1, 0).leadingZeroBitCount)
        nodes.reserveCapacity(nodeCount * 3 / 2)
        values.reserveCapacity(nodeCount * 3 / 2)
        positions.reserveCapacity(nodeCount * 3 / 2)
    }

    mutating func append(_ trees: ArraySlice<Ensemble.Tree>) throws(ModelError) {
        let depth = trees.map(\.depth).max() ?? 0
        let leaves = trees.reduce(0) { $0 + ($1.nodes.count + 1) / 2 }
        let isHeap = depth <= Self.deepestHeap && trees.count << depth <= Self.sparsest * leaves
        let group = RowForest.Group(node: nodes.count, leaf: values.count, depth: Int32(depth), isHeap: isHeap)
        groups.append(group)
        if isHeap {
            appendHeap(trees, depth)
        } else {
            try appendLinked(trees, depth)
        }
    }

    private mutating func appendHeap(_ trees: ArraySlice<Ensemble.Tree>, _ depth: Int) {
        let (firstNode, firstLeaf) = (nodes.count, values.count)
        let everyoneLeft = RowForest.Node(key: OrderedKey.beyond, packed: 0)
        nodes += repeatElement(everyoneLeft, count: Self.width << depth)
        values += repeatElement(0, count: Self.width << depth)
        positions += repeatElement(0, count: Self.width << depth)
        for (lane, tree) in trees.enumerated() {
            var places = [(number: Int32, level: Int32)](repeating: (1, 0), count: tree.nodes.count)
            for (position, node) in tree.nodes.enumerated() {
                let (number, level) = (Int(places[position].number), Int(places[position].level))
                if node.isLeaf {
                    let bottom = (number << (depth - level)) - (1 << depth)
                    values[firstLeaf + bottom * Self.width + lane] = node.value
                    positions[firstLeaf + bottom * Self.width + lane] = Int32(position)
                } else {
                    nodes[firstNode + number * Self.width + lane] = RowForest.Node(
                        key: OrderedKey.of(node.threshold), packed: UInt32(node.slot))
                    places[Int(node.left)] = (Int32(2 * number), Int32(level + 1))
                    places[Int(node.right)] = (Int32(2 * number + 1), Int32(level + 1))
                }
            }
        }
    }

    /// Every tree starts with its place in the group, so that eight chains can start at nodes 0 to 7.
    private mutating func appendLinked(_ trees: ArraySlice<Ensemble.Tree>, _ depth: Int) throws(ModelError) {
        let first = nodes.count
        let leaf = { (place: Int) in RowForest.Node(key: OrderedKey.beyond, packed: UInt32(place)) }
        var count = Self.width
        // Children in pairs, level by level; places are counted from the group's first node.
        var places: [[Int]] = trees.enumerated().map { lane, tree in
            var places = [Int](repeating: 0, count: tree.nodes.count)
            places[0] = lane
            return places
        }
        for (lane, tree) in trees.enumerated() {
            for node in tree.nodes where !node.isLeaf {
                (places[lane][Int(node.left)], places[lane][Int(node.right)]) = (count, count + 1)
                count += 2
            }
        }
        guard count - 1 <= Int(UInt32.max >> slotBits) else {
            throw ModelError(.tooLarge, "\(count) nodes in eight trees with slots of \(slotBits) bits")
        }
        nodes += (0..<count).map { leaf($0 << Int(slotBits)) }
        values += Array(repeating: 0, count: count)
        positions += Array(repeating: 0, count: count)
        for (lane, tree) in trees.enumerated() {
            for (position, node) in tree.nodes.enumerated() {
                let place = places[lane][position]
                values[values.count - count + place] = node.value
                positions[positions.count - count + place] = Int32(position)
                if !node.isLeaf {
                    nodes[first + place] = RowForest.Node(
                        key: OrderedKey.of(node.threshold),
                        packed: UInt32(places[lane][Int(node.left)]) << slotBits | UInt32(node.slot))
                }
            }
        }
    }
}

extension Ensemble.Tree {
    /// Steps from the root to the deepest leaf.
    fileprivate var depth: Int {
        var deepest: Int32 = 0
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: nodes.count) { depths in
            depths[0] = 0
            for (position, node) in nodes.enumerated() where !node.isLeaf {
                (depths[Int(node.left)], depths[Int(node.right)]) = (depths[position] + 1, depths[position] + 1)
                deepest = max(deepest, depths[position] + 1)
            }
        }
        return Int(deepest)
    }
}
