public import JSON

/// What a lane costs and what it brings, in FCFA: set by the chief, versioned. Rewards keep their quantities apart from
/// these prices, so that another list can be applied to the same facts.
public struct PriceList: Sendable, Equatable {
    public var version = 1
    /// Of the control that each lane means, when the time it took is not known.
    public var control = LaneValues(0, 5_000, 40_000)
    /// Of a minute of an inspector, when it is.
    public var minute = 250.0
    /// Of an hour during which the goods wait, by lane.
    public var delayHour = LaneValues(0, 500, 1_000)
    /// How long they are expected to wait.
    public var expectedHours = LaneValues(0, 4, 24)
    /// The share of what is missing that each lane is expected to recover.
    public var recovery = LaneValues(0, 0.5, 1)
    /// What a franc counts that a later audit finds and the lane had let go.
    public var missed = 1.0
    /// What a reward is divided by: the 99th percentile of the chapter's recoveries. More than it is clipped.
    public var scale = 5_000_000.0
    /// How much an outcome teaches, by what it rests on.
    public var physique = 1.0
    public var documentaire = 0.7
    public var aPosteriori = 1.0
    public var recours = 1.0
    /// After so many days without an outcome, one is no longer waited for.
    public var windowDays = LaneValues(180, 60, 30)

    public init() {}

    public func strength(of evidence: Evidence) -> Double {
        switch evidence {
        case .physique: physique
        case .documentaire: documentaire
        case .aPosteriori: aPosteriori
        case .recours: recours
        case .importHistorique, .regleSynthetique, .simulation: 0
        }
    }

    /// What the lane costs on average, whatever it finds.
    public func expectedCost(of lane: Lane) -> Double { control[lane] + delayHour[lane] * expectedHours[lane] }

    /// Prices are amounts, shares lie in 0…1, and the scale divides.
    public func check() throws(DecisionError) {
        let amounts = [minute, missed] + Lane.allCases.flatMap { [control[$0], delayHour[$0], expectedHours[$0]] }
        let shares = [physique, documentaire, aPosteriori, recours] + Lane.allCases.map { recovery[$0] }
        guard version > 0, amounts.allSatisfy({ 0...1e15 ~= $0 }), shares.allSatisfy({ 0...1 ~= $0 }),
            scale >= 1, scale <= 1e15, Lane.allCases.allSatisfy({ 1...3650 ~= windowDays[$0] })
        else {
            throw DecisionError(
                .badPrices,
                "barème refusé : les prix sont positifs, les parts entre 0 et 1, l’échelle d’au moins 1 FCFA")
        }
    }

    /// The 99th percentile of what controls recovered, of the nearest rank; nil of fewer than a hundred amounts.
    public static func scale(fromRecoveries amounts: [Double]) -> Double? {
        let sorted = amounts.filter { $0 > 0 && $0.isFinite }.sorted()
        guard sorted.count >= 100 else { return nil }
        return max(1, sorted[(sorted.count * 99 + 99) / 100 - 1])
    }
}

extension PriceList: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "version": version = try reader.int()
            case "controle": control = try reader.read()
            case "minute": minute = try reader.double()
            case "heure_attente": delayHour = try reader.read()
            case "heures_attendues": expectedHours = try reader.read()
            case "recouvrement": recovery = try reader.read()
            case "manque": missed = try reader.double()
            case "echelle": scale = try reader.double()
            case "force_physique": physique = try reader.double()
            case "force_documentaire": documentaire = try reader.double()
            case "force_a_posteriori": aPosteriori = try reader.double()
            case "force_recours": recours = try reader.double()
            case "fenetre_jours": windowDays = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        do throws(DecisionError) { try check() } catch { throw reader.refusal(at: place) }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("version", version)
            writer.member("controle", control)
            writer.member("minute", minute)
            writer.member("heure_attente", delayHour)
            writer.member("heures_attendues", expectedHours)
            writer.member("recouvrement", recovery)
            writer.member("manque", missed)
            writer.member("echelle", scale)
            writer.member("force_physique", physique)
            writer.member("force_documentaire", documentaire)
            writer.member("force_a_posteriori", aPosteriori)
            writer.member("force_recours", recours)
            writer.member("fenetre_jours", windowDays)
        }
    }
}
