/// What a forest is grown on: rows, those that decide when to stop, and what is known of them beside their cells.
public struct ForestRows {
    public var learning: TrainingRows
    /// Of a later time: they decide when to stop.
    public var later: TrainingRows?
    /// The cells that are categories, as `Cell.category(_:)` makes them; the others are numbers.
    public var categories: [Int]
    /// Of the rows for learning, rising, and when their outcomes were known; nil: one row after the other.
    public var days: UnsafePointer<Int32>?
    public var knownDays: UnsafePointer<Int32>?

    public init(
        _ learning: TrainingRows, later: TrainingRows? = nil, categories: [Int] = [],
        days: UnsafePointer<Int32>? = nil, knownDays: UnsafePointer<Int32>? = nil
    ) {
        (self.learning, self.later, self.categories) = (learning, later, categories)
        (self.days, self.knownDays) = (days, knownDays)
    }
}

/// Grows a forest by the method that the parameters name.
public enum ForestTrainer {
    public static func train(
        _ rows: ForestRows, names: [String] = [], monotone: [Int] = [], parameters: TrainingParameters,
        onRound: (TrainingRound) -> Bool = { _ in true }
    ) throws(LearningError) -> TrainedForest {
        switch parameters.method {
        case .oblivious:
            return try ObliviousTrainer.train(
                rows, names: names, monotone: monotone, parameters: parameters, onRound: onRound)
        case .xgboost:
            guard rows.categories.isEmpty else { throw LearningError(.badParameter, "categories") }
            return try XGBoostTrainer.train(
                rows.learning, later: rows.later, names: names, monotone: monotone, parameters: parameters,
                onRound: onRound)
        }
    }
}
