/// Isolation trees laid out level by level: of each level, the nodes of all trees one after the other.
///
/// A tree is a full one here, whose nodes below a leaf ask nothing and lead to what the leaf says, so every walk takes the
/// same steps. A node's place within its level is that of its tree times the level's width, and more: its children have
/// twice that place and one more in the next level, in every tree alike.
struct IsolationLayout {
    struct Node: BitwiseCopyable, Sendable {
        var threshold = Float.infinity
        /// Among the columns whose missing values go left, then among those whose go right.
        var cell: UInt32 = 0
    }

    let treeCount: Int
    /// Questions of a walk.
    let depth: Int
    private(set) var nodes: [Node]
    /// So long a path is expected of whoever has come to a node, or to an end.
    private(set) var lengths: [Double]

    init(_ isolation: Isolation) {
        treeCount = isolation.trees.count
        depth = IsolationTree.deepest(sample: isolation.sample)
        nodes = [Node](repeating: Node(), count: treeCount * ((1 << depth) - 1))
        lengths = [Double](repeating: 0, count: treeCount * ((2 << depth) - 1))
        let means = PathLengths(upTo: isolation.sample)
        for (number, tree) in isolation.trees.enumerated() { lay(tree, number, isolation, means) }
    }

    /// Where a level begins.
    static func start(ofLevel level: Int, trees: Int) -> Int { trees * ((1 << level) - 1) }

    /// - Parameter heap: 1 is the root; the children of i are 2 i and 2 i + 1.
    private func index(_ heap: Int, _ tree: Int) -> Int {
        let level = Self.level(heap)
        return Self.start(ofLevel: level, trees: treeCount) + (tree << level) + heap - (1 << level)
    }

    private static func level(_ heap: Int) -> Int { Int.bitWidth - 1 - heap.leadingZeroBitCount }

    private mutating func lay(_ tree: IsolationTree, _ number: Int, _ isolation: Isolation, _ means: PathLengths) {
        var rows = [Int](repeating: 0, count: 2 << depth)
        // Places of the nodes that are still to come.
        var waiting = [1]
        let width = isolation.columns.count
        let isSound = tree.walk(sample: isolation.sample, columns: width) { node, level in
            let place = waiting.removeLast()
            switch node {
            case .question(let column, let threshold, let missingGoesLeft):
                nodes[index(place, number)] = Node(
                    threshold: threshold, cell: UInt32(missingGoesLeft ? column : width + column))
                waiting += [2 * place + 1, 2 * place]
            case .leaf(let count):
                rows[place] = count
                var (from, to) = (place, place)
                while from < 2 << depth {
                    for below in from...to { lengths[index(below, number)] = Double(level) + means[count] }
                    (from, to) = (2 * from, 2 * to + 1)
                }
            }
        }
        precondition(isSound, "a tree is checked when it is read")
        for place in stride(from: (1 << depth) - 1, through: 1, by: -1) where rows[place] == 0 {
            rows[place] = rows[2 * place] + rows[2 * place + 1]
            // Nothing below a leaf holds rows.
            guard rows[place] > 0 else { continue }
            lengths[index(place, number)] = Double(Self.level(place)) + means[rows[place]]
        }
    }
}
