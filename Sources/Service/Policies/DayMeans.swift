import Decisions
import JSON

/// What a chapter may spend a day, and how far an agent may move its threshold by itself. None of it is part of a
/// decision's replay: what came of it that day is in the decision's own record.
struct DayMeans: Sendable, Equatable {
    /// What exploration may cost a day.
    struct Budget: Sendable, Equatable {
        var inspectorDays: Double
        var controlsPerDay: Double
        var share: Double
        /// Value held up, in FCFA.
        var value: Double

        var plan: ExplorationPlan.Budget {
            .init(inspectorDays: inspectorDays, controlsPerDay: controlsPerDay, share: share, value: value)
        }
    }
    /// Nil: exploration is bounded by the policy's ε alone.
    var budget: Budget?
    /// Controls that each office can do a day; of an office that is not there, without a ceiling.
    var ceilings: [String: Int] = [:]
    /// Where `haut` may be moved to without a person's approval; nil: nowhere.
    var band: ClosedRange<Double>?

    static let mostOffices = 1000
    static let mostControls = 1_000_000

    static func isOffice(_ code: String) -> Bool {
        1...8 ~= code.utf8.count && code.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 }
    }
}

extension DayMeans.Budget: JSONReadable, JSONWritable {
    init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var (days, controls, share, value): (Double?, Double?, Double?, Double?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "jours_inspecteur": days = try reader.double()
            case "controles_par_jour": controls = try reader.double()
            case "part": share = try reader.double()
            case "valeur_retenue": value = try reader.double()
            default: throw reader.unknownMember(key)
            }
        }
        inspectorDays = try reader.required(days, "jours_inspecteur")
        controlsPerDay = try reader.required(controls, "controles_par_jour")
        self.share = try reader.required(share, "part")
        self.value = try reader.required(value, "valeur_retenue")
        guard 0...100_000 ~= inspectorDays, 0...10_000 ~= controlsPerDay, 0...1 ~= self.share, 0...1e15 ~= self.value
        else { throw reader.refusal(at: place) }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("jours_inspecteur", inspectorDays)
            writer.member("controles_par_jour", controlsPerDay)
            writer.member("part", share)
            writer.member("valeur_retenue", value)
        }
    }
}

extension DayMeans: JSONReadable, JSONWritable {
    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            guard try read(key, &reader) else { throw reader.unknownMember(key) }
        }
    }

    /// False for a member that is not one of its own.
    mutating func read(_ key: borrowing JSONKey, _ reader: inout JSONReader) throws(JSONError) -> Bool {
        switch key {
        case "budget": budget = try Budget?(json: &reader)
        case "capacites": ceilings = try Self.ceilings(&reader)
        case "bande_automatique": band = try Self.band(&reader)
        default: return false
        }
        return true
    }

    private static func ceilings(_ reader: inout JSONReader) throws(JSONError) -> [String: Int] {
        let place = try reader.offset()
        var ceilings: [String: Int] = [:]
        guard let members = try JSONValue(json: &reader).members else { throw reader.refusal(at: place) }
        for member in members {
            guard isOffice(member.name), let count = member.value.int, 0...mostControls ~= count,
                ceilings.count < mostOffices
            else { throw reader.refusal(at: place) }
            ceilings[member.name] = count
        }
        return ceilings
    }

    private static func band(_ reader: inout JSONReader) throws(JSONError) -> ClosedRange<Double>? {
        let place = try reader.offset()
        guard let ends = try [Double]?(json: &reader) else { return nil }
        guard ends.count == 2, 0...1 ~= ends[0], 0...1 ~= ends[1], ends[0] <= ends[1] else {
            throw reader.refusal(at: place)
        }
        return ends[0]...ends[1]
    }

    func write(to writer: inout JSONWriter) { writer.object { members(to: &$0) } }

    func members(to writer: inout JSONWriter) {
        writer.member("budget", budget)
        writer.key("capacites")
        writer.object { writer in
            for (office, count) in ceilings.sorted(by: { $0.key < $1.key }) {
                writer.key(office)
                writer.int(count)
            }
        }
        writer.member("bande_automatique", band.map { [$0.lowerBound, $0.upperBound] })
    }
}
