/// How often each lane has the largest of independent normal draws around its value.
///
/// Of two lanes that is one normal share. Of three it is the mean, over quantiles of one lane's law, of the chance that
/// both others lie below: sixteen quantiles for each. Since lanes are drawn by these very numbers, they need not be
/// the exact integral to be the exact propensities.
enum ThompsonShares {
    private static let quantiles = (0..<16).map { PortableMath.normalQuantile((Double($0) + 0.5) / 16) }

    static func of(_ evidence: SegmentEvidence, among open: LaneSet) -> LaneValues {
        let lanes = open.lanes
        var shares = LaneValues.zero
        if lanes.count == 1 { shares[lanes[0]] = 1 }
        if lanes.count == 2 {
            let (a, b) = (lanes[0], lanes[1])
            let spread = (square(evidence.errors[a]) + square(evidence.errors[b])).squareRoot()
            shares[a] = PortableMath.normalShare(
                below: (evidence.values[a] - evidence.values[b]) / max(spread, smallest))
            shares[b] = 1 - shares[a]
        }
        if lanes.count == 3 {
            for lane in lanes { shares[lane] = share(lane, evidence) }
            let sum = shares.sum
            for lane in lanes { shares[lane] /= sum }
        }
        return shares
    }

    private static let smallest = 1e-12

    private static func share(_ lane: Lane, _ evidence: SegmentEvidence) -> Double {
        var sum = 0.0
        for z in quantiles {
            let draw = evidence.values[lane] + z * evidence.errors[lane]
            var chance = 1.0
            for other in Lane.allCases where other != lane {
                let away = (draw - evidence.values[other]) / max(evidence.errors[other], smallest)
                chance *= PortableMath.normalShare(below: away)
            }
            sum += chance
        }
        return max(sum / Double(quantiles.count), 1e-15)
    }

    private static func square(_ x: Double) -> Double { x * x }
}
