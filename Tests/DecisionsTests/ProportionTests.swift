import Platform
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

    @Test func itCoversAlsoWhereFraudIsRare() {
        var random = Random(seed: 9)
        for (rate, n) in [(0.02, 150), (0.05, 400), (0.3, 60)] {
            var covered = 0
            for _ in 0..<500 {
                let hits = (0..<n).reduce(0) { sum, _ in sum + (random.unit() < rate ? 1 : 0) }
                let interval = Proportion(hits, of: n)
                covered += interval.low <= rate && rate <= interval.high ? 1 : 0
            }
            #expect(covered >= 465, "\(rate), \(n)")
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
