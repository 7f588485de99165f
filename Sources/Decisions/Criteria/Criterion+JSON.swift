public import JSON
import Platform

extension Criterion.Action: JSONReadable, JSONWritable {}
extension Criterion.State: JSONReadable, JSONWritable {}

extension Criterion: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var (code, sentence, owner): (String?, String?, String?)
        var (legalBasis, formula, action): (String?, String?, Action?)
        var (from, to): (Int32?, Int32?)
        var share = 1.0
        var chapters: [String] = []
        var (state, simulation): (State, CriterionSimulation?) = (.draft, nil)
        var (reason, changedBy): (String, String?) = ("", nil)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "code": code = try reader.string()
            case "phrase": sentence = try reader.string()
            case "proprietaire": owner = try reader.string()
            case "base_legale": legalBasis = try reader.string()
            case "formule": formula = try reader.lines()
            case "action": action = try reader.read()
            case "part": share = try reader.double()
            case "chapitres": chapters = try reader.read()
            case "valide_du": from = try reader.day()
            case "valide_au": to = try reader.day()
            case "etat": state = try reader.read()
            case "simulation": simulation = try reader.read()
            case "motif": reason = try reader.string()
            case "change_par": changedBy = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        let parts = (
            try reader.required(code, "code"), try reader.required(sentence, "phrase"),
            try reader.required(owner, "proprietaire"), try reader.required(legalBasis, "base_legale"),
            try reader.required(formula, "formule"), try reader.required(action, "action"),
            try reader.required(from, "valide_du"), try reader.required(to, "valide_au")
        )
        // An active criterion has been simulated: a file cannot say otherwise.
        let isSound = state != .active && state != .simulated || simulation != nil
        guard isSound,
            let read = try? Criterion(
                code: parts.0, sentence: parts.1, owner: parts.2, legalBasis: parts.3, formula: parts.4,
                action: parts.5, share: share, chapters: chapters, validFrom: parts.6, validTo: parts.7)
        else { throw reader.refusal(at: place) }
        self = read
        (self.state, self.simulation, self.reason, self.changedBy) = (state, simulation, reason, changedBy ?? parts.2)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writeTerms(to: &writer)
            writer.member("etat", state)
            if !reason.isEmpty { writer.member("motif", reason) }
            writer.member("change_par", changedBy)
            writer.member("simulation", ifPresent: simulation)
        }
    }

    /// What its author wrote, as members of an object that is open.
    public func writeTerms(to writer: inout JSONWriter) {
        writer.member("code", code)
        writer.member("phrase", sentence)
        writer.member("proprietaire", owner)
        writer.member("base_legale", legalBasis)
        if !chapters.isEmpty { writer.member("chapitres", chapters) }
        writer.member("valide_du", CivilDate(daysSinceEpoch: Int(validFrom)).description)
        writer.member("valide_au", CivilDate(daysSinceEpoch: Int(validTo)).description)
        writer.member("action", action)
        if action == .randomShare { writer.member("part", share) }
        writer.member("formule", formula)
    }
}

extension JSONReader {
    /// `2026-03-01`, as days since 1970-01-01.
    mutating func day() throws(JSONError) -> Int32 {
        let place = try offset()
        guard let date = CivilDate(iso: try string()) else { throw refusal(at: place) }
        return Int32(truncatingIfNeeded: date.daysSinceEpoch)
    }

    /// A text, or the array of its lines.
    mutating func lines() throws(JSONError) -> String {
        guard try kind() == .array else { return try string() }
        return try [String](json: &self).joined(separator: "\n")
    }
}
