/// How often outcomes of each lane become known, counted over decisions whose window has passed.
public struct ObservationRates: Sendable, Equatable {
    public private(set) var matured = LaneValues.zero
    public private(set) var known = LaneValues.zero

    public init() {}

    public mutating func count(_ lane: Lane, isKnown: Bool) {
        matured[lane] += 1
        if isKnown { known[lane] += 1 }
    }

    /// One known and one unknown are imagined besides, so that it is never 0.
    public func rate(_ lane: Lane) -> Double { (known[lane] + 1) / (matured[lane] + 2) }
    public func censored(_ lane: Lane) -> Int { Int(matured[lane] - known[lane]) }
}
