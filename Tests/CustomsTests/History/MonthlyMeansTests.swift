import Testing

@testable import Customs

@Suite struct MonthlyMeansTests {
    @Test func slopeFitsTheMonthsMeans() {
        var means = MonthlyMeans()
        means.addKey()
        for month in 0..<6 {
            for noise in [-1.0, 1] { means.observe(10 + 2 * Double(month) + noise, for: 0, in: Int32(24_000 + month)) }
        }
        let (slope, observations) = means.slope(0, over: 6, until: 24_005)
        #expect(abs(slope - 2) < 1e-12 && observations == 12)
        // Two months have no direction; nor has a key that never came.
        #expect(means.slope(0, over: 2, until: 24_005).value.isNaN)
        #expect(means.slope(0, over: 6, until: 25_000).observations == 0)
    }

    @Test func onlyTwoYearsAreKept() {
        var means = MonthlyMeans()
        means.addKey()
        for month in 0..<30 { means.observe(Double(month), for: 0, in: Int32(month)) }
        #expect(means.slope(0, over: 100, until: 29).observations == MonthlyMeans.reach)
    }
}
