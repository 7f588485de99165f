/// The headings that descriptions resemble, remembered: the same goods come again and again. One for each thread.
public final class HeadingMemory {
    private let tariff: Tariff
    private var nearest: [String: (prefix: String, score: Double)?] = [:]
    private static let mostDescriptions = 1 << 16

    public init(_ tariff: Tariff) { self.tariff = tariff }

    /// As `Tariff.nearestHeading`, over all headings.
    func nearest(to description: String) -> (prefix: String, score: Double)? {
        if let known = nearest[description] { return known }
        let found = tariff.nearestHeading(description)
        if nearest.count == Self.mostDescriptions { nearest.removeAll(keepingCapacity: true) }
        nearest[description] = .some(found)
        return found
    }
}
