import Platform
import TestKit
import Testing

@testable import Service

@Suite struct RateTableTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)

    @Test(arguments: [1, 2, 7, 600, 1_000_000]) func theQuotaAndNotOneMore(_ count: Int) {
        let table = RateTable()
        let quota = RateTable.Quota(count: count, window: .seconds(60))
        for number in 1...min(count, 2000) {
            guard case .admitted(let remaining, _) = table.take(7, quota, at: start) else {
                Issue.record("refused at \(number)")
                return
            }
            #expect(remaining == count - number)
        }
        guard count <= 2000 else { return }
        guard case .refused(let wait, let whole) = table.take(7, quota, at: start) else {
            Issue.record("one more was admitted")
            return
        }
        // What is refused costs nothing: after exactly that wait there is one again.
        #expect(wait.nanoseconds <= 60_000_000_000 / Int64(count) && wait > .zero && whole <= .seconds(60))
        let early = start + .nanoseconds(wait.nanoseconds - 1)
        if case .admitted = table.take(7, quota, at: early) { Issue.record("the wait was too long") }
        if case .refused = table.take(7, quota, at: start + wait) { Issue.record("the wait was too short") }
        // Another subject has its own.
        if case .refused = table.take(8, quota, at: start) { Issue.record("another was refused") }
        // And all of it is back in the end.
        #expect(
            table.take(7, quota, at: start + .seconds(200))
                == .admitted(remaining: count - 1, whole: .nanoseconds(60_000_000_000 / Int64(count))))
    }

    /// Whatever is asked when, no window holds more than the quota and what comes back within it.
    @Test func noWindowHoldsTooMuch() {
        var random = SeededGenerator(seed: 11)
        let quota = RateTable.Quota(count: 50, window: .seconds(60))
        let table = RateTable()
        var now = start
        var admitted: [Instant] = []
        for _ in 0..<5000 {
            now = now + .milliseconds(Int.random(in: 0...800, using: &random))
            if case .admitted = table.take(3, quota, at: now) { admitted.append(now) }
        }
        for (place, moment) in admitted.enumerated() {
            let inWindow = admitted[place...].prefix { $0 - moment < .seconds(60) }.count
            #expect(inWindow <= 100)
        }
        let span = (admitted[admitted.count - 1] - admitted[0]).seconds
        #expect(Double(admitted.count) <= 50 + span / 60 * 50 + 1)
    }

    /// More subjects than places: nobody is refused for what others did, and memory stays as it was.
    @Test func strangersAreNeverCountedTogether() {
        var random = SeededGenerator(seed: 12)
        let table = RateTable(shards: 2, groupsPerShard: 2)
        let quota = RateTable.Quota(count: 2, window: .seconds(60))
        for _ in 0..<100_000 {
            guard case .admitted = table.take(random.next(), quota, at: start) else {
                Issue.record("a stranger was refused")
                return
            }
        }
        // One that comes again and again is found out all the same while the rest owe less.
        var refused = 0
        let heavy: UInt64 = 42
        for _ in 0..<10 { if case .refused = table.take(heavy, quota, at: start) { refused += 1 } }
        #expect(refused == 8)
    }

    @Test func aClockThatStandsStillOrGoesBackGivesNothingAway() {
        let table = RateTable()
        let quota = RateTable.Quota(count: 3, window: .seconds(60))
        for _ in 0..<3 { _ = table.take(1, quota, at: start) }
        for moment in [start, Instant(nanoseconds: start.nanoseconds - 5), Instant(nanoseconds: 0)] {
            if case .admitted = table.take(1, quota, at: moment) { Issue.record("admitted") }
        }
    }
}
