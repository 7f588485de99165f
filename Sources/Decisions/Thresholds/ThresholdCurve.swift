public import JSON

/// What each possible `haut` would find, from the highest on: flat, one entry a distinct probability.
public struct ThresholdCurve: Sendable, Equatable {
    public var thresholds: [Double] = []
    /// The share of rows at or above it.
    public var controlled: [Double] = []
    public var precision: [Double] = []
    public var recall: [Double] = []
    public var f1: [Double] = []
    /// What sending exactly those rows to control brings in, in FCFA; empty when that was not asked for.
    public var gain: [Double] = []

    public init() {}
    public var count: Int { thresholds.count }

    /// At most `limit` of its points, evenly spread, with the first and the last.
    public func thinned(to limit: Int = 200) -> ThresholdCurve {
        guard limit >= 2, count > limit else { return self }
        let kept = (0..<limit).map { $0 * (count - 1) / (limit - 1) }
        func pick(_ values: [Double]) -> [Double] { values.isEmpty ? [] : kept.map { values[$0] } }
        var curve = ThresholdCurve()
        (curve.thresholds, curve.controlled) = (pick(thresholds), pick(controlled))
        (curve.precision, curve.recall, curve.f1) = (pick(precision), pick(recall), pick(f1))
        curve.gain = pick(gain)
        return curve
    }
}

extension ThresholdCurve: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "seuils": thresholds = try reader.read()
            case "controles": controlled = try reader.read()
            case "precision": precision = try reader.read()
            case "rappel": recall = try reader.read()
            case "f1": f1 = try reader.read()
            case "gain": gain = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        let same = [controlled, precision, recall, f1].allSatisfy { $0.count == count }
        guard same, gain.isEmpty || gain.count == count else { throw reader.refusal(at: place) }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("seuils", thresholds)
            writer.member("controles", controlled)
            writer.member("precision", precision)
            writer.member("rappel", recall)
            writer.member("f1", f1)
            if !gain.isEmpty { writer.member("gain", gain) }
        }
    }
}
