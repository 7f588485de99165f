import Platform
import Testing

@Suite struct CivilDateTests {
    @Test func everyDayOfTenThousandYearsFollowsTheOneBefore() throws {
        var expected = try #require(CivilDate(year: 1, month: 1, day: 1))
        var weekday = 1
        for days in expected.daysSinceEpoch...2_932_896 {
            let date = CivilDate(daysSinceEpoch: days)
            guard date == expected, date.daysSinceEpoch == days, date.weekday == weekday else {
                Issue.record("day \(days): \(date) instead of \(expected)")
                return
            }
            weekday = (weekday + 1) % 7
            if days < 2_932_896 { expected = try #require(Self.next(expected)) }
        }
        #expect(expected.description == "9999-12-31")
    }

    private static func next(_ date: CivilDate) -> CivilDate? {
        CivilDate(year: date.year, month: date.month, day: date.day + 1)
            ?? CivilDate(year: date.year, month: date.month + 1, day: 1)
            ?? CivilDate(year: date.year + 1, month: 1, day: 1)
    }

    @Test(arguments: [(2000, true), (1900, false), (2024, true), (2026, false), (2100, false), (2400, true), (4, true)])
    func hasTheTwentyNinthOfFebruaryInLeapYears(year: Int, leap: Bool) {
        #expect((CivilDate(year: year, month: 2, day: 29) != nil) == leap)
        #expect(CivilDate.isLeap(year) == leap)
    }

    @Test(arguments: [
        (0, 1, 1), (10_000, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, 32), (2026, 6, 31),
    ])
    func refusesDaysThatDoNotExist(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test func readsAndWritesISO() {
        #expect(CivilDate(iso: "2024-02-29")?.description == "2024-02-29")
        for text in ["", "2024-2-29", "2024-02-30", "2024/02/29", "2024-02-29 ", "20240229", "0000-01-01"] {
            #expect(CivilDate(iso: text) == nil)
        }
        #expect(CivilDate(daysSinceEpoch: .max).description == "9999-12-31")
        #expect(CivilDate(daysSinceEpoch: .min).description == "0001-01-01")
        #expect(CivilDate(iso: "2023-12-31")! < CivilDate(iso: "2024-01-01")!)
    }
}
