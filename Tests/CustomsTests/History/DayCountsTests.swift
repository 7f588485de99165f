import Testing
import TestKit

@testable import Customs

@Suite struct DayCountsTests {
    @Test func countsOfAnyPeriodWithinReachAreExact() {
        var (counts, days) = (DayCounts(reach: 90), [Int32]())
        counts.addKey()
        var random = SeededGenerator(seed: 4)
        var day: Int32 = 20_000
        for _ in 0..<2000 {
            day += Int32.random(in: 0...3, using: &random) / 3
            counts.observe(0, on: day, month: 0)
            days.append(day)
            for back in [0, 1, 30, 89, 90] as [Int32] {
                #expect(counts.count(0, since: day - back) == days.count { $0 >= day - back })
            }
        }
        #expect(counts.total(0) == 2000 && counts.lastDay(0) == day)
        #expect(counts.count(0, since: day + 1) == 0)
    }

    @Test func withoutReachOnlyTotalsAreKept() {
        var counts = DayCounts(reach: 0)
        counts.addKey()
        counts.observe(0, on: 5, month: 3)
        counts.observe(0, on: 9, month: 3)
        #expect(counts.total(0) == 2 && counts.lastDay(0) == 9)
    }

    @Test func seasonComparesTheMonthWithTheYear() {
        var counts = DayCounts(reach: 0)
        counts.addKey()
        #expect(counts.season(0, month: 5) == 1)
        for day in 0..<12 { counts.observe(0, on: Int32(day), month: 5) }
        #expect(counts.season(0, month: 5) == 6.5 && counts.season(0, month: 6) == 0.5)
    }
}
