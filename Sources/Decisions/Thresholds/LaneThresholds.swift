public import JSON

/// From which probability on a declaration is doubtful (`bas`) and from which it is to be controlled (`haut`), and the
/// limits that nothing learned may cross: up to `tSoft` a file may be released, from `tHard` on it must be controlled.
public struct LaneThresholds: Sendable, Equatable {
    public let bas: Double
    public let haut: Double
    public let tSoft: Double
    public let tHard: Double

    /// `0 < bas ≤ tSoft < haut ≤ tHard ≤ 1` and `haut < 1`. Without limits, `tSoft` is `bas` and `tHard` lies two thirds
    /// of the way from `haut` to 1.
    public init(bas: Double, haut: Double, tSoft: Double? = nil, tHard: Double? = nil) throws(DecisionError) {
        let soft = tSoft ?? bas
        let hard = tHard ?? haut + (1 - haut) * 2 / 3
        guard bas > 0, bas <= soft, soft < haut, haut < 1, haut <= hard, hard <= 1 else {
            throw DecisionError(
                .badThresholds, "seuils refusés : il faut 0 < bas ≤ t_soft < haut < 1 et haut ≤ t_hard ≤ 1",
                detail: "\(bas) \(soft) \(haut) \(hard)")
        }
        (self.bas, self.haut, self.tSoft, self.tHard) = (bas, haut, soft, hard)
    }

    private init(_ bas: Double, _ haut: Double, _ soft: Double, _ hard: Double) {
        (self.bas, self.haut, tSoft, tHard) = (bas, haut, soft, hard)
    }

    /// What holds before anything was calibrated.
    public static let standard = LaneThresholds(0.3, 0.7, 0.3, 0.9)

    /// The classical rule. What is no probability is never released.
    public func lane(of probability: Double) -> Lane {
        guard probability >= 0, probability <= 1 else { return .zoneGrise }
        return probability < bas ? .conforme : probability < haut ? .zoneGrise : .fraude
    }

    /// How far the probability is from where its lane would change.
    public func distance(to probability: Double) -> Double {
        min((probability - bas).magnitude, (probability - haut).magnitude)
    }

    /// The same limits with `haut` moved, and `bas` out of its way when it must; nil when the limits forbid it.
    public func moving(haut: Double, gap: Double = 0.05) -> LaneThresholds? {
        let bas = min(bas, haut - gap)
        return try? LaneThresholds(bas: bas, haut: haut, tSoft: max(bas, min(tSoft, haut - gap)), tHard: tHard)
    }
}

extension LaneThresholds: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var (bas, haut, soft, hard): (Double?, Double?, Double?, Double?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "bas": bas = try reader.double()
            case "haut": haut = try reader.double()
            case "t_soft": soft = try reader.double()
            case "t_hard": hard = try reader.double()
            default: throw reader.unknownMember(key)
            }
        }
        let values = (try reader.required(bas, "bas"), try reader.required(haut, "haut"))
        guard let read = try? LaneThresholds(bas: values.0, haut: values.1, tSoft: soft, tHard: hard) else {
            throw reader.refusal(at: place)
        }
        self = read
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("bas", bas)
            writer.member("haut", haut)
            writer.member("t_soft", tSoft)
            writer.member("t_hard", tHard)
        }
    }
}
