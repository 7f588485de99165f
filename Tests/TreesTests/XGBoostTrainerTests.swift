import JSON
import TestKit
import Testing

@testable import Trees

/// The real library on small tables.
@Suite struct XGBoostTrainerTests {
    private static let isThere = (try? XGBoostTrainer.load()) != nil
    private let encoded: EncodedTable
    private let table: TrainingTable

    init() throws {
        table = try TrainingTables.table(rows: 1200)
        encoded = try RowEncoder.learn(TrainingTables.plans, from: table, training: 0..<800)
    }

    private func train(
        _ parameters: TrainingParameters, training: Range<Int> = 0..<800, later: Range<Int>? = 800..<1200,
        monotone: [Int] = [], onRound: (TrainingRound) -> Bool = { _ in true }
    ) throws(LearningError) -> TrainedForest {
        let labels = table.labels.map { Float($0 ? 1 : 0) }
        let width = encoded.encoder.cellCount
        let result = encoded.cells.withUnsafeBufferPointer { cells in
            labels.withUnsafeBufferPointer { labels in
                let rows = TrainingRows(
                    cells: cells.baseAddress!, labels: labels.baseAddress!, weights: nil, rows: table.count,
                    columns: width)
                return Result { () throws(LearningError) in
                    try XGBoostTrainer.train(
                        rows.slice(training), later: later.map { rows.slice($0) }, names: encoded.encoder.cellNames,
                        monotone: monotone, parameters: parameters, onRound: onRound)
                }
            }
        }
        return try result.get()
    }

    private func parameters(_ change: (inout TrainingParameters) -> Void = { _ in }) -> TrainingParameters {
        var parameters = TrainingParameters(.tuned)
        (parameters.rounds, parameters.depth, parameters.patience, parameters.learningRate) = (12, 3, nil, 0.3)
        change(&parameters)
        return parameters
    }

    @Test(.enabled(if: isThere, "libxgboost is not installed"))
    func theSameSeedGivesTheSameBytes() throws {
        for threads in [1, 2] {
            let parameters = parameters { $0.threads = threads }
            let forest = try train(parameters)
            #expect(try train(parameters) == forest)
            #expect(forest.trees == 12 && forest.rounds == 12 && forest.libraryVersion.split(separator: ".").count == 3)
            let model = try JSONValue(parsing: forest.json)["learner"]
            #expect(model?["gradient_booster"]?["model"]?["trees"]?.array?.count == 12)
            #expect(
                model?["feature_names"]?.array?.compactMap(\.string) == [
                    "prix", "bruit", "bureau=", "bureau=10S", "bureau=18N", "bureau=*", "produit",
                ])
        }
        #expect(try train(parameters()).json != train(parameters { $0.seed = 43 }).json)
    }

    @Test(.enabled(if: isThere, "libxgboost is not installed"))
    func theForestEndsWithItsBestRound() throws {
        var rounds: [TrainingRound] = []
        let forest = try train(parameters { ($0.rounds, $0.depth, $0.patience, $0.learningRate) = (400, 8, 7, 0.5) }) {
            rounds.append($0)
            return true
        }
        let best = try #require(
            rounds.enumerated().max {
                ($0.element.precisionRecall ?? 0, -$0.offset) < ($1.element.precisionRecall ?? 0, -$1.offset)
            })
        #expect(forest.trees == best.offset + 1 && forest.last == best.element)
        #expect(forest.rounds == rounds.count && rounds.count == forest.trees + 7 && rounds.count < 400)
        #expect(rounds.allSatisfy { $0.logLoss != nil && $0.roc == nil })
        let model = try JSONValue(parsing: forest.json)["learner"]?["gradient_booster"]?["model"]
        #expect(model?["trees"]?.array?.count == forest.trees)
        #expect(model?["gbtree_model_param"]?["num_trees"]?.string == "\(forest.trees)")
    }

    @Test(.enabled(if: isThere, "libxgboost is not installed"))
    func withoutALaterSliceAllRoundsAreGrown() throws {
        let forest = try train(parameters { $0.patience = 1 }, later: nil)
        #expect(forest.trees == 12 && forest.last.logLoss != nil && forest.last.precisionRecall == nil)
    }

    @Test(.enabled(if: isThere, "libxgboost is not installed"))
    func frequentFraudsWeighLessWhenBalanced() throws {
        let plain = try train(parameters())
        #expect(try train(parameters { $0.balance = .balanced }).json != plain.json)
        let (positive, negative) = (
            Double(table.labels[..<800].count(where: { $0 })), Double(table.labels[..<800].count(where: { !$0 }))
        )
        #expect(
            try train(parameters { $0.balance = .balanced }).json
                == train(parameters { $0.balance = .factor(negative / positive) }).json)
    }

    @Test(.enabled(if: isThere, "libxgboost is not installed"))
    func aTrainingCanBeGivenUp() {
        var rounds = 0
        #expect(throws: LearningError(.cancelled)) {
            try train(parameters { $0.rounds = 1000 }) { _ in
                rounds += 1
                return rounds < 3
            }
        }
        #expect(rounds == 3)
    }

    @Test func whatCannotBeTrainedIsRefused() throws {
        #expect(throws: LearningError(.badParameter, "profondeur")) { try train(parameters { $0.depth = 17 }) }
        #expect(throws: LearningError(.badParameter, "arbres")) { try train(parameters { $0.rounds = 0 }) }
        #expect(throws: LearningError(.mismatchedCounts)) { try train(parameters(), monotone: [1]) }
        let frauds = try #require(table.labels.firstIndex(of: true))
        #expect(throws: LearningError(.oneClassOnly)) {
            try train(parameters(), training: frauds..<frauds + 1, later: nil)
        }
    }

    @Test func parametersAreReadBack() throws {
        for profile in TrainingParameters.Profile.allCases {
            for (balance, method) in [
                (TrainingParameters.Balance.none, TrainingParameters.Method.oblivious), (.balanced, .xgboost),
                (.factor(2.5), .oblivious),
            ] {
                var parameters = TrainingParameters(profile, method: method, seed: 7, threads: 3)
                parameters.balance = balance
                #expect(try TrainingParameters(parsing: parameters.jsonBytes()) == parameters)
                #expect(throws: Never.self) { try parameters.check() }
            }
        }
        #expect(throws: JSONError.self) { try TrainingParameters(parsing: Array(#"{"profondeur":17}"#.utf8)) }
        #expect(throws: JSONError.self) { try TrainingParameters(parsing: Array(#"{"metrique":"f1"}"#.utf8)) }
    }

    @Test func eventsAreReadBack() throws {
        let round = TrainingRound(3, logLoss: 0.25, precisionRecall: 0.5)
        for event in [
            TrainingEvent.round(round), .done(trees: 4, last: round, rounds: 9, libraryVersion: "1.7.4"),
            .failed(LearningError(.libraryFailed, "a", detail: "b")),
        ] {
            #expect(try TrainingEvent(parsing: event.jsonBytes()) == event)
        }
        #expect(throws: JSONError.self) { try TrainingEvent(parsing: Array("{}".utf8)) }
        #expect(
            TrainingRound(0, parsing: "[0]\tplus_tard-logloss:0.5\tplus_tard-aucpr:nan")?.precisionRecall?.isNaN == true
        )
        #expect(TrainingRound(0, parsing: "[0]") == nil)
        #expect(TrainingRound(0, parsing: "[0]\tx-autre:1") == nil)
    }
}
