/// How values spread over fixed buckets, for each combination of its labels.
public struct Histogram: Sendable {
    /// For each combination: the buckets, the one without bound, and the sum as a `Double`.
    let cells: ShardedCells
    let space: LabelSpace
    let bounds: [Double]

    /// From a quarter of a millisecond to ten seconds.
    public static let durations = [
        0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
    ]

    init(_ bounds: [Double], _ labels: [MetricLabel]) {
        precondition(!bounds.isEmpty && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds must grow")
        precondition(bounds.allSatisfy(\.isFinite), "the infinite bucket is there of itself")
        self.bounds = bounds
        space = LabelSpace(labels)
        cells = ShardedCells(count: space.count * (bounds.count + 2))
    }

    private var width: Int { bounds.count + 2 }

    /// The place of a combination, from the places of its values in their labels, to be kept for the hot path.
    @inline(__always)
    public func index(_ first: Int, _ second: Int = 0, _ third: Int = 0) -> Int { space.index(first, second, third) }

    /// A value that is not a number is not counted.
    @inline(__always)
    public func observe(_ value: Double, at index: Int = 0) {
        if value.isNaN { return }
        var bucket = 0
        while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
        cells.add(1, at: index * width + bucket)
        cells.accumulate(value, at: index * width + bounds.count + 1)
    }

    /// In seconds.
    @inline(__always)
    public func observe(_ value: Duration, at index: Int = 0) { observe(value.seconds, at: index) }
}

extension Histogram {
    func write(_ name: String, to text: inout MetricsText) {
        for index in 0..<space.count {
            var total: UInt64 = 0
            let counts = (0...bounds.count).map { bucket in
                total += cells.sum(at: index * width + bucket)
                return total
            }
            if total == 0, space.count > 1 { continue }
            let pairs = space.pairs(at: index)
            for (bound, count) in zip(bounds + [.infinity], counts) {
                text.sample(name + "_bucket", pairs + [("le", MetricsText.number(bound))], String(count))
            }
            text.sample(name + "_sum", pairs, MetricsText.number(cells.doubleSum(at: index * width + bounds.count + 1)))
            text.sample(name + "_count", pairs, String(total))
        }
    }
}
