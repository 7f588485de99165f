/// The form of a forest that answers for one row: groups of eight trees, whose nodes are interleaved.
final class RowForest: Sendable {
    /// What a row is asked: 8 bytes.
    struct Node: Sendable, BitwiseCopyable {
        /// The threshold's `OrderedKey`.
        var key: Int32
        /// In a heap the slot; in a linked tree the slot and, above its bits, the left child's place.
        var packed: UInt32
    }

    struct Group: Sendable, BitwiseCopyable {
        /// Where its nodes and its leaves' values start.
        var node: Int
        var leaf: Int
        /// Steps from a root to any leaf.
        var depth: Int32
        var isHeap: Bool
    }

    /// Trees in flight: as many chains of loads hide each other's latency, and still fit the registers.
    static let width = 8

    let treeCount: Int
    let groups: FixedArray<Group>
    let nodes: FixedArray<Node>
    let singles: FixedArray<Float>
    let doubles: FixedArray<Double>
    /// By leaf value: its node in the ensemble's tree.
    let positions: FixedArray<Int32>
    /// By tree: the output that it adds to.
    let outputs: FixedArray<Int32>
    /// Of a linked node's `packed`.
    let slotBits: UInt32

    init(_ ensemble: Ensemble, slotCount: Int) throws(ModelError) {
        treeCount = ensemble.trees.count
        let nodeCount = ensemble.trees.reduce(0) { $0 + $1.nodes.count }
        var layout = RowLayout(slotCount: slotCount, nodeCount: nodeCount)
        for start in stride(from: 0, to: treeCount, by: Self.width) {
            try layout.append(ensemble.trees[start..<min(start + Self.width, treeCount)])
        }
        slotBits = layout.slotBits
        (groups, nodes) = (FixedArray(layout.groups), FixedArray(layout.nodes))
        singles = FixedArray(ensemble.precision == .single ? layout.values : []) { Float($0) }
        doubles = FixedArray(ensemble.precision == .double ? layout.values : [])
        positions = FixedArray(layout.positions)
        outputs = FixedArray(ensemble.trees.map { Int32($0.output) })
    }
}
