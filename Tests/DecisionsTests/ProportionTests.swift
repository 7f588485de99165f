import Glibc
import Testing

@testable import Decisions

@Suite struct ProportionTests {
    @Test func wilsonsIntervalAsInTheLiterature() {
        let p = Proportion(10, of: 50)
        #expect(abs(p.low - 0.112_44) < 1e-5 && abs(p.high - 0.330_37) < 1e-5)
        #expect(Proportion(0, of: 0).share == nil)
        #expect((Proportion(0, of: 10).low, Proportion(10, of: 10).high) == (0, 1))
        #expect(Proportion(12, of: 10).hits == 10)
    }

    /// Over all counts that the binomial law can give, each as likely as it is.
    @Test func itCoversAlsoWhereFraudIsRare() {
        for (rate, n) in [(0.02, 150), (0.05, 400), (0.3, 60), (0.01, 300)] {
            var (chance, covered) = (pow(1 - rate, Double(n)), 0.0)
            for hits in 0...n {
                let interval = Proportion(hits, of: n)
                if interval.low <= rate, rate <= interval.high { covered += chance }
                chance *= Double(n - hits) / Double(hits + 1) * rate / (1 - rate)
            }
            #expect(covered >= 0.93, "\(rate), \(n)")
        }
    }

    @Test func theStratumTellsTheRateAndWhatGetsThrough() {
        let files: [(isReleased: Bool, isFraud: Bool?)] = [
            (true, true), (true, false), (false, true), (false, nil), (true, nil), (true, false),
        ]
        let estimate = StratumEstimate(files)
        #expect(estimate.drawn == 6)
        #expect(estimate.rate == Proportion(2, of: 4))
        #expect(estimate.missed == Proportion(1, of: 3))
    }
}
