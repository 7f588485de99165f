import TestKit
import Testing

@testable import Trees

@Suite struct BootstrapTests {
    private let rows: ScoredRows

    init() throws { rows = try LearningSamples.all[0].rows() }

    @Test func theSeedDecides() throws {
        let bootstrap = Bootstrap(replicates: 200, seed: 7)
        let interval = try #require(try bootstrap.interval(over: rows) { $0.rocAUC })
        #expect(try bootstrap.interval(over: rows) { $0.rocAUC } == interval)
        #expect(try Bootstrap(replicates: 200, seed: 8).interval(over: rows) { $0.rocAUC } != interval)
        let auc = try #require(rows.rocAUC)
        #expect(interval.low < auc && auc < interval.high && interval.level == 0.95)
        #expect(rows.weights.allSatisfy { $0 == 1 })
    }

    /// The half width for a mean of n draws is 1.96 σ/√n.
    @Test func theWidthIsThatOfTheory() throws {
        let labels = (0..<2000).map { $0 % 4 == 0 }
        let rows = try ScoredRows(scores: labels.indices.map { Double($0) }, labels: labels)
        let rate = try #require(
            try Bootstrap(replicates: 2000, seed: 1).interval(over: rows) {
                let totals = $0.totals
                return totals.positive / (totals.positive + totals.negative)
            })
        let expected = 2 * 1.96 * (0.25 * 0.75 / 2000).squareRoot()
        #expect(abs(rate.high - rate.low - expected) < 0.08 * expected)
    }

    @Test func withoutAMeasureThereIsNoInterval() throws {
        let rows = try ScoredRows(scores: [1, 2, 3], labels: [true, true, true])
        #expect(try Bootstrap(replicates: 50).interval(over: rows) { $0.rocAUC } == nil)
        for bootstrap in [
            Bootstrap(replicates: 0), Bootstrap(replicates: 100_001), Bootstrap(level: 1), Bootstrap(level: 0),
        ] {
            #expect(throws: LearningError.self) { try bootstrap.interval(over: rows) { $0.rocAUC } }
        }
    }
}
