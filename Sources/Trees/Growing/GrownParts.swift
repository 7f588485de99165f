/// Grown trees as CatBoost's file has them: only what splits ask for is in it.
struct GrownParts {
    private(set) var parts = CatBoostParts()
    private let statistics: Statistics?
    private let names: [String]
    private var numberOfCell: [Int: Int] = [:]
    private var ctrOfStatistic: [Statistic: Int] = [:]

    /// The version of CatBoost whose format it is.
    static let version = "1.2.10"

    /// `numbers` and `categories` are cells; `missing` those numbers that were missing for some row.
    init(
        _ trees: [TreeGrower.Tree], bias: Double, names: [String], numbers: [Int], missing: Set<Int>,
        categories: [Int], statistics: Statistics?
    ) {
        (self.statistics, self.names) = (statistics, names)
        parts.objective = "Logloss"
        parts.version = Self.version
        parts.bias = [bias]
        for (index, cell) in numbers.enumerated() {
            numberOfCell[cell] = index
            parts.numbers.append(
                .init(name: name(cell), index: index, cell: cell, missing: missing.contains(cell) ? .asFalse : .asIs))
        }
        for (index, cell) in categories.enumerated() {
            parts.categories.append(.init(name: name(cell), index: index, cell: cell))
        }
        collect(trees)
        addTables()
        let starts = starts()
        parts.oblivious = trees.map { tree in
            CatBoostParts.ObliviousTree(
                splits: tree.splits.map { bin(of: $0, starts) }, values: tree.values, weights: tree.weights)
        }
    }

    private func name(_ cell: Int) -> String { cell < names.count ? names[cell] : "\(cell)" }

    /// Every border and value that is asked, ascending and once.
    private mutating func collect(_ trees: [TreeGrower.Tree]) {
        var borders: [Question: Set<Float>] = [:]
        var values: [Int: Set<Int32>] = [:]
        var columns: [Question: GrowingColumn] = [:]
        for split in trees.flatMap(\.splits) {
            columns[split.column.question] = split.column
            if case .value(let category) = split.column.question {
                values[category, default: []].insert(value(category, split.bin))
            } else {
                borders[split.column.question, default: []].insert(split.column.borders[split.bin])
            }
        }
        for (question, own) in borders {
            if case .number(let cell) = question, let number = numberOfCell[cell] {
                parts.numbers[number].borders = own.sorted()
            }
        }
        for (category, own) in values { parts.categories[category].values = own.sorted() }
        let asked = columns.keys.compactMap { if case .statistic(let statistic) = $0 { statistic } else { nil } }
        for statistic in asked.sorted(by: Self.isBefore) {
            ctrOfStatistic[statistic] = parts.ctrs.count
            var ctr = ctr(of: statistic)
            ctr.borders = (borders[.statistic(statistic)] ?? []).sorted()
            parts.ctrs.append(ctr)
        }
    }

    private static func isBefore(_ a: Statistic, _ b: Statistic) -> Bool {
        if a.categories != b.categories { return a.categories.lexicographicallyPrecedes(b.categories) }
        return switch (a.kind, b.kind) {
        case (.target(let one), .target(let other)): one < other
        case (.target, .counter): true
        case (.counter, _): false
        }
    }

    private func ctr(of statistic: Statistic) -> CatBoostParts.Ctr {
        var ctr = CatBoostParts.Ctr()
        ctr.projection.categories = statistic.categories
        switch statistic.kind {
        case .target(let prior):
            ctr.statistic = .borders
            ctr.prior = (prior, 1)
            ctr.scale = Float((statistics?.cuts ?? 0) + 1)
        case .counter:
            ctr.statistic = .counter
            ctr.prior = (0, 1)
        }
        return ctr
    }

    /// Statistics of the same categories and kind share a table.
    private mutating func addTables() {
        var tables: [CatBoostParts.Ctr.Subject: Int] = [:]
        for place in parts.ctrs.indices {
            let subject = CatBoostParts.Ctr.Subject(parts.ctrs[place])
            if tables[subject] == nil, let statistics {
                var table = statistics.table(parts.ctrs[place].projection.categories)
                if subject.statistic == .counter { table = table.counted }
                tables[subject] = parts.tables.count
                parts.tables.append(table)
            }
            parts.ctrs[place].table = tables[subject] ?? -1
        }
    }

    private func value(_ category: Int, _ level: Int) -> Int32 {
        Int32(bitPattern: statistics?.categories.all[category].hashes[level] ?? 0)
    }

    private typealias Starts = (numbers: [Int], categories: [Int], ctrs: [Int])

    private func starts() -> Starts {
        var next = 0
        func places(_ counts: [Int]) -> [Int] {
            counts.map { count in
                defer { next += count }
                return next
            }
        }
        return (
            places(parts.numbers.map(\.borders.count)), places(parts.categories.map(\.values.count)),
            places(parts.ctrs.map(\.borders.count))
        )
    }

    private func bin(of split: (column: GrowingColumn, bin: Int), _ starts: Starts) -> Int {
        switch split.column.question {
        case .number(let cell):
            let number = numberOfCell[cell] ?? 0
            let border = split.column.borders[split.bin]
            return starts.numbers[number] + (parts.numbers[number].borders.firstIndex(of: border) ?? 0)
        case .value(let category):
            let own = value(category, split.bin)
            return starts.categories[category] + (parts.categories[category].values.firstIndex(of: own) ?? 0)
        case .statistic(let statistic):
            let ctr = ctrOfStatistic[statistic] ?? 0
            let border = split.column.borders[split.bin]
            return starts.ctrs[ctr] + (parts.ctrs[ctr].borders.firstIndex(of: border) ?? 0)
        }
    }
}

extension CatBoostParts.Ctr {
    /// What a table is of.
    fileprivate struct Subject: Hashable {
        var categories: [Int]
        var statistic: CatBoostParts.Statistic

        init(_ ctr: CatBoostParts.Ctr) { (categories, statistic) = (ctr.projection.categories, ctr.statistic) }
    }
}

extension CatBoostParts.Table {
    /// How many rows each key has.
    fileprivate var counted: CatBoostParts.Table {
        var table = CatBoostParts.Table()
        table.keys = keys
        table.classes = 1
        table.counts = keys.indices.map { counts[2 * $0] + counts[2 * $0 + 1] }
        table.denominator = Int(table.counts.max() ?? 0)
        return table
    }
}
