import JSON
import Platform

/// What a demonstration consists of. It stands in the audit trail, so that one that was interrupted goes on as it began.
struct DemonstrationPlan: Sendable, Equatable {
    var declarations = 3000
    var seed = 7
    /// The year ends on it.
    var lastDay: CivilDate

    static let begun = "demonstration.commencee"
    static let ended = "demonstration.terminee"
    /// Offices of the imagined world, the busiest first.
    static let offices = ["18N", "10S", "19C"]

    var days: ClosedRange<Int> { lastDay.daysSinceEpoch - 364...lastDay.daysSinceEpoch }

    /// Draws that belong to one thing of it, whatever else was drawn before.
    func random(_ salt: String, _ number: Int) -> Random {
        var mixed = UInt64(clamping: seed) &+ 0x9e37_79b9
        for byte in salt.utf8 { mixed = mixed &* 0x100_0000_01b3 ^ UInt64(byte) }
        return Random(seed: mixed &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(clamping: number))
    }

    /// The second of that day, or now where that is still to come.
    static func moment(_ day: Int, second: Int) -> Timestamp {
        min(Timestamp(CivilDate(daysSinceEpoch: day)) + .seconds(second), .now())
    }
}

extension DemonstrationPlan {
    var details: [JSONValue.Member] {
        [
            .init("declarations", .int(declarations)), .init("graine", .int(seed)),
            .init("fin", .string(lastDay.description)),
        ]
    }

    /// From the trail's event; nil when it is not one of ours.
    init?(_ event: JSONValue) {
        let details = event["details"]
        guard let declarations = details?["declarations"]?.int, let seed = details?["graine"]?.int,
            let text = details?["fin"]?.string, let moment = Timestamp(rfc3339: text + "T00:00:00Z")
        else { return nil }
        self.init(declarations: declarations, seed: seed, lastDay: moment.date)
    }
}
