/// What the lanes are taken to be worth before anything was learned: straight lines over the probability that cross at
/// the thresholds, so that the first day decides as the thresholds do.
struct PriorLines: Sendable {
    let thresholds: LaneThresholds
    /// How fast the doubtful lane gains on release, and control on the doubtful lane.
    let slopes: (Double, Double)

    /// At its threshold itself the stricter lane is ahead, by a hair: no tie is meant there.
    private static let hair = 1e-9

    /// What the doubtful lane is worth more than release.
    @inline(__always)
    func overConforme(_ p: Double) -> Double { Self.ahead(slopes.0 * (p - thresholds.bas), p >= thresholds.bas) }

    /// What control is worth more than the doubtful lane.
    @inline(__always)
    func overZoneGrise(_ p: Double) -> Double { Self.ahead(slopes.1 * (p - thresholds.haut), p >= thresholds.haut) }

    @inline(__always)
    func value(_ lane: Lane, _ p: Double) -> Double {
        switch lane {
        case .conforme: 0
        case .zoneGrise: overConforme(p)
        case .fraude: overConforme(p) + overZoneGrise(p)
        }
    }

    func values(_ p: Double) -> LaneValues {
        LaneValues(0, value(.zoneGrise, p), value(.fraude, p))
    }

    @inline(__always)
    private static func ahead(_ x: Double, _ isReached: Bool) -> Double { isReached ? max(x, 0) + hair : min(x, -hair) }
}
