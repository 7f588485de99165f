import Glibc

/// An isolation forest ready to judge rows. Immutable, one for all threads.
///
/// Missing values become infinities of both signs, and a question looks at the one that goes where it sends what is
/// missing: no step takes a branch. All trees take each step together, so that none waits for memory alone.
public final class IsolationScorer: Sendable {
    public let columns: [String]
    private let ranks: [Double]
    private let treeCount: Int
    private let depth: Int
    /// As `IsolationLayout` has them.
    private let nodes: FixedArray<IsolationLayout.Node>
    private let lengths: FixedArray<Double>
    /// The path of a row of which nothing is known yet.
    private let expected: Double

    public init(_ isolation: Isolation) {
        let layout = IsolationLayout(isolation)
        (columns, ranks, treeCount) = (isolation.columns, isolation.ranks, layout.treeCount)
        (depth, expected) = (layout.depth, PathLengths(upTo: isolation.sample)[isolation.sample])
        (nodes, lengths) = (FixedArray(layout.nodes), FixedArray(layout.lengths))
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

    private func meanPath(_ cells: UnsafePointer<Float>) -> Double {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: treeCount) { places in
            for tree in 0..<treeCount { places[tree] = Int32(truncatingIfNeeded: tree) }
            for level in 0..<depth {
                let nodes = nodes.base + IsolationLayout.start(ofLevel: level, trees: treeCount)
                for tree in 0..<treeCount { places[tree] = Self.next(nodes, places[tree], cells) }
            }
            let ends = lengths.base + IsolationLayout.start(ofLevel: depth, trees: treeCount)
            var sum = 0.0
            for tree in 0..<treeCount { sum += ends[Int(places[tree])] }
            return sum / Double(treeCount)
        }
    }

    @inline(__always)
    private static func next(
        _ nodes: UnsafePointer<IsolationLayout.Node>, _ place: Int32, _ cells: UnsafePointer<Float>
    ) -> Int32 {
        let node = nodes[Int(place)]
        return place &* 2 &+ (cells[Int(node.cell)] > node.threshold ? 1 : 0)
    }

    /// Each question's part goes to its column: how much shorter the path looks after it than before.
    private func shares(_ cells: UnsafePointer<Float>) -> [Double] {
        var shares = [Double](repeating: 0, count: columns.count)
        for tree in 0..<treeCount {
            var place = Int32(truncatingIfNeeded: tree)
            for level in 0..<depth {
                let (here, below) = (
                    IsolationLayout.start(ofLevel: level, trees: treeCount),
                    IsolationLayout.start(ofLevel: level + 1, trees: treeCount)
                )
                let next = Self.next(nodes.base + here, place, cells)
                shares[Int(nodes.base[here + Int(place)].cell) % columns.count] +=
                    lengths.base[here + Int(place)] - lengths.base[below + Int(next)]
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
