import Platform
import Testing

@testable import Decisions

@Suite struct MonotoneFitTests {
    @Test func itNeverFallsKeepsTheMeanAndLeavesWhatGrows() {
        var random = Random(seed: 2)
        for _ in 0..<500 {
            var values = MonotoneFit.Nodes(repeating: 0)
            var weights = values
            for k in 0..<10 { (values[k], weights[k]) = (random.unit() * 2 - 1, 0.1 + random.unit()) }
            var (before, after) = (0.0, 0.0)
            for k in 0..<10 { before += values[k] * weights[k] }
            MonotoneFit.fit(&values, weights: weights)
            for k in 0..<10 { after += values[k] * weights[k] }
            #expect(abs(before - after) < 1e-12)
            for k in 1..<10 { #expect(values[k] >= values[k - 1]) }
            let once = values
            MonotoneFit.fit(&values, weights: weights)
            for k in 0..<10 { #expect(values[k] == once[k]) }
        }
    }

    @Test func neighboursOutOfOrderShareTheirMean() {
        var values: MonotoneFit.Nodes = [0, 3, 1, 4, 5, 6, 7, 8, 9, 1]
        MonotoneFit.fit(&values, weights: [1, 1, 3, 1, 1, 1, 1, 1, 1, 1])
        #expect(values[1] == 1.5 && values[2] == 1.5 && values[3] == 4)
        #expect(values[9] == values[8])
    }
}
