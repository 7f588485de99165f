import CLanes

/// The rows that a tree sees, those of each node together, and their sums in the same order. Nodes have the numbers
/// that they will have as leaves: a level's answer is the next bit.
final class SampledRows {
    private var rows: UnsafeMutablePointer<Int32>
    private var sums: UnsafeMutablePointer<Int64>
    private var otherRows: UnsafeMutablePointer<Int32>
    private var otherSums: UnsafeMutablePointer<Int64>
    /// By row: its node; only kept up for columns without histograms.
    let nodes: UnsafeMutablePointer<UInt16>?
    private let learning: Int
    /// Where each node's rows begin, and where the last one's end.
    private(set) var starts: [Int] = [0]
    /// What each node holds.
    private(set) var totals: [Int64] = []
    private(set) var level = 0

    /// A piece of a node, so that threads share the work.
    private struct Piece {
        var node: Int
        var start: Int
        var end: Int
        var left = 0
        var right = 0
    }
    private static let piece = 16_384

    init(learning: Int, keepsNodes: Bool) {
        self.learning = learning
        rows = .allocate(capacity: learning)
        sums = .allocate(capacity: learning)
        otherRows = .allocate(capacity: learning)
        otherSums = .allocate(capacity: learning)
        nodes = keepsNodes ? .allocate(capacity: learning) : nil
        nodes?.initialize(repeating: 0, count: learning)
    }

    deinit {
        rows.deallocate()
        sums.deallocate()
        otherRows.deallocate()
        otherSums.deallocate()
        nodes?.deallocate()
    }

    /// One node with all rows that have a sum.
    func begin(_ packed: UnsafePointer<Int64>) {
        var count = 0
        var total: Int64 = 0
        for row in 0..<learning where packed[row] != 0 {
            rows[count] = Int32(truncatingIfNeeded: row)
            sums[count] = packed[row]
            total &+= packed[row]
            count += 1
        }
        nodes?.update(repeating: 0, count: learning)
        (starts, totals, level) = ([0, count], [total], 0)
    }

    var nodeCount: Int { 1 << level }
    var count: Int { starts[starts.count - 1] }

    func count(_ node: Int) -> Int { starts[node + 1] - starts[node] }

    /// Adds a node's rows into a histogram.
    func count(_ node: Int, _ column: inout clanes_column, into histogram: UnsafeMutablePointer<Int64>) {
        let start = starts[node]
        clanes_count(&column, rows + start, sums + start, Int64(starts[node + 1] - start), histogram)
    }

    /// One more level: every node's rows are dealt out to two.
    func split(_ column: GrowingColumn, at bin: Int, _ team: GrowingTeam) {
        var pieces = self.pieces()
        let lanes = column.lanes
        pieces.withUnsafeMutableBufferPointer { pieces in
            let pieces = pieces
            team.run(pieces.count) { number, _ in
                var lanes = lanes
                let piece = pieces[number]
                pieces[number].right = Int(
                    clanes_count_right(&lanes, Int32(bin), rows + piece.start, Int64(piece.end - piece.start)))
            }
        }
        let next = place(&pieces)
        pieces.withUnsafeBufferPointer { pieces in
            team.run(pieces.count) { number, _ in
                var lanes = lanes
                let piece = pieces[number]
                clanes_deal(
                    &lanes, Int32(bin), rows + piece.start, sums + piece.start, Int64(piece.end - piece.start),
                    otherRows, otherSums, Int64(piece.left), Int64(piece.right))
            }
        }
        swap(&rows, &otherRows)
        swap(&sums, &otherSums)
        (starts, level) = (next, level + 1)
        addUp(team)
    }

    private func pieces() -> [Piece] {
        var pieces: [Piece] = []
        for node in 0..<nodeCount {
            for start in stride(from: starts[node], to: starts[node + 1], by: Self.piece) {
                pieces.append(Piece(node: node, start: start, end: min(start + Self.piece, starts[node + 1])))
            }
        }
        return pieces
    }

    /// Where each piece's rows go; gives the starts of the nodes to come.
    private func place(_ pieces: inout [Piece]) -> [Int] {
        let nodes = nodeCount
        var rights = [Int](repeating: 0, count: nodes)
        for piece in pieces { rights[piece.node] += piece.right }
        var next = [0]
        for node in 0..<nodes { next.append(next[node] + count(node) - rights[node]) }
        for node in 0..<nodes { next.append(next[nodes + node] + rights[node]) }
        var places = next
        for number in pieces.indices {
            let (node, right) = (pieces[number].node, pieces[number].right)
            (pieces[number].left, pieces[number].right) = (places[node], places[nodes + node])
            places[node] += pieces[number].end - pieces[number].start - right
            places[nodes + node] += right
        }
        return next
    }

    private func addUp(_ team: GrowingTeam) {
        var totals = [Int64](repeating: 0, count: nodeCount)
        totals.withUnsafeMutableBufferPointer { totals in
            let totals = totals
            team.run(nodeCount) { node, _ in
                var total: Int64 = 0
                for place in starts[node]..<starts[node + 1] {
                    total &+= sums[place]
                    nodes?[Int(rows[place])] = UInt16(truncatingIfNeeded: node)
                }
                totals[node] = total
            }
        }
        self.totals = totals
    }
}
