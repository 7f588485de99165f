import Glibc

/// From a table to a package: encodings, forest, calibration, thresholds, measures, in the order of time.
///
/// What reads declarations hands over a `TrainingTable`; nothing here knows where its rows come from.
public struct PackageTraining: Sendable {
    /// How thresholds are chosen.
    public enum ThresholdRule: Sendable {
        case f1
        /// It needs the table's duties.
        case netGain(ControlCosts)
    }

    public var name: String
    public var version: String
    public var chapter: String
    public var created: String
    public var software: String
    public var profile: TrainingParameters.Profile
    public var parameters: TrainingParameters
    /// Empty: all columns of the table, as their types suggest.
    public var columns: [ColumnPlan] = []
    public var thresholds = ThresholdRule.f1
    /// The days are but the rows' numbers.
    public var isUndated = false
    /// Looks for better parameters first.
    public var search: ParameterSearch?

    public init(
        name: String, version: String, chapter: String, created: String, software: String,
        profile: TrainingParameters.Profile, parameters: TrainingParameters
    ) {
        (self.name, self.version, self.chapter, self.created) = (name, version, chapter, created)
        (self.software, self.profile, self.parameters) = (software, profile, parameters)
    }

    /// Grows a forest on the rows of a table: here, or in a process of its own.
    public typealias Grow = (_ rows: EncodedTable, _ table: TrainingTable, _ slices: TimeSlices, _ later: Range<Int>)
        throws(LearningError) -> TrainedForest

    /// Trains on the table; on the rows of `later` it stops, calibrates, chooses and measures, or, without, on the
    /// table's last rows.
    public func run(
        _ table: TrainingTable, later: TrainingTable? = nil, grow: @escaping Grow
    ) throws(LearningError) -> ModelPackage {
        try run(table, later: later, growing: { _ in grow })
    }

    /// The same for a search: `growing` is asked for each parameters that are tried. It goes on from the log of another
    /// search, and hands its own over after each trial.
    public func run(
        _ table: TrainingTable, later: TrainingTable? = nil, resuming log: SearchLog? = nil,
        onTrial: (SearchLog) throws(LearningError) -> Void = { _ in }, growing: (TrainingParameters) -> Grow
    ) throws(LearningError) -> ModelPackage {
        let rows = try prepare(table, later: later)
        var request = self
        var searched: SearchLog?
        if let search {
            let found = try search.run(
                rows.encoded, rows.table, training: rows.slices.training, start: parameters, resuming: log,
                now: Self.seconds, grow: growing, onTrial: onTrial)
            (request.parameters, searched) = (found.best, found.log)
        }
        let trained = try growing(request.parameters)(rows.encoded, rows.table, rows.slices, rows.stopping)
        return try PackageFitting(
            request: request, search: searched, rows: rows, forest: trained.json, trained: trained
        ).package()
    }

    /// The package of a forest that was grown elsewhere, on the cells of these rows.
    public func run(
        _ table: TrainingTable, later: TrainingTable? = nil, taking forest: [UInt8]
    ) throws(LearningError) -> ModelPackage {
        try PackageFitting(
            request: self, search: nil, rows: prepare(table, later: later), forest: forest, trained: nil
        ).package()
    }

    /// Encodes the table and what came later, and cuts them in slices.
    public func prepare(
        _ table: TrainingTable, later: TrainingTable? = nil
    ) throws(LearningError) -> PreparedRows {
        var whole = table
        if let later { whole = try table.followed(by: later) }
        let slices = later == nil ? TimeSlices(of: whole) : TimeSlices(of: whole, training: table.count)
        try Self.requireBothKinds(whole, slices.training, "apprentissage")
        try Self.requireBothKinds(whole, slices.calibration, "calibration")
        let plans = columns.isEmpty ? table.plans(for: parameters.method, training: slices.training) : columns
        let encoded = try RowEncoder.learn(plans, from: whole, training: slices.training)
        let none = slices.training.upperBound..<slices.training.upperBound
        return PreparedRows(
            table: whole, encoded: encoded, slices: slices,
            stopping: whole.hasBothKinds(slices.stopping) ? slices.stopping : none)
    }

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func requireBothKinds(
        _ table: TrainingTable, _ rows: Range<Int>, _ name: String
    ) throws(LearningError) {
        guard !rows.isEmpty else { throw LearningError(.emptySample, name) }
        guard table.hasBothKinds(rows) else { throw LearningError(.oneClassOnly, name) }
    }

    /// In this process.
    public static func here(
        _ parameters: TrainingParameters, onRound: @escaping (TrainingRound) -> Bool = { _ in true }
    ) -> Grow {
        { rows, table, slices, later throws(LearningError) in
            let labels = table.labels.map { Float($0 ? 1 : 0) }
            let weights = table.weights.map { Float($0) }
            // Typed errors do not pass through the arrays' closures.
            var trained = Result<TrainedForest, LearningError>.failure(LearningError(.emptySample))
            rows.cells.withUnsafeBufferPointer { cells in
                labels.withUnsafeBufferPointer { labels in
                    weights.withUnsafeBufferPointer { weights in
                        table.days.withUnsafeBufferPointer { days in
                            table.knownDays.withUnsafeBufferPointer { known in
                                guard let cells = cells.baseAddress, let labels = labels.baseAddress else { return }
                                let all = TrainingRows(
                                    cells: cells, labels: labels, weights: weights.baseAddress, rows: table.count,
                                    columns: rows.encoder.cellCount)
                                let forest = ForestRows(
                                    all.slice(slices.training), later: later.isEmpty ? nil : all.slice(later),
                                    categories: rows.encoder.categoryCells, days: days.baseAddress,
                                    knownDays: known.baseAddress)
                                trained = Result { () throws(LearningError) in
                                    try ForestTrainer.train(
                                        forest, names: rows.encoder.cellNames, monotone: rows.encoder.monotone,
                                        parameters: parameters, onRound: onRound)
                                }
                            }
                        }
                    }
                }
            }
            return try trained.get()
        }
    }

    /// In a process of its own: `executable worker train`. Its files lie under `directory` meanwhile. `watch` is given
    /// what can stop it, and nil when it has ended.
    public static func apart(
        _ parameters: TrainingParameters, executable: String, directory: String, limits: TrainingLimits,
        watch: @escaping (TrainingProcess?) -> Void = { _ in }, onRound: @escaping (TrainingRound) -> Void = { _ in }
    ) -> Grow {
        { rows, table, slices, later throws(LearningError) in
            let place = try TrainingDirectory(under: directory)
            defer { withExtendedLifetime(place) {} }
            try place.write(rows, of: table)
            let job = TrainingJob(
                directory: place.path, rows: table.count, columns: rows.encoder.cellCount,
                training: slices.training.count, later: later.count, names: rows.encoder.cellNames,
                monotone: rows.encoder.monotone, categories: rows.encoder.categoryCells, parameters: parameters,
                limits: limits)
            let process = try TrainingProcess(job, executable: executable)
            watch(process)
            defer { watch(nil) }
            return try process.wait(onRound: onRound)
        }
    }
}

extension TrainingTable {
    func hasBothKinds(_ rows: Range<Int>) -> Bool {
        labels[rows].contains(true) && labels[rows].contains(false)
    }
}

extension RowEncoder {
    /// By cell. Which of its levels a category has is neither more nor less: indicators and levels are left free.
    public var monotone: [Int] {
        columns.flatMap { column in
            (0..<column.encoding.cellCount).map { column.encoding.isOrdered(cell: $0) ? column.monotone : 0 }
        }
    }
}
