extension Isolation {
    /// So many trees, each on so many rows, as its authors found to be enough.
    static let usual = (trees: 100, sample: 256)
    /// With fewer rows a percentage says nothing.
    static let fewestRows = 100
    /// So many distances between known ranks: a tenth of a percent each.
    private static let mostRanks = 1000

    /// Grows a forest on `rows` of the table alone: nothing of it depends on any other row. Nil when there are too few
    /// of them, or when no column could part them.
    ///
    /// - Parameter names: the columns to look at; texts among them are passed over.
    static func grow(
        on table: TrainingTable, rows: Range<Int>, columns names: [String], seed: UInt64
    ) throws(LearningError) -> Isolation? {
        guard rows.count >= fewestRows else { return nil }
        var (known, columns): ([String], [[Float]]) = ([], [])
        for name in names {
            guard case .numbers(let numbers)? = table.column(name)?.values else { continue }
            let seen = numbers[rows].lazy.filter { !$0.isNaN }
            // What is always the same parts nobody.
            guard let first = seen.first, seen.contains(where: { $0 != first }) else { continue }
            known.append(name)
            columns.append(numbers)
        }
        guard !known.isEmpty else { return nil }
        let sample = min(usual.sample, rows.count)
        var grower = IsolationGrower(columns, rows: rows, sample: sample, seed: seed)
        let trees = (0..<usual.trees).map { _ in grower.tree() }
        let unranked = try Isolation(columns: known, sample: sample, trees: trees, ranks: [0.25, 0.75])
        let scorer = IsolationScorer(unranked)
        let scores = rows.map { row in scorer.judge { Double(columns[$0][row]) }.score }.sorted()
        let last = min(mostRanks, scores.count - 1)
        return try Isolation(
            columns: known, sample: sample, trees: trees,
            ranks: (0...last).map { scores[$0 * (scores.count - 1) / last] })
    }
}

extension IsolationScorer {
    /// The scores of a table's rows.
    func scores(of table: TrainingTable, rows: Range<Int>) throws(LearningError) -> [Double] {
        var numbers: [[Float]] = []
        for name in columns {
            guard case .numbers(let values)? = table.column(name)?.values else {
                throw LearningError(.missingColumn, name)
            }
            numbers.append(values)
        }
        return rows.map { row in judge { Double(numbers[$0][row]) }.score }
    }
}
