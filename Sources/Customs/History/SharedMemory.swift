import Glibc

/// What is remembered of keys among those of a base: the share of an origin in an importer's declarations, how widely
/// its goods are spread.
struct SharedMemory: Sendable, Equatable {
    private var pairs = KeyTable()
    private var pairCounts: [Int32] = []
    private var bases = KeyTable()
    private var baseCounts: [Int32] = []
    /// By base, the sum over its keys of n·ln n: what the entropy needs.
    private var sums: [Double] = []

    /// `keys`: the base with the keys, then the base alone.
    mutating func observe(keys: UnsafeBufferPointer<UInt64>) {
        guard keys[0] != 0, keys[1] != 0 else { return }
        let (pair, isNewPair) = pairs.number(keys[0])
        if isNewPair { pairCounts.append(0) }
        let (base, isNewBase) = bases.number(keys[1])
        if isNewBase {
            baseCounts.append(0)
            sums.append(0)
        }
        sums[base] += Self.term(pairCounts[pair] + 1) - Self.term(pairCounts[pair])
        pairCounts[pair] += 1
        baseCounts[base] += 1
    }

    func share(_ keys: UnsafeBufferPointer<UInt64>) -> Double {
        guard keys[0] != 0, let base = find(keys) else { return .nan }
        return Double(pairs.find(keys[0]).map { pairCounts[$0] } ?? 0) / Double(baseCounts[base])
    }

    func entropy(_ keys: UnsafeBufferPointer<UInt64>) -> Double {
        guard let base = find(keys) else { return .nan }
        let count = Double(baseCounts[base])
        return max(0, log(count) - sums[base] / count)
    }

    private func find(_ keys: UnsafeBufferPointer<UInt64>) -> Int? { keys[1] == 0 ? nil : bases.find(keys[1]) }

    private static func term(_ count: Int32) -> Double { count > 1 ? Double(count) * log(Double(count)) : 0 }

    func write(to snapshot: inout SnapshotWriter) {
        pairs.write(to: &snapshot)
        snapshot.write(pairCounts)
        bases.write(to: &snapshot)
        snapshot.write(baseCounts)
        snapshot.write(sums)
    }

    init() {}
    init(from snapshot: inout SnapshotReader) throws(HistorySnapshotError) {
        pairs = try KeyTable(from: &snapshot)
        pairCounts = try snapshot.counts(pairs.count)
        bases = try KeyTable(from: &snapshot)
        baseCounts = try snapshot.counts(bases.count)
        sums = try snapshot.read(count: bases.count)
    }
}
