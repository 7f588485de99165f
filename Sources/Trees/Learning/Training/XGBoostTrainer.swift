import CXGBoost

/// Grows forests with libxgboost, which is loaded at the first training.
public enum XGBoostTrainer {
    /// Trains on `rows` and, after each round, measures on `later`: rows of a later time, which decide when to stop.
    /// `onRound` is told each round's measures and says whether to go on.
    ///
    /// Beside the rows themselves, which are read in place, it takes a byte or two a cell for the bins, once by row
    /// and once by column, and per thread a histogram of 16 bytes a bin.
    public static func train(
        _ rows: TrainingRows, later: TrainingRows?, names: [String] = [], monotone: [Int] = [],
        parameters: TrainingParameters, onRound: (TrainingRound) -> Bool = { _ in true }
    ) throws(LearningError) -> TrainedForest {
        try check(rows, later, names, monotone, parameters)
        try load()
        let training = try XGBoostMatrix(rows, bins: parameters.bins, threads: parameters.threads)
        var judged: XGBoostMatrix?
        if let later {
            judged = try XGBoostMatrix(later, bins: parameters.bins, threads: parameters.threads, binsOf: training)
        }
        let booster = try XGBoostBooster(training: training, judged: judged ?? training)
        let (positive, negative) = rows.totals
        let settings = XGBoostSettings(
            parameters, positive: positive, negative: negative, monotone: monotone, isJudged: later != nil)
        for (name, value) in settings.values { try booster.set(name, value) }
        let patience = later == nil ? nil : parameters.patience
        return try grow(
            booster, EarlyStopping(parameters.metric, patience: patience), names, parameters.rounds, onRound)
    }

    /// Throws when the library is not there.
    public static func load() throws(LearningError) {
        var failure = ""
        let code = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { reason in
            let code = cxgboost_load(reason.baseAddress, reason.count)
            if code != 0, let text = reason.baseAddress { failure = String(cString: text) }
            return code
        }
        guard code == 0 else {
            let isThere = failure.contains("failed to map") || failure.contains("llocate memory")
            throw LearningError(isThere ? .outOfMemory : .libraryMissing, detail: failure)
        }
        try XGBoostCall.check(cxgboost_silence())
    }

    private static func check(
        _ rows: TrainingRows, _ later: TrainingRows?, _ names: [String], _ monotone: [Int],
        _ parameters: TrainingParameters
    ) throws(LearningError) {
        try parameters.check()
        try rows.check()
        try later?.check()
        guard later.map({ $0.columns == rows.columns }) ?? true, names.isEmpty || names.count == rows.columns,
            monotone.isEmpty || monotone.count == rows.columns
        else { throw LearningError(.mismatchedCounts) }
        guard monotone.allSatisfy({ -1...1 ~= $0 }) else { throw LearningError(.badParameter, "monotone") }
        let (positive, negative) = rows.totals
        guard positive > 0, negative > 0 else { throw LearningError(.oneClassOnly) }
    }

    private static func grow(
        _ booster: XGBoostBooster, _ rule: EarlyStopping, _ names: [String], _ rounds: Int,
        _ onRound: (TrainingRound) -> Bool
    ) throws(LearningError) -> TrainedForest {
        var stopping = rule
        var grown: [TrainingRound] = []
        while grown.count < rounds {
            try booster.update(grown.count)
            let round = try booster.evaluate(grown.count)
            grown.append(round)
            guard onRound(round) else { throw LearningError(.cancelled) }
            if stopping.isOver(after: round) { break }
        }
        // Without patience the forest is what was asked for; else it ends with its best round.
        let best = stopping.patience == nil ? nil : stopping.best?.round
        let trees = best.map { $0 + 1 } ?? grown.count
        let json = try booster.json(trees: trees, of: grown.count, names: names)
        return TrainedForest(
            json: json, trees: trees, rounds: grown.count, last: grown[trees - 1], libraryVersion: XGBoostCall.version)
    }
}
