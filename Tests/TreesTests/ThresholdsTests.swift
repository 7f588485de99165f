import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct ThresholdsTests {
    @Test(arguments: LearningSamples.all)
    func countsAtAThresholdAreThoseOfScikitLearn(_ sample: LearningSample) throws {
        let confusion = try sample.rows().confusion(at: try sample.number("threshold"))
        #expect(isClose(confusion.f1, try sample.number("f1")))
        #expect(isClose(confusion.f(2), try sample.number("f2")))
        #expect(isClose(confusion.precision ?? 0, try sample.number("precision")))
        #expect(isClose(confusion.recall ?? 0, try sample.number("recall")))
    }

    @Test(arguments: LearningSamples.all)
    func theBestF1IsThatOfScikitLearn(_ sample: LearningSample) throws {
        let rows = try sample.rows()
        let choice = try rows.thresholdsByF1()
        #expect(isClose(choice.value, try sample.number("best_f1")))
        #expect(choice.thresholds.haut == (try sample.number("best_threshold")))
        #expect(isClose(rows.confusion(at: choice.thresholds.haut).f1, choice.value))
        #expect(choice.thresholds.bas <= choice.thresholds.haut)
        #expect(choice.curve.count == Set(rows.scores).count)
        #expect(zip(choice.curve.thresholds, choice.curve.thresholds.dropFirst()).allSatisfy { $0 > $1 })
        #expect(zip(choice.curve.recall, choice.curve.recall.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(isClose(choice.curve.recall.last, 1))
    }

    @Test(arguments: LearningSamples.all)
    func theNetGainIsTheBestOfAllPairs(_ sample: LearningSample) throws {
        let rows = try sample.rows()
        let costs = ControlCosts(full: 3000, light: 800, fullRecovery: 0.9, lightRecovery: 0.4)
        let choice = try rows.thresholdsByNetGain(duties: sample.duties, costs: costs)
        #expect(isClose(choice.value, try sample.number("gain"), 1e-9))
        #expect(isClose(gain(of: choice.thresholds, rows, sample.duties, costs), choice.value, 1e-9))
        #expect(choice.curve.gain.count == choice.curve.count)
    }

    private func gain(_ costs: ControlCosts, _ full: Bool, _ duty: Double) -> Double {
        full ? costs.fullRecovery * duty - costs.full : costs.lightRecovery * duty - costs.light
    }
    private func gain(of thresholds: Thresholds, _ rows: ScoredRows, _ duties: [Double], _ costs: ControlCosts)
        -> Double
    {
        (0..<rows.count).reduce(0) { sum, row in
            guard rows.scores[row] >= thresholds.bas else { return sum }
            let duty = rows.labels[row] ? duties[row] : 0
            return sum + rows.weights[row] * gain(costs, rows.scores[row] >= thresholds.haut, duty)
        }
    }

    @Test func nothingIsControlledWhenNoControlPays() throws {
        let rows = try ScoredRows(scores: [0.9, 1, 0.2], labels: [true, true, false])
        let choice = try rows.thresholdsByNetGain(duties: [1, 1, 1], costs: ControlCosts(full: 5, light: 5))
        #expect(choice.value == 0 && choice.thresholds.bas > 1 && choice.thresholds.haut > 1)
        let free = try rows.thresholdsByNetGain(
            duties: [1, 1, 1], costs: ControlCosts(full: 0, light: 0, fullRecovery: 1, lightRecovery: 0))
        #expect(free.value == 2 && free.thresholds.haut == 0.9)
    }

    @Test func whatCannotBeChosenFromIsRefused() throws {
        #expect(throws: LearningError(.oneClassOnly)) {
            try ScoredRows(scores: [0.1, 0.2], labels: [true, true]).thresholdsByF1()
        }
        #expect(throws: LearningError.self) { try ScoredRows(scores: [0, 2], labels: [true, false]).thresholdsByF1() }
        let rows = try ScoredRows(scores: [0.1, 0.2], labels: [true, false])
        for costs in [
            ControlCosts(full: -1, light: 0), ControlCosts(full: .nan, light: 0),
            ControlCosts(full: 0, light: 0, fullRecovery: 1.1),
        ] {
            #expect(throws: LearningError.self) { try rows.thresholdsByNetGain(duties: [1, 1], costs: costs) }
        }
        #expect(throws: LearningError.self) { try Thresholds(bas: 0.6, haut: 0.5) }
        #expect(throws: LearningError.self) { try Thresholds(bas: .nan, haut: 0.5) }
        #expect(throws: LearningError.self) { try Thresholds(bas: 0, haut: .nan) }
    }

    @Test func aCurveIsThinnedToItsEnds() throws {
        let rows = try ScoredRows(scores: (0..<1000).map { Double($0) / 1000 }, labels: (0..<1000).map { $0 % 3 == 0 })
        let curve = try rows.thresholdsByF1().curve
        let thin = curve.thinned(to: 50)
        #expect(curve.count == 1000 && thin.count == 50 && thin.gain.isEmpty)
        #expect(thin.thresholds.first == curve.thresholds.first && thin.thresholds.last == curve.thresholds.last)
        #expect(curve.thinned(to: 1000) == curve && curve.thinned(to: 1) == curve)
    }
}
