internal import CLanes

/// The form of a forest that answers for blocks of 64 rows: every tree's questions in one list, put to all rows at once.
///
/// A slot's value matters only by how many of the forest's thresholds on that slot it has reached. That number, a byte,
/// takes the value's place, in a plane of 64 rows; more than 255 thresholds take several planes.
struct LaneForest: Sendable {
    /// A slot's thresholds in `thresholds`, ascending and padded with NaN to one less than a power of two.
    struct Scale: Sendable, BitwiseCopyable {
        var first: Int
        var steps: UInt32
        var plane: UInt32
        var planeCount: UInt32
    }

    /// A leaf's number is a byte.
    static let mostLeaves = 256
    static let rows = Int(CLANES_ROWS)

    /// Whether all trees are small enough; if not, rows are answered one by one.
    let isComplete: Bool
    let scales: FixedArray<Scale>
    let thresholds: FixedArray<Float>
    let planeCount: Int
    let trees: FixedArray<clanes_tree>
    let nodes: FixedArray<clanes_node>
    let singles: FixedArray<Float>
    let doubles: FixedArray<Double>
    /// Vectors of `reach` that the largest tree takes.
    let reachCount: Int

    init(_ ensemble: Ensemble, slotCount: Int) {
        var layout = LaneLayout(ensemble, slotCount: slotCount)
        isComplete =
            layout.planeCount <= Int(UInt16.max)
            && ensemble.trees.allSatisfy { ($0.nodes.count + 1) / 2 <= Self.mostLeaves }
        if isComplete { for tree in ensemble.trees { layout.append(tree) } }
        (scales, thresholds) = (FixedArray(layout.scales), FixedArray(layout.thresholds))
        (planeCount, trees, nodes) = (layout.planeCount, FixedArray(layout.trees), FixedArray(layout.nodes))
        singles = FixedArray(ensemble.precision == .single ? layout.values : []) { Float($0) }
        doubles = FixedArray(ensemble.precision == .double ? layout.values : [])
        reachCount = Int(layout.trees.map(\.node_count).max() ?? 0) + 1
    }
}
