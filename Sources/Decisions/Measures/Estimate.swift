public import JSON

/// A value with the interval in which it lies.
public struct Estimate: Sendable, Equatable {
    public let value: Double
    public let low: Double
    public let high: Double

    public init(_ value: Double, low: Double, high: Double) { (self.value, self.low, self.high) = (value, low, high) }
}

extension Estimate: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("valeur", value)
            writer.member("bas", low)
            writer.member("haut", high)
        }
    }
}
