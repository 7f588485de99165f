import Platform

/// Who has asked how much lately, in memory of a fixed size: sixteen bytes a subject, in small groups, each part of
/// the table behind a lock of its own.
///
/// Of a subject it keeps the moment at which everything it used will have been given back; a request moves that moment
/// on, and is refused when it would move too far (the generic cell rate algorithm). A subject with nothing to its
/// account need not be remembered. In a full group the one who owes least is forgotten: more subjects at once than the
/// table holds are counted too little, never too much.
final class RateTable: Sendable {
    /// So many requests at once, given back evenly over the window.
    struct Quota: Sendable, Equatable {
        let count: Int
        let window: Duration

        fileprivate var interval: Int64 { max(1, window.nanoseconds / Int64(count)) }
    }

    enum Verdict: Equatable {
        /// What is left, and how long until all of it is there again.
        case admitted(remaining: Int, whole: Duration)
        /// How long until one more is admitted, and until all of it is there again.
        case refused(wait: Duration, whole: Duration)
    }

    private struct Slot {
        var subject: UInt64 = 0
        var whole = Instant(nanoseconds: .min)
    }

    private static let groupSize = 8
    private let shards: [Monitor<[Slot]>]
    private let groups: Int

    /// Both are powers of two.
    init(shards: Int = 64, groupsPerShard: Int = 128) {
        precondition(shards.nonzeroBitCount == 1 && groupsPerShard.nonzeroBitCount == 1, "not a power of two")
        groups = groupsPerShard
        self.shards = (0..<shards).map { _ in Monitor([Slot](repeating: Slot(), count: groupsPerShard * 8)) }
    }

    /// One request of `subject`, which is a hash that nobody outside can aim.
    func take(_ subject: UInt64, _ quota: Quota, at now: Instant) -> Verdict {
        let shard = Int(truncatingIfNeeded: subject) & (shards.count - 1)
        let start = (Int(truncatingIfNeeded: subject >> 32) & (groups - 1)) * Self.groupSize
        let interval = quota.interval
        let depth = interval * Int64(quota.count)
        return shards[shard].withLock { slots in
            var place = start
            for candidate in start..<start + Self.groupSize {
                if slots[candidate].subject == subject {
                    place = candidate
                    break
                }
                if slots[candidate].whole < slots[place].whole { place = candidate }
            }
            let isKnown = slots[place].subject == subject
            let owed = isKnown ? max(0, slots[place].whole.nanoseconds - now.nanoseconds) : 0
            guard owed + interval <= depth else {
                return .refused(wait: .nanoseconds(owed + interval - depth), whole: .nanoseconds(owed))
            }
            let whole = Duration.nanoseconds(owed + interval)
            slots[place] = Slot(subject: subject, whole: now + whole)
            return .admitted(remaining: Int((depth - owed) / interval) - 1, whole: whole)
        }
    }
}
