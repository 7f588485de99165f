import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct ObliviousTrainerTests {
    private func train(
        _ sample: GrowingSample, later: Int = 0, monotone: [Int] = [],
        _ change: (inout TrainingParameters) -> Void = { _ in }, onRound: (TrainingRound) -> Bool = { _ in true }
    ) throws(LearningError) -> TrainedForest {
        try ForestTrainer.train(
            sample.rows(later: later), monotone: monotone, parameters: GrowingSample.parameters(change),
            onRound: onRound)
    }

    private func forest(_ trained: TrainedForest) throws -> ObliviousForest {
        guard case .oblivious(let forest) = try CatBoostModel(reading: trained.json).trees else {
            throw LearningError(.badModel)
        }
        return forest
    }

    @Test(arguments: [false, true], [64, 5000])
    func threadsDoNotChangeTheForest(isCategorical: Bool, bins: Int) throws {
        let sample = GrowingSample(rows: 20_000, seed: 3, isCategorical: isCategorical)
        let forests = try [1, 2, 5].map { threads in
            try train(sample, later: 2000) { ($0.threads, $0.bins, $0.rounds) = (threads, bins, 5) }
        }
        #expect(forests[1] == forests[0] && forests[2] == forests[0])
        #expect(try train(sample, later: 2000) { ($0.seed, $0.bins, $0.rounds) = (7, bins, 5) } != forests[0])
    }

    /// What the trainer knows of the margins is what a reader makes of the file, to the last bit. Rows for learning
    /// are scored with all outcomes, which only numbers do not care about.
    @Test(arguments: [false, true], 1...4)
    func theFileAnswersAsTheTrainerDid(isCategorical: Bool, seed: UInt64) throws {
        let (count, later) = (900, 300)
        let sample = GrowingSample(rows: count, seed: seed, isCategorical: isCategorical)
        let rows = sample.rows(later: later)
        let parameters = GrowingSample.parameters { ($0.bins, $0.depth) = (1000, 5) }
        try withTeam(2) { team in
            let ground = GrowingGround(rows, monotone: [], parameters: parameters, team: team)
            let grower = TreeGrower(
                parameters, ground.gradients, columns: ground.columns, combinations: ground.combinations, team: team)
            _ = ground.gradients.update(team)
            var trees: [TreeGrower.Tree] = []
            for _ in 0..<parameters.rounds {
                trees.append(grower.grow())
                _ = ground.gradients.update(team)
            }
            let parts = GrownParts(
                trees, bias: ground.gradients.bias, names: [], numbers: ground.numbers, missing: ground.missing,
                categories: sample.categories, statistics: ground.statistics
            ).parts
            let bytes = parts.json(bins: CatBoostParts.Bins(parts))
            #expect(try ForestTrainer.train(rows, parameters: parameters).json == bytes)
            guard case .oblivious(let forest) = try CatBoostModel(reading: bytes).trees else {
                throw LearningError(.badModel)
            }
            for row in (isCategorical ? count - later : 0)..<count {
                var margin = 0.0
                forest.margins(of: sample.row(row), into: &margin)
                #expect(margin == ground.gradients.margin(row), "row \(row)")
            }
            let statistics = trees.flatMap(\.splits).compactMap { split -> Statistic? in
                if case .statistic(let statistic) = split.column.question { statistic } else { nil }
            }
            #expect(isCategorical == !statistics.isEmpty)
            #expect(isCategorical == statistics.contains { $0.categories.count > 1 })
        }
    }

    @Test(arguments: 1...6) func monotoneColumnsNeverTurnTheOtherWay(seed: UInt64) throws {
        let sample = GrowingSample(rows: 800, seed: seed)
        // Both against what the rows say and with it.
        let senses = seed.isMultiple(of: 2) ? [1, -1, 1, 1, 0] : [-1, 1, -1, -1, 0]
        let forest = try forest(
            train(sample, monotone: senses) { ($0.rounds, $0.depth, $0.learningRate) = (30, 5, 0.5) })
        var random = SeededGenerator(seed: seed)
        for row in 0..<200 {
            var cells = (0..<5).map { sample.row(row)[$0] }
            for column in 0..<4 {
                let before = forest.margins(of: cells)[0]
                let old = cells[column]
                cells[column] += Float.random(in: 0...3, using: &random)
                if !old.isNaN { #expect(Double(senses[column]) * (forest.margins(of: cells)[0] - before) >= 0) }
                cells[column] = old
            }
        }
        #expect(throws: LearningError(.badParameter, "monotone")) { try train(sample, monotone: [2, 0, 0, 0, 0]) }
    }

    @Test func whatIsMissingHasASideOfItsOwn() throws {
        let sample = GrowingSample(rows: 1500, seed: 4)
        for row in 0..<1500 { sample.labels[row] = sample.row(row)[2].isNaN ? 1 : row % 11 == 0 ? 1 : 0 }
        let forest = try forest(train(sample) { $0.columnSample = 1 })
        #expect(forest.margins(of: [0, 1, .nan, 0, 5])[0] > 1 && forest.margins(of: [0, 1, 0.01, 0, 5])[0] < -1)
    }

    @Test func theForestEndsWithItsBestRound() throws {
        let sample = GrowingSample(rows: 1200, seed: 8)
        var rounds: [TrainingRound] = []
        let forest = try train(sample, later: 400) {
            ($0.rounds, $0.patience, $0.learningRate, $0.depth) = (400, 9, 0.5, 6)
        } onRound: {
            rounds.append($0)
            return true
        }
        let best = try #require(
            rounds.max { ($0.precisionRecall ?? 0, -$0.number) < ($1.precisionRecall ?? 0, -$1.number) })
        #expect(forest.trees == best.number + 1 && forest.last == best && rounds.count == forest.trees + 9)
        #expect(try CatBoostModel(reading: forest.json).objective == "Logloss")
        #expect(try JSONValue(parsing: forest.json)["oblivious_trees"]?.array?.count == forest.trees)
    }

    @Test func balanceAndWeightsMoveTheBias() throws {
        let sample = GrowingSample(rows: 500, seed: 2)
        func bias(_ balance: TrainingParameters.Balance) throws -> Double? {
            try JSONValue(parsing: train(sample) { $0.balance = balance }.json)["scale_and_bias"]?[1]?[0]?.double
        }
        #expect(try bias(.balanced) == 0)
        let (positive, negative) = sample.all.totals
        #expect(try isClose(bias(.factor(negative / positive * 2)), 0.6931471805599453, 1e-9))
    }

    @Test func aTrainingCanBeGivenUp() {
        let sample = GrowingSample(rows: 300, seed: 1)
        var rounds = 0
        #expect(throws: LearningError(.cancelled)) {
            try train(sample) {
                $0.rounds = 1000
            } onRound: { _ in
                rounds += 1
                return rounds < 3
            }
        }
        #expect(rounds == 3)
    }

    @Test func whatCannotBeTrainedIsRefused() {
        let sample = GrowingSample(rows: 300, seed: 1, isCategorical: true)
        #expect(throws: LearningError(.badParameter, "combinaisons")) { try train(sample) { $0.combination = 0 } }
        #expect(throws: LearningError(.badParameter, "bornes")) { try train(sample) { $0.statisticCuts = 255 } }
        #expect(throws: LearningError(.badParameter, "categories")) { try train(sample) { $0.method = .xgboost } }
        #expect(throws: LearningError(.badParameter, "monotone")) { try train(sample, monotone: [0, 0, 0, 0, 1, 0]) }
        #expect(throws: LearningError(.mismatchedCounts)) { try train(sample, monotone: [0]) }
        var rows = sample.rows()
        rows.categories = [6]
        #expect(throws: LearningError(.badParameter, "categories")) {
            try ObliviousTrainer.train(rows, parameters: GrowingSample.parameters())
        }
        sample.labels.update(repeating: 0, count: 300)
        #expect(throws: LearningError(.oneClassOnly)) { try train(sample) }
    }

    @Test func oneRowOfEachKindIsEnough() throws {
        let sample = GrowingSample(rows: 2, seed: 1, isCategorical: true)
        (sample.labels[0], sample.labels[1]) = (1, 0)
        sample.weights.update(repeating: 1, count: 2)
        #expect(try train(sample).trees == 12)
    }
}
