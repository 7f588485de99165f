/// What a model is trained or measured on: typed columns and, for every row, its outcome and its day.
public struct TrainingTable: Sendable {
    public struct Column: Sendable {
        public enum Values: Sendable {
            /// NaN is missing.
            case numbers([Float])
            /// The number of each row's text among `levels`. A missing text is the empty one, a level like any other.
            case categories([Int32], levels: [String])
        }

        public let name: String
        public var values: Values

        public init(_ name: String, numbers: [Float]) { (self.name, values) = (name, .numbers(numbers)) }

        /// Numbers the texts in the order of their first coming.
        public init(_ name: String, texts: some Sequence<String>) {
            var table = LevelTable()
            let codes = texts.map { Int32(table.insert($0)) }
            (self.name, values) = (name, .categories(codes, levels: table.levels))
        }

        public var isCategorical: Bool { if case .categories = values { true } else { false } }

        var count: Int {
            switch values {
            case .numbers(let numbers): numbers.count
            case .categories(let codes, _): codes.count
            }
        }
    }

    public let columns: [Column]
    /// Whether it was a fraud.
    public let labels: [Bool]
    public let weights: [Double]
    /// Days since 1970-01-01, rising: rows are put in the order of time when the table is made.
    public let days: [Int32]
    /// The day from whose morrow on a row's outcome was known; never before its own.
    public let knownDays: [Int32]
    /// What each row would bring in if it is a fraud; nil when it is not known.
    public let duties: [Double]?
    public let provenances: [LabelProvenance]

    public var count: Int { labels.count }

    public init(
        columns: [Column], labels: [Bool], weights: [Double]? = nil, days: [Int32], knownDays: [Int32]? = nil,
        duties: [Double]? = nil, provenances: [LabelProvenance]
    ) throws(LearningError) {
        let count = labels.count
        guard count > 0 else { throw LearningError(.emptySample) }
        guard count < Int32.max else { throw LearningError(.tooLarge, "\(count) lignes") }
        let weights = weights ?? [Double](repeating: 1, count: count)
        let known = knownDays ?? days
        let counts = [weights.count, days.count, known.count, duties?.count ?? count, provenances.count]
        guard counts.allSatisfy({ $0 == count }) else { throw LearningError(.mismatchedCounts) }
        try Self.check(columns, count: count)
        for values in [weights, duties ?? []] {
            if let row = values.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
                throw LearningError(.badWeight, "ligne \(row + 1)")
            }
        }
        let order = Self.order(of: days)
        func sorted<Value>(_ values: [Value]) -> [Value] {
            if let order { order.map { values[Int($0)] } } else { values }
        }
        self.columns = columns.map { column in
            var column = column
            switch column.values {
            case .numbers(let numbers): column.values = .numbers(sorted(numbers))
            case .categories(let codes, let levels): column.values = .categories(sorted(codes), levels: levels)
            }
            return column
        }
        (self.labels, self.weights, self.days) = (sorted(labels), sorted(weights), sorted(days))
        self.knownDays = zip(sorted(known), self.days).map { max($0, $1) }
        self.duties = duties.map(sorted)
        self.provenances = sorted(provenances)
    }

    private static func check(_ columns: [Column], count: Int) throws(LearningError) {
        guard Set(columns.map(\.name)).count == columns.count else { throw LearningError(.badParameter, "colonnes") }
        for column in columns {
            guard column.count == count else { throw LearningError(.mismatchedCounts, column.name) }
            switch column.values {
            case .numbers(let numbers):
                if let row = numbers.firstIndex(where: \.isInfinite) {
                    throw LearningError(.notANumber, "\(column.name), ligne \(row + 1)")
                }
            case .categories(let codes, let levels):
                guard codes.allSatisfy({ $0 >= 0 && $0 < levels.count }), LevelTable(levels) != nil else {
                    throw LearningError(.badParameter, column.name)
                }
            }
        }
    }

    /// Nil when the rows are in order already.
    private static func order(of days: [Int32]) -> [Int32]? {
        if zip(days, days.dropFirst()).allSatisfy(<=) { return nil }
        return Array(0..<Int32(days.count)).sorted { a, b in
            days[Int(a)] != days[Int(b)] ? days[Int(a)] < days[Int(b)] : a < b
        }
    }

    public func column(_ name: String) -> Column? { columns.first { $0.name == name } }
}
