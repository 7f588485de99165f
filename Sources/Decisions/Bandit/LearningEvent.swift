public import JSON

/// One outcome that the learner takes in, or takes back. The log of these is the truth: what the learner knows can be
/// made again from it, for any date.
public struct LearningEvent: Sendable, Equatable {
    /// Its place in the log: 1, 2, 3…
    public let sequence: Int
    /// Taken back, because it was revised or expired.
    public let isWithdrawal: Bool
    /// The day of the decision, from which the outcome ages; days since 1970-01-01.
    public let day: Int32
    public let segment: Segment
    public let probability: Double
    public let lane: Lane
    /// −1 to 1.
    public let reward: Double
    /// How much it counts: the evidence's strength over the chance of being seen.
    public let weight: Double

    public init(
        sequence: Int, isWithdrawal: Bool = false, day: Int32, segment: Segment, probability: Double, lane: Lane,
        reward: Double, weight: Double
    ) throws(DecisionError) {
        guard sequence > 0, 0...1 ~= probability, -1...1 ~= reward, weight > 0, weight <= ObservationWeight.largest,
            -1_000_000...4_000_000 ~= day
        else { throw DecisionError(.badData, "événement d’apprentissage impossible", detail: "\(sequence)") }
        (self.sequence, self.isWithdrawal, self.day, self.segment) = (sequence, isWithdrawal, day, segment)
        (self.probability, self.lane, self.reward, self.weight) = (probability, lane, reward, weight)
    }
}

/// How much one outcome stands for others that nobody saw.
public enum ObservationWeight {
    /// Beyond this one outcome would speak for too many.
    public static let largest = 20.0

    /// The evidence's strength over the lane's propensity and the chance that its outcome became known, at most 20. Nil
    /// when it teaches nothing.
    public static func of(strength: Double, propensity: Double, observed: Double = 1) -> Double? {
        guard strength > 0, strength <= 1, propensity > 0, propensity <= 1, observed > 0, observed <= 1 else {
            return nil
        }
        return strength * min(1 / (propensity * observed), largest)
    }
}

extension LearningEvent: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var (sequence, day, withdrawal): (Int?, Int32?, Bool) = (nil, nil, false)
        var (segment, lane): (Segment?, Lane?)
        var (probability, reward, weight): (Double?, Double?, Double?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "sequence": sequence = try reader.int()
            case "retrait": withdrawal = try reader.bool()
            case "jour": day = try reader.integer()
            case "segment": segment = try reader.read()
            case "probabilite": probability = try reader.double()
            case "voie": lane = try reader.read()
            case "recompense": reward = try reader.double()
            case "poids": weight = try reader.double()
            default: throw reader.unknownMember(key)
            }
        }
        let parts = (
            try reader.required(sequence, "sequence"), try reader.required(day, "jour"),
            try reader.required(segment, "segment"), try reader.required(probability, "probabilite"),
            try reader.required(lane, "voie"), try reader.required(reward, "recompense"),
            try reader.required(weight, "poids")
        )
        guard
            let read = try? LearningEvent(
                sequence: parts.0, isWithdrawal: withdrawal, day: parts.1, segment: parts.2, probability: parts.3,
                lane: parts.4, reward: parts.5, weight: parts.6)
        else { throw reader.refusal(at: place) }
        self = read
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("sequence", sequence)
            if isWithdrawal { writer.member("retrait", true) }
            writer.member("jour", Int(day))
            writer.member("segment", segment)
            writer.member("probabilite", probability)
            writer.member("voie", lane)
            writer.member("recompense", reward)
            writer.member("poids", weight)
        }
    }
}
