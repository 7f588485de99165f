/// A mean with an interval that stays honest however often people look at it while it grows: the normal mixture
/// (Robbins), valid for large numbers. It is wider than an interval for one look.
public struct ConfidenceSequence: Sendable, Equatable {
    public private(set) var count = 0
    public private(set) var mean = 0.0
    private var squares = 0.0
    private let scale: Double

    /// Narrowest, relative to one that knows its end, around `bestAt` values.
    public init(bestAt: Double = 1000) {
        scale = 1 / (max(10, bestAt) / 8).squareRoot()
    }

    public mutating func append(_ value: Double) {
        guard value.isFinite else { return }
        count += 1
        let away = value - mean
        mean += away / Double(count)
        squares += away * (value - mean)
    }

    /// Nil of fewer than ten values.
    public func interval(level: Double = 0.95) -> Estimate? {
        guard count >= 10, level > 0, level < 1 else { return nil }
        let n = Double(count)
        let grown = n * scale * scale + 1
        let logarithm = PortableMath.log(grown.squareRoot() / (1 - level))
        let margin = (squares / n * (2 * grown / (n * n * scale * scale)) * logarithm).squareRoot()
        return Estimate(mean, low: mean - margin, high: mean + margin)
    }
}
