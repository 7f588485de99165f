/// Grows forests of oblivious trees, whose file is CatBoost's.
public enum ObliviousTrainer {
    /// Trains as `XGBoostTrainer.train` does. The same rows and parameters give the same bytes, however many threads
    /// there are.
    public static func train(
        _ rows: ForestRows, names: [String] = [], monotone: [Int] = [], parameters: TrainingParameters,
        onRound: (TrainingRound) -> Bool = { _ in true }
    ) throws(LearningError) -> TrainedForest {
        try check(rows, names, monotone, parameters)
        let team = GrowingTeam(threads: parameters.threads)
        team.start()
        defer { team.stop() }
        let ground = GrowingGround(rows, monotone: monotone, parameters: parameters, team: team)
        return try grow(ground, rows, names, parameters, team, onRound)
    }

    private static func check(
        _ rows: ForestRows, _ names: [String], _ monotone: [Int], _ parameters: TrainingParameters
    ) throws(LearningError) {
        try parameters.check()
        let width = rows.learning.columns
        try rows.learning.check(categories: rows.categories)
        try rows.later?.check(categories: rows.categories)
        guard rows.later.map({ $0.columns == width }) ?? true, names.isEmpty || names.count == width,
            monotone.isEmpty || monotone.count == width
        else { throw LearningError(.mismatchedCounts) }
        guard monotone.allSatisfy({ -1...1 ~= $0 }),
            rows.categories.allSatisfy({ monotone.isEmpty || monotone[$0] == 0 })
        else { throw LearningError(.badParameter, "monotone") }
        let (positive, negative) = rows.learning.totals
        guard positive > 0, negative > 0 else { throw LearningError(.oneClassOnly) }
    }

    private static func grow(
        _ ground: GrowingGround, _ rows: ForestRows, _ names: [String], _ parameters: TrainingParameters,
        _ team: GrowingTeam, _ onRound: (TrainingRound) -> Bool
    ) throws(LearningError) -> TrainedForest {
        let grower = TreeGrower(
            parameters, ground.gradients, columns: ground.columns, combinations: ground.combinations, team: team)
        var stopping = EarlyStopping(parameters.metric, patience: rows.later == nil ? nil : parameters.patience)
        var trees: [TreeGrower.Tree] = []
        var grown: [TrainingRound] = []
        var loss = ground.gradients.update(team)
        while trees.count < parameters.rounds {
            trees.append(grower.grow())
            loss = ground.gradients.update(team)
            let round = try ground.gradients.measure(trees.count - 1, loss: loss, metric: parameters.metric)
            grown.append(round)
            guard onRound(round) else { throw LearningError(.cancelled) }
            if stopping.isOver(after: round) { break }
        }
        if stopping.patience != nil, let best = stopping.best?.round { trees.removeLast(trees.count - best - 1) }
        let made = GrownParts(
            trees, bias: ground.gradients.bias, names: names, numbers: ground.numbers, missing: ground.missing,
            categories: rows.categories, statistics: ground.statistics
        ).parts
        return TrainedForest(
            json: made.json(bins: CatBoostParts.Bins(made)), trees: trees.count, rounds: grown.count,
            last: grown[trees.count - 1], libraryVersion: GrownParts.version)
    }
}

extension Gradients {
    /// What is known after a tree: of the later rows, or else of those for learning.
    func measure(
        _ number: Int, loss: Double, metric: TrainingParameters.Metric
    ) throws(LearningError) -> TrainingRound {
        guard rows > learning else { return TrainingRound(number, logLoss: loss) }
        let later = learning..<rows
        let margins = later.map { margin($0) }
        let scored = try ScoredRows(
            scores: margins, labels: later.map { label($0) }, weights: later.map { weight($0) })
        return TrainingRound(
            number, logLoss: laterLoss(),
            precisionRecall: metric == .precisionRecall ? scored.averagePrecision : nil,
            roc: metric == .roc ? scored.rocAUC : nil)
    }
}
