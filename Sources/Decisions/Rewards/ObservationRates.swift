/// How often outcomes of each lane become known, counted over decisions whose window has passed.
public struct ObservationRates: Sendable, Equatable {
    public private(set) var matured = LaneValues.zero
    public private(set) var known = LaneValues.zero

    public init() {}

    public mutating func count(_ lane: Lane, isKnown: Bool) {
        matured[lane] += 1
        if isKnown { known[lane] += 1 }
    }

    public mutating func count(_ lane: Lane, matured: Int, known: Int) {
        self.matured[lane] += Double(matured)
        self.known[lane] += Double(known)
    }

    /// One known and one unknown are imagined besides, so that it is never 0.
    public func rate(_ lane: Lane) -> Double { (known[lane] + 1) / (matured[lane] + 2) }
    /// The same for what is learned from now on: as long as no window has passed nothing is known of it, and 1 corrects
    /// nothing.
    public func teachingRate(_ lane: Lane) -> Double { matured[lane] == 0 ? 1 : rate(lane) }
    public func censored(_ lane: Lane) -> Int { Int(matured[lane] - known[lane]) }
}
