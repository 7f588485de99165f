import CLanes

/// All trees' tables of Shapley values, in one piece of memory.
///
/// A leaf's row has a number for each output and each player of the tree, and is as long as a power of two, or as
/// several times eight: so a row touches as few cache lines as can be.
final class ObliviousTables: @unchecked Sendable {
    /// Trees deeper than this have no table: making one takes 4^depth steps.
    static let deepest = 10
    /// Trees have tables as long as all of them take no more than this.
    static let mostBytes = 256 << 20

    /// By output: what all trees that have tables are expected to add when nothing is known.
    let expected: [Double]
    /// The trees without a table.
    let left: [Int]
    var bytes: Int { rows.count * MemoryLayout<Double>.stride }

    // Written in `init` only.
    let contributions: UnsafeMutablePointer<clanes_contributions>
    private let rows: LaneArray<Double>
    private let starts: LaneArray<Int64>
    private let sizes: LaneArray<Int64>
    private let strides: LaneArray<Int32>
    private let counts: LaneArray<Int32>
    private let firstPlayers: LaneArray<Int64>
    private let players: LaneArray<Int32>

    deinit { contributions.deallocate() }

    init(
        _ layout: ObliviousLayout, most: Int = mostBytes,
        make: (ObliviousTreeView, ObliviousShares.Writer) -> [Double]
    ) {
        let outputs = layout.outputs
        var (starts, sizes, strides, counts): ([Int64], [Int64], [Int32], [Int32]) = ([], [], [], [])
        var (firstPlayers, players, left): ([Int64], [Int32], [Int]) = ([], [], [])
        var total = 0
        for tree in 0..<layout.trees {
            let view = ObliviousTreeView(layout, tree: tree)
            let stride = Self.stride(for: view.players.count * outputs)
            firstPlayers.append(Int64(players.count))
            counts.append(Int32(view.players.count))
            strides.append(Int32(stride))
            players += view.players
            let size = stride * view.leafCount
            sizes.append(Int64(size))
            if view.depth > Self.deepest || (total + size) * MemoryLayout<Double>.stride > most {
                left.append(tree)
                starts.append(-1)
            } else {
                starts.append(Int64(total))
                total += size
            }
        }
        var rows = [Double](repeating: 0, count: total)
        var expected = [Double](repeating: 0, count: outputs)
        rows.withUnsafeMutableBufferPointer { rows in
            for tree in 0..<layout.trees where starts[tree] >= 0 {
                let view = ObliviousTreeView(layout, tree: tree)
                let (start, stride, count) = (Int(starts[tree]), Int(strides[tree]), view.players.count)
                let sums = make(view) { leaf, output, player, share in
                    rows[start + leaf * stride + output * count + player] = share
                }
                for output in 0..<outputs { expected[output] += sums[output] }
            }
        }
        (self.expected, self.left) = (expected, left)
        self.rows = LaneArray(rows)
        self.starts = LaneArray(starts)
        self.sizes = LaneArray(sizes)
        self.strides = LaneArray(strides)
        self.counts = LaneArray(counts)
        self.firstPlayers = LaneArray(firstPlayers)
        self.players = LaneArray(players)
        contributions = .allocate(capacity: 1)
        contributions.initialize(
            to: clanes_contributions(
                tree_rows: self.starts.base, tree_size: self.sizes.base, tree_stride: self.strides.base,
                tree_players: self.counts.base,
                tree_first_player: self.firstPlayers.base, players: self.players.base, rows: self.rows.base,
                player_count: Int32(layout.players.count)))
    }

    private static func stride(for count: Int) -> Int {
        if count > 8 { return (count + 7) / 8 * 8 }
        var stride = 1
        while stride < count { stride *= 2 }
        return stride
    }
}
