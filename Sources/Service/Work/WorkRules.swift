import Decisions
import Platform

/// How files are handed out.
struct WorkRules: Sendable {
    /// How long a file is somebody's, unless they say otherwise or renew.
    var lease = Duration.seconds(30 * 60)
    /// What they may say, in minutes.
    var leaseMinutes = 1...240
    /// How often one claim may be renewed: after that the file is anybody's again.
    var renewals = 20
    /// How many files an inspector may have at a time.
    var held = 10
    /// So many of the best files are looked at for one that nobody is taking at this moment.
    var candidates = 64
    /// How often a claim is tried again when others were faster with all of these.
    var attempts = 8
    /// Goods are expected to wait no longer for a full control.
    var deadlineHours = PriceList().expectedHours.fraude
    /// From so many noted times on, their median stands for what the prices say; so many of the latest are asked.
    var timesNeeded = 20
    var timesAsked = 200

    static let standard = WorkRules()

    var order: QueueOrder { QueueOrder(deadline: deadlineHours) }

    /// What a control of the lane takes where too few have noted their time.
    static func expectedMinutes(_ lane: Lane, _ prices: PriceList = PriceList()) -> Double {
        prices.control[lane] / prices.minute
    }
}

/// At which moment the queue is looked at, and how long controls take there.
struct QueueMoment: Sendable, Equatable {
    let instant: Timestamp
    /// Of a light and of a full control.
    let minutes: LaneValues

    /// Files that came until then have waited too long.
    func overdue(_ rules: WorkRules) -> Timestamp { instant - .seconds(Int64(rules.deadlineHours * 3600)) }
}
