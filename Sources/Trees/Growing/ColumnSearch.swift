import CLanes

/// Finds a column's best split of a level. Either by a histogram of each node, of which the smaller of two siblings is
/// counted and the other left over from their parent, or, when there would be more bins than rows, by walking through
/// the rows in the order of the column.
final class ColumnSearch {
    struct Split: Equatable {
        var gain: Double
        var bin: Int
    }

    let column: GrowingColumn
    /// Kept from level to level, nodes one after the other.
    private var histograms: UnsafeMutablePointer<Int64>?
    /// Also from tree to tree.
    private let keeps: Bool
    private let mostNodes: Int
    /// The last level that was counted of this tree.
    private var counted = -1

    /// `keeps`: for columns that tree after tree may ask. `depth` is the trees'.
    init(_ column: GrowingColumn, keeps: Bool, depth: Int, learning: Int) {
        (self.column, self.keeps) = (column, keeps)
        var nodes = 1
        while nodes < 1 << max(0, depth - 1), Self.fits(column, nodes: nodes * 2, learning) { nodes *= 2 }
        mostNodes = Self.fits(column, nodes: nodes, learning) ? nodes : 0
        if mostNodes < 1 << max(0, depth - 1) { column.sort(learning: learning) }
    }

    deinit { histograms?.deallocate() }

    /// A column whose bins fit a byte always has histograms.
    private static func fits(_ column: GrowingColumn, nodes: Int, _ learning: Int) -> Bool {
        !column.isWide || nodes * column.bins <= learning
    }

    func beginTree() { counted = -1 }

    func endTree() {
        guard !keeps else { return }
        histograms?.deallocate()
        histograms = nil
    }

    func best(_ rows: SampledRows, _ gain: clanes_gain, _ room: GrowingRoom, packed: UnsafePointer<Int64>) -> Split {
        guard column.splits > 0 else { return Split(gain: 0, bin: 0) }
        var gain = gain
        gain.sense = Int32(column.sense)
        if rows.nodeCount > mostNodes { return walk(rows, &gain, room, packed) }
        var lanes = column.lanes
        let gains = room.gains(column.bins)
        gains.update(repeating: 0, count: column.bins)
        let halves = room.halves(column.bins)
        let histograms = self.histograms ?? .allocate(capacity: mostNodes * column.bins)
        self.histograms = histograms
        count(rows, &lanes, histograms)
        for node in 0..<rows.nodeCount where rows.count(node) > 1 {
            clanes_add_gains(histograms + node * column.bins, &lanes, &gain, halves, gains)
        }
        return Self.best(gains, column.splits)
    }

    private static func best(_ gains: UnsafePointer<Float>, _ count: Int) -> Split {
        var best = Split(gain: 0, bin: 0)
        for bin in 0..<count where Double(gains[bin]) > best.gain { best = Split(gain: Double(gains[bin]), bin: bin) }
        return best
    }

    private func count(
        _ rows: SampledRows, _ lanes: inout clanes_column, _ histograms: UnsafeMutablePointer<Int64>
    ) {
        let bins = column.bins
        defer { counted = rows.level }
        guard rows.level > 0, counted == rows.level - 1 else {
            for node in 0..<rows.nodeCount where rows.count(node) > 0 {
                (histograms + node * bins).update(repeating: 0, count: bins)
                rows.count(node, &lanes, into: histograms + node * bins)
            }
            return
        }
        let half = rows.nodeCount / 2
        for node in 0..<half {
            let (left, right) = (histograms + node * bins, histograms + (node + half) * bins)
            let (leftRows, rightRows) = (rows.count(node), rows.count(node + half))
            if rightRows == 0 { continue }
            if leftRows == 0 {
                right.update(from: left, count: bins)
            } else if rightRows <= leftRows {
                right.update(repeating: 0, count: bins)
                rows.count(node + half, &lanes, into: right)
                clanes_subtract(left, right, Int64(bins))
            } else {
                right.update(from: left, count: bins)
                left.update(repeating: 0, count: bins)
                rows.count(node, &lanes, into: left)
                clanes_subtract(right, left, Int64(bins))
            }
        }
    }

    private func walk(
        _ rows: SampledRows, _ gain: inout clanes_gain, _ room: GrowingRoom, _ packed: UnsafePointer<Int64>
    ) -> Split {
        guard let sorted = column.sorted, let nodes = rows.nodes else { return Split(gain: 0, bin: 0) }
        var lanes = column.lanes
        let (left, terms) = room.nodes(rows.nodeCount)
        var bin: Int32 = -1
        let won = rows.totals.withUnsafeBufferPointer { totals in
            clanes_scan(
                &lanes, sorted, Int64(room.learning), nodes, packed, &gain, left, totals.baseAddress!, terms, &bin)
        }
        return bin < 0 ? Split(gain: 0, bin: 0) : Split(gain: won, bin: Int(bin))
    }
}

/// A worker's own memory, used again and again.
final class GrowingRoom {
    let learning: Int
    private let bins: Int
    private let gainsRoom: UnsafeMutablePointer<Float>
    private let halvesRoom: UnsafeMutablePointer<Int32>
    private let leftRoom: UnsafeMutablePointer<Int64>
    private let termsRoom: UnsafeMutablePointer<Double>

    /// For columns of up to `bins` bins.
    init(learning: Int, bins: Int, depth: Int) {
        (self.learning, self.bins) = (learning, bins)
        gainsRoom = .allocate(capacity: bins)
        halvesRoom = .allocate(capacity: 2 * bins)
        leftRoom = .allocate(capacity: 1 << depth)
        termsRoom = .allocate(capacity: 1 << depth)
    }

    deinit {
        gainsRoom.deallocate()
        halvesRoom.deallocate()
        leftRoom.deallocate()
        termsRoom.deallocate()
    }

    func gains(_ bins: Int) -> UnsafeMutablePointer<Float> {
        precondition(bins <= self.bins)
        return gainsRoom
    }
    func halves(_ bins: Int) -> UnsafeMutablePointer<Int32> { halvesRoom }
    func nodes(_ count: Int) -> (left: UnsafeMutablePointer<Int64>, terms: UnsafeMutablePointer<Double>) {
        leftRoom.update(repeating: 0, count: count)
        termsRoom.update(repeating: 0, count: count)
        return (leftRoom, termsRoom)
    }
}
