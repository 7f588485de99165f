import Decisions
import HTTP
import JSON

/// What an inspector says of a declaration after looking at it.
struct Verdict: JSONReadable, Sendable {
    let lane: Lane
    let confidence: Int?
    let accuracy: Int?
    let usefulness: Int?
    let comments: String?
    let justification: String?
    /// Nil for a doubt that rests on nothing yet.
    let evidence: Evidence?
    let fraudType: String?
    /// Recovered, in FCFA.
    let amount: Double?
    let minutes: Double?

    /// What people find; the rest of the ledger comes in other ways.
    private static let found: Set<Evidence> = [.physique, .documentaire, .aPosteriori, .recours]

    init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var (lane, evidence): (Lane?, Evidence?)
        var (confidence, accuracy, usefulness): (Int?, Int?, Int?)
        var (comments, justification, fraudType): (String?, String?, String?)
        var (amount, minutes): (Double?, Double?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "user_decision": lane = try reader.read()
            case "confidence_level": confidence = try Self.rating(&reader)
            case "accuracy_rating": accuracy = try Self.rating(&reader)
            case "usefulness_rating": usefulness = try Self.rating(&reader)
            case "comments": comments = try Self.text(&reader, 4000)
            case "justification": justification = try Self.text(&reader, 4000)
            case "evidence": evidence = try reader.read()
            case "type_fraude": fraudType = try Self.text(&reader, 200)
            case "montant_redresse": amount = try Self.amount(&reader)
            case "minutes": minutes = try Self.amount(&reader, 1e6)
            default: throw reader.unknownMember(key)
            }
        }
        self.lane = try reader.required(lane, "user_decision")
        if self.lane != .zoneGrise { evidence = try reader.required(evidence, "evidence") }
        self.evidence = evidence
        guard evidence.map({ Self.found.contains($0) }) ?? true,
            self.lane == .fraude || amount ?? 0 == 0 && fraudType == nil
        else {
            throw reader.refusal(at: place)
        }
        (self.confidence, self.accuracy, self.usefulness) = (confidence, accuracy, usefulness)
        (self.comments, self.justification, self.fraudType) = (comments, justification, fraudType)
        (self.amount, self.minutes) = (amount, minutes)
    }

    /// Whether it comes after the goods have left.
    var isLate: Bool { evidence == .aPosteriori || evidence == .recours }

    private static func rating(_ reader: inout JSONReader) throws(JSONError) -> Int? {
        let place = try reader.offset()
        guard let value = try Int?(json: &reader) else { return nil }
        guard 1...5 ~= value else { throw reader.refusal(at: place) }
        return value
    }

    private static func text(_ reader: inout JSONReader, _ longest: Int) throws(JSONError) -> String? {
        let place = try reader.offset()
        guard let value = try String?(json: &reader), !value.isEmpty else { return nil }
        guard value.unicodeScalars.count <= longest, !value.utf8.contains(0) else { throw reader.refusal(at: place) }
        return value
    }

    private static func amount(_ reader: inout JSONReader, _ largest: Double = 1e15) throws(JSONError) -> Double? {
        let place = try reader.offset()
        guard let value = try Double?(json: &reader) else { return nil }
        guard 0...largest ~= value else { throw reader.refusal(at: place) }
        return value
    }
}
