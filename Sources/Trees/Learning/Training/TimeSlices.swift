/// A table in four parts that follow one another in time: the later ones judge what the earlier ones have learned.
public struct TimeSlices: Equatable, Sendable {
    public let training: Range<Int>
    /// When to stop growing.
    public let stopping: Range<Int>
    /// Calibration and thresholds.
    public let calibration: Range<Int>
    /// The numbers that are published: no part of the model has seen these rows.
    public let measure: Range<Int>

    /// Seven tenths to learn from and one for each of the others. A day is never divided.
    public init(of table: TrainingTable) {
        self.init(days: table.days, trainingEnd: Self.cut(table.days, 0..<table.count, 0.7), shares: (1.0 / 3, 1.0 / 3))
    }

    /// All rows before `training` to learn from; of those after, two fifths to stop, two fifths to calibrate, one to
    /// measure.
    public init(of table: TrainingTable, training: Int) {
        self.init(days: table.days, trainingEnd: training, shares: (0.4, 0.4))
    }

    /// For a search, which neither calibrates nor measures.
    init(learning: Range<Int>, stopping: Range<Int>) {
        (training, self.stopping) = (learning, stopping)
        calibration = stopping.upperBound..<stopping.upperBound
        measure = calibration
    }

    private init(days: [Int32], trainingEnd: Int, shares: (stopping: Double, calibration: Double)) {
        let later = trainingEnd..<days.count
        let stoppingEnd = Self.cut(days, later, shares.stopping)
        let calibrationEnd = max(stoppingEnd, Self.cut(days, later, shares.stopping + shares.calibration))
        training = 0..<trainingEnd
        stopping = trainingEnd..<stoppingEnd
        calibration = stoppingEnd..<calibrationEnd
        measure = calibrationEnd..<days.count
    }

    /// Where `share` of the range lies before, at the start of a day.
    static func cut(_ days: [Int32], _ range: Range<Int>, _ share: Double) -> Int {
        var place = range.lowerBound + Int((Double(range.count) * share).rounded())
        while place > range.lowerBound, place < range.upperBound, days[place] == days[place - 1] { place += 1 }
        return place
    }
}

extension TrainingTable {
    /// This table and then another, none of whose days is earlier than this one's last.
    public func followed(by other: TrainingTable) throws(LearningError) -> TrainingTable {
        guard let last = days.last, let first = other.days.first, last <= first else {
            throw LearningError(.badParameter, "les lignes de validation commencent avant la fin de l’apprentissage")
        }
        return try joined(with: other)
    }

    /// The rows of both, in the order of time.
    public func joined(with other: TrainingTable) throws(LearningError) -> TrainingTable {
        var joined: [Column] = []
        for column in columns {
            guard let more = other.column(column.name) else { throw LearningError(.missingColumn, column.name) }
            joined.append(try column.joined(with: more))
        }
        var all: [Double]?
        if let duties, let more = other.duties { all = duties + more }
        return try TrainingTable(
            columns: joined, labels: labels + other.labels, weights: weights + other.weights, days: days + other.days,
            knownDays: knownDays + other.knownDays, duties: all, provenances: provenances + other.provenances)
    }
}

extension TrainingTable.Column {
    fileprivate func joined(with other: Self) throws(LearningError) -> Self {
        var result = self
        switch (values, other.values) {
        case (.numbers(let first), .numbers(let second)): result.values = .numbers(first + second)
        case (.categories(let first, let levels), .categories(let second, let others)):
            var table = LevelTable()
            for level in levels { _ = table.insert(level) }
            let numbers = others.map { Int32(table.insert($0)) }
            result.values = .categories(first + second.map { numbers[Int($0)] }, levels: table.levels)
        default: throw LearningError(.badParameter, name)
        }
        return result
    }
}
