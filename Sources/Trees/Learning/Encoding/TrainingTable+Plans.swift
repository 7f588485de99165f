extension TrainingTable {
    /// How its columns are encoded when nobody says.
    ///
    /// A forest that knows categories gets texts as they are, and a number with at most half as many values as there are
    /// rows for learning as a category too: equal weights or prices are goods of one kind.
    func plans(for method: TrainingParameters.Method, training: Range<Int>) -> [ColumnPlan] {
        columns.map { column in
            guard method == .oblivious else { return ColumnPlan(column.name) }
            switch column.values {
            case .categories: return ColumnPlan(column.name, encoding: .level)
            case .numbers(let numbers):
                let distinct = Set(numbers[training].map(\.bitPattern)).count
                return ColumnPlan(column.name, encoding: 2 * distinct <= training.count ? .numberAndLevel : .number)
            }
        }
    }
}
