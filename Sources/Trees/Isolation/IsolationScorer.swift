import Glibc

/// An isolation forest laid out for speed. Immutable, one for all threads.
///
/// Every walk takes the same number of steps and no branch: a tree is a full one, whose nodes below a leaf ask nothing
/// and lead to what the leaf says. Missing values become infinities of both signs, and a question looks at the one that
/// goes where it sends what is missing.
public final class IsolationScorer: Sendable {
    private struct Node: BitwiseCopyable, Sendable {
        var threshold = Float.infinity
        /// Among the columns whose missing values go left, then among those whose go right.
        var cell: UInt32 = 0
    }

    public let columns: [String]
    private let ranks: [Double]
    private let treeCount: Int
    private let depth: Int
    /// A tree after the other; the children of node i are 2 i and 2 i + 1, and the root is 1.
    private let nodes: FixedArray<Node>
    /// So long a path is expected of whoever has come to a node: twice as many as nodes, since leaves have one too.
    private let lengths: FixedArray<Double>
    /// Before any question.
    private let expected: Double

    public init(_ isolation: Isolation) {
        (columns, ranks, treeCount) = (isolation.columns, isolation.ranks, isolation.trees.count)
        let means = PathLengths(upTo: isolation.sample)
        (depth, expected) = (IsolationTree.deepest(sample: isolation.sample), means[isolation.sample])
        let (depth, width) = (depth, isolation.columns.count)
        var nodes = [Node](repeating: Node(), count: treeCount << depth)
        var lengths = [Double](repeating: 0, count: treeCount << (depth + 1))
        for (number, tree) in isolation.trees.enumerated() {
            Self.lay(
                tree, sample: isolation.sample, columns: width, depth, means,
                &nodes[number << depth..<(number + 1) << depth],
                &lengths[number << (depth + 1)..<(number + 1) << (depth + 1)])
        }
        (self.nodes, self.lengths) = (FixedArray(nodes), FixedArray(lengths))
    }

    /// Fills one tree's places.
    private static func lay(
        _ tree: IsolationTree, sample: Int, columns: Int, _ depth: Int, _ means: PathLengths,
        _ nodes: inout ArraySlice<Node>, _ lengths: inout ArraySlice<Double>
    ) {
        let (first, firstLength) = (nodes.startIndex, lengths.startIndex)
        var rows = [Int](repeating: 0, count: 2 << depth)
        var waiting = [1]
        let isSound = tree.walk(sample: sample, columns: columns) { node, level in
            let place = waiting.removeLast()
            switch node {
            case .question(let column, let threshold, let missingGoesLeft):
                nodes[first + place] = Node(
                    threshold: threshold, cell: UInt32(missingGoesLeft ? column : columns + column))
                waiting += [2 * place + 1, 2 * place]
            case .leaf(let count):
                // Whatever is asked below says nothing more.
                var (from, to) = (place, place)
                while from < 2 << depth {
                    for below in from...to { lengths[firstLength + below] = Double(level) + means[count] }
                    (from, to) = (2 * from, 2 * to + 1)
                }
                rows[place] = count
            }
        }
        precondition(isSound, "a tree is checked when it is read")
        for place in stride(from: (1 << depth) - 1, through: 1, by: -1) where rows[place] == 0 {
            rows[place] = rows[2 * place] + rows[2 * place + 1]
            // Nothing below a leaf holds rows.
            guard rows[place] > 0 else { continue }
            let level = Int.bitWidth - 1 - place.leadingZeroBitCount
            lengths[firstLength + place] = Double(level) + means[rows[place]]
        }
    }

    /// What is said of a row.
    public struct Judgement: Equatable, Sendable {
        /// Near 1: few questions part it from the others. Near 0.5 and below: as many as any other.
        public let score: Double
        /// The share of the training rows that are less unusual.
        public let rank: Double
        /// By column: how many questions less than expected its questions left to ask. They add up to what the mean path
        /// falls short of the expected one. Empty for a row that is not as unusual as was asked for.
        public let shares: [Double]
    }

    /// Judges a row. Nothing is allocated for up to 128 columns, but the shares.
    ///
    /// - Parameters:
    ///   - rank: from which on the shares are wanted.
    ///   - value: of a column; what is not finite is missing.
    public func judge(explainingFrom rank: Double = .infinity, _ value: (Int) -> Double) -> Judgement {
        let width = columns.count
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * width) { cells in
            for column in 0..<width {
                let number = Float(value(column))
                cells[column] = number.isFinite ? number : -.infinity
                cells[width + column] = number.isFinite ? number : .infinity
            }
            guard let base = cells.baseAddress else { return Judgement(score: 0.5, rank: 0, shares: []) }
            let score = exp2(-meanPath(base) / expected)
            let found = self.rank(of: score)
            return Judgement(score: score, rank: found, shares: found >= rank ? shares(base) : [])
        }
    }

    /// Four trees at a time: a step of one waits for memory while the others go on.
    private func meanPath(_ cells: UnsafePointer<Float>) -> Double {
        var sum = 0.0
        let (size, whole) = (1 << depth, treeCount & ~3)
        var tree = 0
        while tree < whole {
            let (a, b, c, d) = (
                nodes.base + tree &* size, nodes.base + (tree &+ 1) &* size, nodes.base + (tree &+ 2) &* size,
                nodes.base + (tree &+ 3) &* size
            )
            var (i, j, k, l) = (1, 1, 1, 1)
            for _ in 0..<depth {
                i = Self.next(a, i, cells)
                j = Self.next(b, j, cells)
                k = Self.next(c, k, cells)
                l = Self.next(d, l, cells)
            }
            let ends = lengths.base + tree &* size &* 2
            sum += ends[i] + ends[size &* 2 &+ j] + ends[size &* 4 &+ k] + ends[size &* 6 &+ l]
            tree &+= 4
        }
        while tree < treeCount {
            var place = 1
            for _ in 0..<depth { place = Self.next(nodes.base + tree &* size, place, cells) }
            sum += lengths.base[tree &* size &* 2 &+ place]
            tree &+= 1
        }
        return sum / Double(treeCount)
    }

    @inline(__always)
    private static func next(_ nodes: UnsafePointer<Node>, _ place: Int, _ cells: UnsafePointer<Float>) -> Int {
        let node = nodes[place]
        return place &* 2 &+ (cells[Int(node.cell)] > node.threshold ? 1 : 0)
    }

    /// Each question's part goes to its column: how much shorter the path looks after it than before.
    private func shares(_ cells: UnsafePointer<Float>) -> [Double] {
        var shares = [Double](repeating: 0, count: columns.count)
        let size = 1 << depth
        for tree in 0..<treeCount {
            let (nodes, lengths) = (nodes.base + tree * size, lengths.base + tree * size * 2)
            var place = 1
            for _ in 0..<depth {
                let node = nodes[place]
                let next = Self.next(nodes, place, cells)
                shares[Int(node.cell) % columns.count] += lengths[place] - lengths[next]
                place = next
            }
        }
        return shares.map { $0 / Double(treeCount) }
    }

    /// The share of the training rows whose score is lower, between two that are known in proportion.
    func rank(of score: Double) -> Double {
        var (low, high) = (0, ranks.count)
        while low < high {
            let middle = (low + high) / 2
            if ranks[middle] < score { low = middle + 1 } else { high = middle }
        }
        if low == 0 { return 0 }
        if low == ranks.count { return 1 }
        let (from, to) = (ranks[low - 1], ranks[low])
        return (Double(low - 1) + (score - from) / (to - from)) / Double(ranks.count - 1)
    }
}
