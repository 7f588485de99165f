import Synchronization

/// Numbers that many threads add to without sharing a cache line: a row for each shard, summed when read.
final class ShardedCells: @unchecked Sendable {  // the rows are atomics at an address that never changes
    private let rows: UnsafeMutablePointer<Atomic<UInt64>>
    private let stride: Int
    let count: Int

    /// Two cache lines, because processors fetch them in pairs.
    private static let alignment = 128

    init(count: Int) {
        let perLine = Self.alignment / MemoryLayout<Atomic<UInt64>>.stride
        self.count = count
        stride = (count + perLine - 1) / perLine * perLine
        let total = stride * Thread.shardCount
        rows = UnsafeMutableRawPointer.allocate(
            byteCount: total * MemoryLayout<Atomic<UInt64>>.stride, alignment: Self.alignment
        ).bindMemory(to: Atomic<UInt64>.self, capacity: total)
        for k in 0..<total { (rows + k).initialize(to: Atomic(0)) }
    }

    deinit { rows.deallocate() }

    @inline(__always)
    func add(_ amount: UInt64, at cell: Int) {
        precondition(cell >= 0 && cell < count, "no such cell")
        let shard = Thread.shard
        let place = rows + shard * stride + cell
        if shard == 0 {
            place.pointee.wrappingAdd(amount, ordering: .relaxed)
        } else {
            // Nobody else writes this row: no locked instruction is needed.
            place.pointee.store(place.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
        }
    }

    /// Adds to a cell that holds the bits of a `Double`.
    @inline(__always)
    func accumulate(_ amount: Double, at cell: Int) {
        precondition(cell >= 0 && cell < count, "no such cell")
        let shard = Thread.shard
        let place = rows + shard * stride + cell
        var bits = place.pointee.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: bits) + amount).bitPattern
            if shard > 0 { return place.pointee.store(sum, ordering: .relaxed) }
            let (exchanged, original) = place.pointee.weakCompareExchange(
                expected: bits, desired: sum, ordering: .relaxed)
            if exchanged { return }
            bits = original
        }
    }

    func sum(at cell: Int) -> UInt64 {
        (0..<Thread.shardCount).reduce(0) { $0 &+ rows[$1 * stride + cell].load(ordering: .relaxed) }
    }

    func doubleSum(at cell: Int) -> Double {
        (0..<Thread.shardCount).reduce(0) {
            $0 + Double(bitPattern: rows[$1 * stride + cell].load(ordering: .relaxed))
        }
    }
}
