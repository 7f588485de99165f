import Platform

/// Which lines of a numbered log have been taken in. A line gets its number before its transaction commits, so a smaller
/// number may show up after a larger one, or never: gaps are asked for again until nobody can be writing there any more.
struct LogTail: Sendable {
    /// Every smaller number is taken in, or missing.
    private(set) var last = 0
    /// Numbers that have not shown up, and since when.
    private var gaps: [Int: Instant] = [:]

    /// No transaction that writes a line lasts so long.
    static let patience = Duration.seconds(600)
    static let mostGaps = 10_000

    init() {}

    /// After a whole reading; what is missing near its end may have been written meanwhile.
    init(taken: [Int], now: Instant) {
        let sorted = taken.sorted()
        guard let last = sorted.last else { return }
        self.last = last
        var (expected, place) = (last, sorted.count - 1)
        while place >= 0, gaps.count < Self.mostGaps, expected > 0 {
            if sorted[place] == expected { place -= 1 } else { gaps[expected] = now }
            expected -= 1
        }
        // Below the smallest that was taken too.
        while expected > 0, gaps.count < Self.mostGaps {
            gaps[expected] = now
            expected -= 1
        }
    }

    /// What is to be asked for again, besides all after `last`.
    mutating func missing(now: Instant) -> [Int] {
        gaps = gaps.filter { now - $0.value < Self.patience }
        return gaps.keys.sorted()
    }

    /// False when it was taken in before.
    mutating func take(_ number: Int, now: Instant) -> Bool {
        if number > last {
            leave(number, now: now)
            gaps[number] = nil
            return true
        }
        return gaps.removeValue(forKey: number) != nil
    }

    /// It is there, and will be taken in later.
    mutating func leave(_ number: Int, now: Instant) {
        guard number > last else { return }
        for missed in max(last + 1, number - Self.mostGaps)...number { gaps[missed] = now }
        last = number
        // A flood of gaps is a log that was restored or renumbered: the oldest are given up.
        if gaps.count > 2 * Self.mostGaps {
            for number in gaps.keys.sorted().prefix(gaps.count - Self.mostGaps) { gaps[number] = nil }
        }
    }
}
