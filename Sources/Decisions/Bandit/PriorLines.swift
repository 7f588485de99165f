/// What the lanes are taken to be worth before anything was learned: straight lines over the probability that cross at
/// the thresholds, so that the first day decides as the thresholds do.
struct PriorLines: Sendable {
    let thresholds: LaneThresholds
    /// How fast the doubtful lane gains on release, and control on the doubtful lane.
    let slopes: (Double, Double)

    /// What the doubtful lane is worth more than release.
    @inline(__always)
    func overConforme(_ p: Double) -> Double { slopes.0 * (p - thresholds.bas) }

    /// What control is worth more than the doubtful lane.
    @inline(__always)
    func overZoneGrise(_ p: Double) -> Double { slopes.1 * (p - thresholds.haut) }

    @inline(__always)
    func value(_ lane: Lane, _ p: Double) -> Double {
        switch lane {
        case .conforme: 0
        case .zoneGrise: overConforme(p)
        case .fraude: overConforme(p) + overZoneGrise(p)
        }
    }

    /// At a threshold itself the stricter lane is ahead by a hair, and behind just below: no tie is meant there.
    @inline(__always)
    static func hair(_ p: Double, at threshold: Double) -> Double { p >= threshold ? 1e-9 : -1e-9 }

    /// The lanes' values when their leads have been corrected so much.
    func values(_ p: Double, base: Double = 0, _ grey: Double = 0, _ control: Double = 0) -> LaneValues {
        let doubtful = base + (overConforme(p) + grey + Self.hair(p, at: thresholds.bas))
        return LaneValues(
            base, doubtful, doubtful + (overZoneGrise(p) + control + Self.hair(p, at: thresholds.haut)))
    }
}
