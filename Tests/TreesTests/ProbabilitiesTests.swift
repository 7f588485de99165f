import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct ProbabilitiesTests {
    @Test(arguments: LearningSamples.all)
    func measuresAreThoseOfScikitLearn(_ sample: LearningSample) throws {
        let measures = try #require(try sample.rows().probabilityMeasures())
        #expect(isClose(measures.logLoss, try sample.number("logloss")))
        #expect(isClose(measures.brier, try sample.number("brier")))
        #expect(isClose(measures.expectedCalibrationError, try sample.number("ece")))
        let bins = try #require(sample["bins"].array)
        #expect(measures.bins.count == bins.count)
        for (bin, expected) in zip(measures.bins, bins) {
            #expect(bin.lower == Double(try #require(expected["bin"]?.int)) / 10)
            #expect(isClose(bin.weight, expected["weight"]?.double))
            #expect(isClose(bin.meanPredicted, expected["predicted"]?.double))
            #expect(isClose(bin.observedRate, expected["observed"]?.double))
        }
    }

    @Test func boundsBelongBelow() throws {
        let rows = try ScoredRows(scores: [0, 0.1, 0.3, 0.7, 1], labels: [false, false, true, false, true])
        let measures = try #require(try rows.probabilityMeasures())
        // numpy's third bound is 0.30000000000000004, its seventh 0.7000000000000001.
        #expect(measures.bins.map(\.lower) == [0, 0.2, 0.6, 0.9])
    }

    @Test func certaintyThatWasWrongCostsMuchButNotAll() throws {
        let rows = try ScoredRows(scores: [0, 1], labels: [true, false])
        let measures = try #require(try rows.probabilityMeasures())
        #expect(measures.logLoss.isFinite && measures.logLoss > 30 && measures.brier == 1)
    }

    @Test func whatIsNoProbabilityIsRefused() throws {
        #expect(throws: LearningError.self) { try ScoredRows(scores: [1.5], labels: [true]).probabilityMeasures() }
        let rows = try ScoredRows(scores: [0.5], labels: [true], weights: [0])
        #expect(try rows.probabilityMeasures() == nil)
        #expect(throws: LearningError.self) { try rows.probabilityMeasures(bins: 0) }
        #expect(throws: LearningError.self) { try rows.probabilityMeasures(bins: 1001) }
    }
}
