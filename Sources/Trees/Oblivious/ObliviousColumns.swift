/// Every threshold that is asked for, sorted and ranked once: instead of comparing numbers, splits compare bytes.
///
/// A column is at most 254 ascending thresholds of one slot; a slot with more has several columns. Where a row stands
/// in a column is one byte, its rank, found by two comparisons of sixteen numbers on the column's ladder.
final class ObliviousColumns: Sendable {
    static let longest = 254

    let count: Int
    let slots: LaneArray<Int32>
    let counts: LaneArray<Int32>
    let ladderStarts: LaneArray<Int64>
    let ladders: LaneArray<Float>
    let splitColumns: LaneArray<UInt16>
    let splitByteColumns: LaneArray<UInt8>
    let splitPages: LaneArray<UInt8>
    let splitRanks: LaneArray<UInt8>

    /// A threshold of NaN is a split that is never reached.
    init(_ splits: [ObliviousForest.Split]) throws(ModelError) {
        var (slots, counts, ladderStarts, ladders): ([Int32], [Int32], [Int64], [Float]) = ([], [], [], [])
        var splitColumns = [UInt16](repeating: 0, count: splits.count)
        var splitRanks = [UInt8](repeating: 255, count: splits.count)
        let order = splits.indices.filter { !splits[$0].threshold.isNaN }.sorted {
            (splits[$0].slot, splits[$0].threshold, $0) < (splits[$1].slot, splits[$1].threshold, $1)
        }
        var column: [Float] = []
        func close() {
            counts.append(Int32(column.count))
            ladderStarts.append(Int64(ladders.count))
            ladders += Self.ladder(column)
            column = []
        }
        for split in order {
            let (slot, threshold) = (splits[split].slot, splits[split].threshold)
            let isKnown = column.last == threshold && slots.last == slot
            if !isKnown {
                if !column.isEmpty, slots.last != slot || column.count == Self.longest { close() }
                if column.isEmpty { slots.append(slot) }
                column.append(threshold)
            }
            guard slots.count <= Int(UInt16.max) else { throw ModelError(.tooLarge, "too many thresholds") }
            splitColumns[split] = UInt16(slots.count - 1)
            splitRanks[split] = UInt8(column.count - 1)
        }
        if !column.isEmpty { close() }
        count = slots.count
        self.slots = LaneArray(slots)
        self.counts = LaneArray(counts)
        self.ladderStarts = LaneArray(ladderStarts)
        self.ladders = LaneArray(ladders)
        self.splitColumns = LaneArray(splitColumns)
        splitByteColumns = LaneArray(splitColumns.map { UInt8($0 % 128) })
        splitPages = LaneArray(splitColumns.map { UInt8(truncatingIfNeeded: $0 / 128) })
        self.splitRanks = LaneArray(splitRanks)
    }

    /// The last of each full sixteen, then all, both filled up with NaN, which no number reaches.
    private static func ladder(_ thresholds: [Float]) -> [Float] {
        let blocks = thresholds.count / 16 + 1
        var ladder = [Float](repeating: .nan, count: 16 + 16 * blocks)
        for block in 0..<blocks - 1 { ladder[block] = thresholds[16 * block + 15] }
        ladder.replaceSubrange(16..<16 + thresholds.count, with: thresholds)
        return ladder
    }
}
