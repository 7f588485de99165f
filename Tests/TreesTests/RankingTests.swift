import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct RankingTests {
    @Test func theSamplesAreThere() { #expect(LearningSamples.all.count == 5) }

    @Test(arguments: LearningSamples.all)
    func areasAreThoseOfScikitLearn(_ sample: LearningSample) throws {
        let rows = try sample.rows()
        #expect(isClose(rows.rocAUC, try sample.number("auc")))
        #expect(isClose(rows.averagePrecision, try sample.number("ap")))
        // A margin ranks like its probability.
        #expect(isClose(try sample.rows(ofMargins: true).rocAUC, rows.rocAUC))
    }

    @Test(arguments: LearningSamples.all)
    func theTopHoldsWhatIsExpectedOfIt(_ sample: LearningSample) throws {
        let rows = try sample.rows()
        let expected = try #require(sample["top"].array)
        #expect(expected.count == 5)
        for one in expected {
            let top = try rows.top(try #require(one["fraction"]?.double), duties: sample.duties)
            #expect(top.rows == one["rows"]?.int)
            #expect(isClose(top.precision, one["precision"]?.double))
            #expect(isClose(top.recall, one["recall"]?.double))
            #expect(isClose(top.revenue, one["revenue"]?.double))
        }
    }

    @Test func aPairCountsHalfWhenTied() throws {
        #expect(try ScoredRows(scores: [1, 1, 1], labels: [true, false, false]).rocAUC == 0.5)
        #expect(try ScoredRows(scores: [2, 1], labels: [true, false]).rocAUC == 1)
        #expect(try ScoredRows(scores: [1, 2], labels: [true, false]).rocAUC == 0)
        #expect(try ScoredRows(scores: [1, 1, 1, 1], labels: [true, false, false, false]).averagePrecision == 0.25)
    }

    @Test func oneClassAloneHasNoArea() throws {
        let frauds = try ScoredRows(scores: [1, 2], labels: [true, true])
        #expect(frauds.rocAUC == nil && frauds.averagePrecision == 1)
        let others = try ScoredRows(scores: [1, 2], labels: [false, false])
        #expect(others.rocAUC == nil && others.averagePrecision == nil)
        #expect(try others.top(0.5).recall == nil)
        let weightless = try ScoredRows(scores: [1, 2], labels: [true, false], weights: [0, 1])
        #expect(weightless.rocAUC == nil)
    }

    @Test func whatIsNotASampleIsRefused() {
        #expect(throws: LearningError(.emptySample)) { try ScoredRows(scores: [], labels: []) }
        #expect(throws: LearningError(.notANumber, "ligne 2")) {
            try ScoredRows(scores: [0, .nan], labels: [true, true])
        }
        #expect(throws: LearningError(.notANumber, "ligne 1")) { try ScoredRows(scores: [.infinity], labels: [true]) }
        #expect(throws: LearningError(.mismatchedCounts)) { try ScoredRows(scores: [0], labels: []) }
        for weight in [-1, .nan, .infinity] {
            #expect(throws: LearningError(.badWeight, "ligne 1")) {
                try ScoredRows(scores: [0], labels: [true], weights: [weight])
            }
        }
        let row = try? ScoredRows(scores: [0], labels: [true])
        for share in [0, -1, 1.1, .nan] {
            #expect(throws: LearningError.self) { try row?.top(share) }
        }
        #expect(throws: LearningError(.badWeight, "ligne 1")) { try row?.top(1, duties: [-1]) }
        #expect(throws: LearningError(.mismatchedCounts)) { try row?.top(1, duties: []) }
    }

    /// Nothing may depend on how equal rows happen to be ordered, and a weight of two is a row that came twice.
    @Test(arguments: 0..<40)
    func orderDoesNotMatterAndWeightsAreRepetitions(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 2...60, using: &random)
        let scores = (0..<count).map { _ in Double(Int.random(in: 0...9, using: &random)) / 10 }
        let labels = (0..<count).map { _ in Bool.random(using: &random) }
        let times = (0..<count).map { _ in Int.random(in: 0...3, using: &random) }
        let places = (0..<count).shuffled(using: &random)
        let rows = try ScoredRows(scores: scores, labels: labels)
        let shuffled = try ScoredRows(scores: places.map { scores[$0] }, labels: places.map { labels[$0] })
        #expect(isClose(rows.rocAUC, shuffled.rocAUC) && isClose(rows.averagePrecision, shuffled.averagePrecision))
        #expect(isClose(try rows.top(0.3).precision, try shuffled.top(0.3).precision))

        let weighted = try ScoredRows(scores: scores, labels: labels, weights: times.map(Double.init))
        let repeated = (0..<count).flatMap { [Int](repeating: $0, count: times[$0]) }
        guard !repeated.isEmpty else { return }
        let long = try ScoredRows(scores: repeated.map { scores[$0] }, labels: repeated.map { labels[$0] })
        #expect(isClose(weighted.rocAUC, long.rocAUC) && isClose(weighted.averagePrecision, long.averagePrecision))
        #expect(isClose(weighted.confusion(at: 0.5).f1, long.confusion(at: 0.5).f1))
    }
}
