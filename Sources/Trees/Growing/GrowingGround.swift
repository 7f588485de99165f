/// Everything that trees grow on: columns cut into bins, gradients, statistics of categories.
struct GrowingGround {
    let gradients: Gradients
    let columns: [GrowingColumn]
    let statistics: Statistics?
    let combinations: Combinations?
    /// The cells that are numbers, and those of them that are missing in some row.
    let numbers: [Int]
    let missing: Set<Int>

    init(_ rows: ForestRows, monotone: [Int], parameters: TrainingParameters, team: GrowingTeam) {
        let (learning, later) = (rows.learning, rows.later)
        gradients = Gradients(learning, later: later, balance: parameters.balance)
        numbers = (0..<learning.columns).filter { !rows.categories.contains($0) }
        let made = Self.numbers(numbers, learning, later, monotone, parameters, team)
        missing = Set(zip(numbers, made).filter { $1.borders.first == -Float.greatestFiniteMagnitude }.map(\.0))
        guard !rows.categories.isEmpty else {
            (columns, statistics, combinations) = (made, nil, nil)
            return
        }
        let categories = Categories(cells: rows.categories, learning, later: later)
        let outcomes = KnownOutcomes(rows: learning.rows, days: rows.days, knownDays: rows.knownDays)
        let statistics = Statistics(categories, outcomes, gradients, cuts: parameters.statisticCuts)
        columns = made + Self.single(statistics, categories, team)
        self.statistics = statistics
        combinations = Combinations(
            statistics, kinds: Statistic.Kind.usual, most: parameters.combination, thrift: parameters.thrift,
            depth: parameters.depth)
    }

    private static func numbers(
        _ cells: [Int], _ learning: TrainingRows, _ later: TrainingRows?, _ monotone: [Int],
        _ parameters: TrainingParameters, _ team: GrowingTeam
    ) -> [GrowingColumn] {
        var columns = [GrowingColumn?](repeating: nil, count: cells.count)
        columns.withUnsafeMutableBufferPointer { columns in
            let columns = columns
            team.run(cells.count) { piece, _ in
                let cell = cells[piece]
                columns[piece] = number(
                    cell, learning, later, bins: parameters.bins, sense: monotone.isEmpty ? 0 : monotone[cell])
            }
        }
        return columns.compactMap { $0 }
    }

    /// Borders are those of the rows for learning. What is missing lies below a border of its own, as CatBoost's `Min`.
    private static func number(
        _ cell: Int, _ learning: TrainingRows, _ later: TrainingRows?, bins: Int, sense: Int
    ) -> GrowingColumn {
        var values: [Float] = []
        values.reserveCapacity(learning.rows)
        for row in 0..<learning.rows {
            let value = learning.cells[row * learning.columns + cell]
            if !value.isNaN { values.append(value) }
        }
        var borders = Borders.quantiles(of: values, most: bins - 1)
        if values.count < learning.rows {
            if borders.count == bins - 1, !borders.isEmpty { borders.removeFirst() }
            borders.insert(-Float.greatestFiniteMagnitude, at: 0)
        }
        return borders.withUnsafeBufferPointer { cuts in
            GrowingColumn(
                .number(cell), borders: borders, bins: borders.count + 1, sense: sense,
                rows: learning.rows + (later?.rows ?? 0)
            ) { row in
                let value =
                    row < learning.rows
                    ? learning.cells[row * learning.columns + cell]
                    : (later?.cells[(row - learning.rows) * learning.columns + cell] ?? .nan)
                return value.isNaN ? 0 : Borders.bin(of: value, cuts)
            }
        }
    }

    /// A category of few values is asked for each, any other by its statistics.
    private static func single(
        _ statistics: Statistics, _ categories: Categories, _ team: GrowingTeam
    ) -> [GrowingColumn] {
        var columns = [[GrowingColumn]](repeating: [], count: categories.all.count)
        columns.withUnsafeMutableBufferPointer { columns in
            let columns = columns
            team.run(columns.count) { piece, _ in
                let category = categories.all[piece]
                columns[piece] = statistics.columns([piece], Statistic.Kind.usual).columns
                guard category.hashes.count < ColumnEncoding.oneHotBelow else { return }
                columns[piece].append(
                    GrowingColumn(
                        .value(category: piece), borders: [], bins: category.hashes.count, rows: categories.rows
                    ) { Int(category.levels[$0]) })
            }
        }
        return columns.flatMap { $0 }
    }
}

extension Statistic.Kind {
    /// CatBoost's own.
    static let usual: [Statistic.Kind] = [.target(prior: 0), .target(prior: 0.5), .target(prior: 1), .counter]
}
