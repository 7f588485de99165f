public import JSON

/// What happened to a declaration after it took a lane, in quantities without prices.
public struct RewardFacts: Sendable, Equatable {
    public var lane: Lane
    /// Duties and fines that the control brought in, in FCFA.
    public var recovered = 0.0
    /// What a later audit found that this lane had let go, in FCFA.
    public var missed = 0.0
    /// How long the goods waited.
    public var hours = 0.0
    /// How long inspectors worked; nil when nobody noted it.
    public var minutes: Double?

    public init(lane: Lane) { self.lane = lane }

    var areValid: Bool {
        [recovered, missed, hours, minutes ?? 0].allSatisfy { $0 >= 0 && $0 <= 1e15 }
    }
}

/// The same in FCFA, its components apart.
public struct RewardParts: Sendable, Equatable {
    public let recovered: Double
    public let control: Double
    public let delay: Double
    public let missed: Double
    /// What it all comes to on the chapter's scale, from −1 to 1.
    public let value: Double

    /// Not agreement with anybody: what came in, less what it cost and what was let go.
    public init(_ facts: RewardFacts, prices: PriceList) throws(DecisionError) {
        guard facts.areValid else { throw DecisionError(.badData, "montants ou durées impossibles dans un résultat") }
        recovered = min(facts.recovered, prices.scale)
        control = facts.minutes.map { $0 * prices.minute } ?? prices.control[facts.lane]
        delay = facts.hours * prices.delayHour[facts.lane]
        missed = min(facts.missed, prices.scale) * prices.missed
        value = min(max((recovered - control - delay - missed) / prices.scale, -1), 1)
    }
}

extension RewardFacts: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var lane: Lane?
        var facts = RewardFacts(lane: .zoneGrise)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "voie": lane = try reader.read()
            case "recouvre": facts.recovered = try reader.double()
            case "manque": facts.missed = try reader.double()
            case "heures": facts.hours = try reader.double()
            case "minutes": facts.minutes = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        facts.lane = try reader.required(lane, "voie")
        guard facts.areValid else { throw reader.refusal(at: place) }
        self = facts
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("voie", lane)
            writer.member("recouvre", recovered)
            writer.member("manque", missed)
            writer.member("heures", hours)
            writer.member("minutes", minutes)
        }
    }
}

extension RewardParts: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("recouvre", recovered)
            writer.member("controle", control)
            writer.member("attente", delay)
            writer.member("manque", missed)
            writer.member("valeur", value)
        }
    }
}
