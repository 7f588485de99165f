public import JSON

/// A share that was counted, with Wilson's interval: honest also where few were counted or the share is near 0.
public struct Proportion: Sendable, Equatable {
    public let hits: Int
    public let count: Int
    /// Nil when nothing was counted.
    public let share: Double?
    public let low: Double
    public let high: Double

    /// `z` is 1.96 for an interval of 95 %. Hits beyond the count are taken for all of it.
    public init(_ hits: Int, of count: Int, z: Double = 1.959_963_984_540_054) {
        let (hits, count) = (min(max(0, hits), max(0, count)), max(0, count))
        (self.hits, self.count) = (hits, count)
        guard count > 0 else { (share, low, high) = (nil, 0, 1); return }
        let (n, p) = (Double(count), Double(hits) / Double(count))
        let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        share = p
        low = hits == 0 ? 0 : max(0, centre - half)
        high = hits == count ? 1 : min(1, centre + half)
    }
}

extension Proportion: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("nombre", hits)
            writer.member("sur", count)
            writer.member("part", share)
            writer.member("bas", low)
            writer.member("haut", high)
        }
    }
}
