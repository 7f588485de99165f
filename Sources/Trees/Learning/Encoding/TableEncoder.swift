/// A whole table as cells, rows one after the other.
public struct EncodedTable: Sendable {
    public let encoder: RowEncoder
    public var cells: [Float]
}

extension RowEncoder {
    /// Learns the encodings of the planned columns from the table, and encodes it.
    ///
    /// Rates are learned in the order of time over the whole table, and so are good for every later slice: each row
    /// knows only what was known before its day. What uses no outcome, levels and frequencies, is learned from
    /// `training` alone.
    public static func learn(
        _ plans: [ColumnPlan], from table: TrainingTable, training: Range<Int>
    ) throws(LearningError) -> EncodedTable {
        guard !plans.isEmpty else { throw LearningError(.missingColumn) }
        var inputs: [InputColumn] = []
        var rates: [[Float]?] = []
        for plan in plans {
            guard let column = table.column(plan.name) else { throw LearningError(.missingColumn, plan.name) }
            guard -1...1 ~= plan.monotone, plan.smoothing > 0, plan.smoothing.isFinite else {
                throw LearningError(.badParameter, plan.name)
            }
            let (encoding, values) = try encoding(plan, column, table, training)
            inputs.append(InputColumn(plan.name, encoding, monotone: plan.monotone))
            rates.append(values)
        }
        let encoder = RowEncoder(inputs)
        return EncodedTable(encoder: encoder, cells: try encoder.cells(of: table, rates: rates))
    }

    /// Encodes a table with what has been learned.
    public func encode(_ table: TrainingTable) throws(LearningError) -> [Float] {
        try cells(of: table, rates: columns.map { _ in nil })
    }

    /// The same encodings, with the table's outcomes learned besides.
    public func learning(_ table: TrainingTable) throws(LearningError) -> RowEncoder {
        var learned: [InputColumn] = []
        for input in columns {
            guard case .target(var statistic) = input.encoding else {
                learned.append(input)
                continue
            }
            guard case .categories(let codes, let levels)? = table.column(input.name)?.values else {
                throw LearningError(.missingColumn, input.name)
            }
            _ = statistic.encode(codes, levels: levels, in: table)
            learned.append(InputColumn(input.name, .target(statistic), monotone: input.monotone))
        }
        return RowEncoder(learned)
    }

    private static func encoding(
        _ plan: ColumnPlan, _ column: TrainingTable.Column, _ table: TrainingTable, _ training: Range<Int>
    ) throws(LearningError) -> (ColumnEncoding, [Float]?) {
        guard case .categories(let codes, let levels) = column.values else {
            switch plan.encoding ?? .number {
            case .number: return (.number, nil)
            case .numberAndLevel: return (.numberAndLevel, nil)
            case .oneHot, .frequency, .target, .level, .rank: throw LearningError(.badParameter, plan.name)
            }
        }
        var counts = [Int](repeating: 0, count: levels.count)
        for row in training { counts[Int(codes[row])] += 1 }
        let seen = levels.indices.filter { counts[$0] > 0 }
        switch plan.encoding ?? (seen.count < ColumnEncoding.oneHotBelow ? .oneHot : .rank) {
        case .number, .numberAndLevel: throw LearningError(.badParameter, plan.name)
        case .level: return (.level, nil)
        case .oneHot:
            guard seen.count <= ColumnEncoding.mostIndicators, let table = LevelTable(seen.map { levels[$0] }.sorted())
            else { throw LearningError(.tooLarge, plan.name) }
            return (.oneHot(table), nil)
        case .rank:
            let texts = seen.map { levels[$0] }.filter { !$0.isEmpty }
            guard let table = LevelTable(texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }) else {
                throw LearningError(.badParameter, plan.name)
            }
            return (.rank(table), nil)
        case .frequency:
            let order = seen.sorted { levels[$0] < levels[$1] }
            guard let table = FrequencyTable(levels: order.map { levels[$0] }, counts: order.map { counts[$0] }) else {
                throw LearningError(.badParameter, plan.name)
            }
            return (.frequency(table), nil)
        case .target:
            var statistic = TargetStatistic(smoothing: plan.smoothing)
            let values = statistic.encode(codes, levels: levels, in: table)
            return (.target(statistic), values)
        }
    }

    /// `rates` are values that were already worked out, by column.
    private func cells(of table: TrainingTable, rates: [[Float]?]) throws(LearningError) -> [Float] {
        var failure: LearningError?
        let width = cellCount
        let cells = [Float](unsafeUninitializedCapacity: table.count * width) { buffer, count in
            buffer.initialize(repeating: .nan)
            count = buffer.count
            for (column, input) in columns.enumerated() {
                do throws(LearningError) {
                    try fill(buffer, column, width, input, rates[column], table)
                } catch {
                    failure = failure ?? error
                }
            }
        }
        if let failure { throw failure }
        return cells
    }

    private func fill(
        _ cells: UnsafeMutableBufferPointer<Float>, _ column: Int, _ width: Int, _ input: InputColumn,
        _ rates: [Float]?, _ table: TrainingTable
    ) throws(LearningError) {
        guard let given = table.column(input.name) else { throw LearningError(.missingColumn, input.name) }
        let (offset, size) = (offsets[column], input.encoding.cellCount)
        func spread(_ values: [Float]) { for row in values.indices { cells[row * width + offset] = values[row] } }
        if let rates { return spread(rates) }
        switch (input.encoding, given.values) {
        case (.number, .numbers(let numbers)): spread(numbers)
        case (.numberAndLevel, .numbers(let numbers)):
            for row in numbers.indices {
                cells[row * width + offset] = numbers[row]
                cells[row * width + offset + 1] = Cell.category(ColumnEncoding.text(of: numbers[row]))
            }
        case (.number, _), (.numberAndLevel, _), (_, .numbers): throw LearningError(.badParameter, input.name)
        case (let encoding, .categories(let codes, let levels)):
            // Every text is looked up once, not once a row.
            var known = [Float](repeating: 0, count: levels.count * size)
            known.withUnsafeMutableBufferPointer { known in
                guard let base = known.baseAddress else { return }
                for code in levels.indices { encoding.fill(base + code * size, text: levels[code]) }
            }
            for row in codes.indices {
                for k in 0..<size { cells[row * width + offset + k] = known[Int(codes[row]) * size + k] }
            }
        }
    }
}
