import CLanes

/// All trees' tables of Shapley values, in one piece of memory.
///
/// A leaf's row has a number for each output and each player of the tree, and fills whole cache lines.
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
    /// How many numbers adding up one row's explanation takes: a share for each output and player, and nobody's.
    let shareCount: Int

    // Written in `init` only.
    let contributions: UnsafeMutablePointer<clanes_contributions>
    private let rows: LaneArray<Double>
    private let starts: LaneArray<Int64>
    private let sizes: LaneArray<Int64>
    private let strides: LaneArray<Int32>
    private let counts: LaneArray<Int32>
    private let firstPlayers: LaneArray<Int64>
    private let players: LaneArray<Int32>
    private let parts: LaneArray<clanes_part>
    private let quads: LaneArray<clanes_quad>
    private let picks: LaneArray<UInt16>

    deinit { contributions.deallocate() }

    init(
        _ layout: ObliviousLayout, most: Int = mostBytes,
        make: (ObliviousTreeView, ObliviousShares.Writer) -> [Double]
    ) {
        let (outputs, nobody) = (layout.outputs, layout.outputs * layout.players.count)
        var (starts, sizes, strides, counts): ([Int64], [Int64], [Int32], [Int32]) = ([], [], [], [])
        var (firstPlayers, players, left): ([Int64], [Int32], [Int]) = ([], [], [])
        var trees: [ObliviousPicks.Tree] = []
        var total = 0
        for tree in 0..<layout.trees {
            let view = ObliviousTreeView(layout, tree: tree)
            let length = (max(view.players.count * outputs, 1) + 7) / 8 * 8
            let bytes = (total + length * view.leafCount) * MemoryLayout<Double>.stride
            let fits = view.depth <= Self.deepest && bytes <= most
            let (stride, own) = fits ? (length, view.players) : (0, [])
            if !fits { left.append(tree) }
            let shares = (0..<outputs).flatMap { output in own.map { Int32(output * layout.players.count) + $0 } }
            trees.append(ObliviousPicks.Tree(stride: stride, shares: shares))
            firstPlayers.append(Int64(players.count))
            counts.append(Int32(own.count))
            players += own
            starts.append(Int64(total))
            strides.append(Int32(stride))
            sizes.append(Int64(stride * view.leafCount))
            total += stride * view.leafCount
        }
        var rows = [Double](repeating: 0, count: total)
        var expected = [Double](repeating: 0, count: outputs)
        rows.withUnsafeMutableBufferPointer { rows in
            for tree in 0..<layout.trees where strides[tree] > 0 {
                let view = ObliviousTreeView(layout, tree: tree)
                let (start, stride, count) = (Int(starts[tree]), Int(strides[tree]), view.players.count)
                let sums = make(view) { leaf, output, player, share in
                    rows[start + leaf * stride + output * count + player] = share
                }
                for output in 0..<outputs { expected[output] += sums[output] }
            }
        }
        let order = ObliviousPicks(trees, nobody: Int32(nobody))
        shareCount = nobody + 1
        (self.expected, self.left) = (expected, left)
        self.rows = LaneArray(rows)
        self.starts = LaneArray(starts)
        self.sizes = LaneArray(sizes)
        self.strides = LaneArray(strides)
        self.counts = LaneArray(counts)
        self.firstPlayers = LaneArray(firstPlayers)
        self.players = LaneArray(players)
        parts = LaneArray(order.parts)
        quads = LaneArray(order.quads)
        picks = LaneArray(order.picks)
        contributions = .allocate(capacity: 1)
        contributions.initialize(
            to: clanes_contributions(
                tree_rows: self.starts.base, tree_size: self.sizes.base, tree_stride: self.strides.base,
                tree_players: self.counts.base,
                tree_first_player: self.firstPlayers.base, players: self.players.base, rows: self.rows.base,
                player_count: Int32(layout.players.count),
                parts: Int32(order.parts.count), part_numbers: Int32(order.partNumbers), part: parts.base,
                quads: quads.base, picks: picks.base))
    }
}
