/// What one declaration tells the past, kept aside while its features are read and recorded after: nothing of it is seen
/// by its own features, nor by those of another article of the same declaration.
///
/// Flat and reused from one declaration to the next.
public struct HistoryObservations: Sendable {
    /// The registration date, in days since 1970-01-01.
    public internal(set) var day: Int32 = 0
    /// For each observation, the index of its profile in `HistoryNeeds.profiles`.
    public private(set) var profiles: [Int32] = []
    /// For each observation, the measure: NaN when missing, or when the profile has none.
    public private(set) var measured: [Double] = []
    private var ends: [Int32] = []
    private var keys: [UInt64] = []

    public init() {}

    public var count: Int { profiles.count }

    /// The hashes of an observation, laid out as its profile says.
    @inline(__always)
    public func withKeys<Result>(
        of observation: Int, _ body: (UnsafeBufferPointer<UInt64>) throws -> Result
    ) rethrows -> Result {
        let start = observation == 0 ? 0 : Int(ends[observation - 1])
        let end = Int(ends[observation])
        return try keys.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[start..<end])) }
    }

    /// The same with no more memory than it takes: what is reused grows as large as the largest declaration.
    var compact: HistoryObservations {
        func copy<Element>(_ array: [Element]) -> [Element] { array.withUnsafeBufferPointer { Array($0) } }
        var compact = self
        (compact.profiles, compact.measured) = (copy(profiles), copy(measured))
        (compact.ends, compact.keys) = (copy(ends), copy(keys))
        return compact
    }

    mutating func removeAll() {
        profiles.removeAll(keepingCapacity: true)
        measured.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
    }

    mutating func append(profile: Int, measured value: Double, keys hashes: UnsafeBufferPointer<UInt64>) {
        profiles.append(Int32(truncatingIfNeeded: profile))
        measured.append(value)
        keys.append(contentsOf: hashes)
        ends.append(Int32(truncatingIfNeeded: keys.count))
    }
}
