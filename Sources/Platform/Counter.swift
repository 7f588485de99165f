/// A count that only grows, one for each combination of its labels.
public struct Counter: Sendable {
    let cells: ShardedCells
    let space: LabelSpace

    init(_ labels: [MetricLabel]) {
        space = LabelSpace(labels)
        cells = ShardedCells(count: space.count)
    }

    /// The place of a combination, from the places of its values in their labels, to be kept for the hot path.
    @inline(__always)
    public func index(_ first: Int, _ second: Int = 0, _ third: Int = 0) -> Int { space.index(first, second, third) }

    @inline(__always)
    public func add(_ amount: UInt64 = 1, at index: Int = 0) { cells.add(amount, at: index) }

    /// Of all threads.
    public func value(at index: Int = 0) -> UInt64 { cells.sum(at: index) }
}

extension Counter {
    func write(_ name: String, to text: inout MetricsText) {
        for index in 0..<space.count {
            let value = cells.sum(at: index)
            // Combinations that never occurred would be thousands of lines.
            if value > 0 || space.count == 1 { text.sample(name, space.pairs(at: index), String(value)) }
        }
    }
}
