/// Explains a forest's margins exactly against background rows: what is not known of a row is taken from one of them,
/// each as likely as the others.
///
/// For every row the contributions to an output and its `base` add up to the margin, but for rounding. A row costs as
/// many walks through a tree as there are background rows, each to the leaves that a mixture of the two can reach.
public final class BackgroundExplainer: Sendable {
    /// The background's mean margin, by output.
    public let base: [Double]
    public let cellCount: Int
    public let outputCount: Int

    private let slots: any SlotSource
    private let players: PlayerShares
    private let walk: MixtureWalk
    /// The background rows' slots, one after the other.
    private let background: FixedArray<Float>
    private let backgroundCount: Int
    private let slotCount: Int

    /// `cells` holds the rows one after the other. The forest's links lead from parents to children that come later,
    /// and its slots exist: readers see to that.
    public init(_ ensemble: Ensemble, background cells: UnsafePointer<Float>, count: Int) throws(ModelError) {
        guard count > 0 else { throw ModelError(.inconsistent, "a background without rows") }
        slots = ensemble.slots
        (cellCount, slotCount, backgroundCount) = (slots.cellCount, slots.slotCount, count)
        outputCount = ensemble.base.count
        players = PlayerShares(slots)
        walk = MixtureWalk(ensemble)
        var filled: [Float] = []
        var sums = [Double](repeating: 0, count: outputCount)
        let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(slotCount, 1))
        defer { row.deallocate() }
        for number in 0..<count {
            slots.fill(row.baseAddress!, from: cells + number * cellCount)
            for tree in walk.roots { sums[tree.output] += walk.value(from: tree.node, row.baseAddress!) }
            filled += row[..<slotCount]
        }
        background = FixedArray(filled)
        base = zip(ensemble.base, sums).map { $0 + $1 / Double(count) }
    }

    /// The contributions of `count` rows that lie one after the other: by row, by output, by feature.
    public func explain(
        rows cells: UnsafePointer<Float>, count: Int, into contributions: UnsafeMutablePointer<Double>
    ) {
        let blockRows = min(count, 64)
        let room = MixtureWalk.Room(walk, playerCount: players.count)
        let filled = UnsafeMutablePointer<Float>.allocate(capacity: blockRows * slotCount + 1)
        let size = outputCount * players.count
        let shares = UnsafeMutablePointer<Double>.allocate(capacity: blockRows * size + 1)
        defer {
            filled.deallocate()
            shares.deallocate()
        }
        for first in stride(from: 0, to: count, by: 64) {
            let rows = min(64, count - first)
            for row in 0..<rows { slots.fill(filled + row * slotCount, from: cells + (first + row) * cellCount) }
            shares.update(repeating: 0, count: rows * size)
            for tree in walk.roots {
                for row in 0..<rows {
                    let shares = shares + row * size + tree.output * players.count
                    for other in 0..<backgroundCount {
                        walk.add(
                            from: tree.node, filled + row * slotCount, background.base + other * slotCount, room,
                            to: shares)
                    }
                }
            }
            for row in 0..<rows {
                distribute(shares + row * size, to: contributions + (first + row) * outputCount * cellCount)
            }
        }
    }

    /// One row's contributions, by output and feature.
    public func explain(_ cells: [Float]) -> [Double] {
        precondition(cells.count == cellCount, "a row of another model")
        return [Double](unsafeUninitializedCapacity: outputCount * cellCount) { contributions, count in
            count = outputCount * cellCount
            // Without features there is nothing to contribute.
            guard count > 0 else { return }
            cells.withUnsafeBufferPointer {
                explain(rows: $0.baseAddress!, count: 1, into: contributions.baseAddress!)
            }
        }
    }

    private func distribute(_ shares: UnsafePointer<Double>, to contributions: UnsafeMutablePointer<Double>) {
        contributions.update(repeating: 0, count: outputCount * cellCount)
        for output in 0..<outputCount {
            for player in 0..<players.count {
                players.add(
                    shares[output * players.count + player] / Double(backgroundCount), of: player,
                    to: contributions + output * cellCount)
            }
        }
    }
}
