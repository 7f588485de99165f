/// How CatBoost's models see a row: numbers, then whether categories are some value, then statistics of the target
/// for categories and combinations of them.
public struct CatBoostSlots: SlotSource {
    struct Number: Hashable {
        var cell: Int32
        /// What NaN becomes: reaches no border, or every.
        var missing: Float
    }
    struct Value: Hashable {
        var cell: Int32
        var hash: UInt32
    }

    public let cellCount: Int
    public let playerOfSlot: [Int32]
    public let players: [[Int32]]
    /// The first slots.
    let numbers: [Number]
    private let values: [Value]
    private let statistics: TargetStatistics

    public var slotCount: Int { playerOfSlot.count }

    init(
        cellCount: Int, playerOfSlot: [Int32], players: [[Int32]], numbers: [Number], values: [Value],
        statistics: TargetStatistics
    ) {
        (self.cellCount, self.playerOfSlot, self.players) = (cellCount, playerOfSlot, players)
        (self.numbers, self.values, self.statistics) = (numbers, values, statistics)
    }

    public func fill(_ slots: UnsafeMutablePointer<Float>, from cells: UnsafePointer<Float>) {
        numbers.withUnsafeBufferPointer { numbers in
            for k in 0..<numbers.count {
                let cell = cells[Int(numbers[k].cell)]
                slots[k] = cell.isNaN ? numbers[k].missing : cell
            }
        }
        if numbers.count == slotCount { return }
        let next = slots + numbers.count
        values.withUnsafeBufferPointer { values in
            for k in 0..<values.count {
                next[k] = cells[Int(values[k].cell)].bitPattern == values[k].hash ? 1 : 0
            }
        }
        statistics.fill(next + values.count, from: cells)
    }
}

extension CatBoostSlots {
    /// Collects slots: all numbers first, then all values, then all statistics.
    struct Builder {
        private let parts: CatBoostParts
        private let cellCount: Int
        private var numberOfIndex: [Int: Int] = [:], categoryOfIndex: [Int: Int] = [:]
        private var playerOfSlot: [Int32] = []
        private var players: [[Int32]] = []
        private var playerOfCells: [[Int32]: Int32] = [:]
        private var numbers: [Number] = []
        private var values: [Value] = []
        private var statistics: [TargetStatistics.Statistic] = []
        /// How many values of statistics there may still be.
        private var allowance: Int

        init(_ parts: CatBoostParts, cellCount: Int, statisticValues: Int = ModelLimits.statisticValues) {
            (self.parts, self.cellCount, allowance) = (parts, cellCount, statisticValues)
            for (position, number) in parts.numbers.enumerated() { numberOfIndex[number.index] = position }
            for (position, category) in parts.categories.enumerated() { categoryOfIndex[category.index] = position }
        }

        /// The slot for a player of these cells.
        private mutating func slot(for cells: [Int32]) -> Int32 {
            let player =
                playerOfCells[cells]
                ?? {
                    players.append(cells)
                    playerOfCells[cells] = Int32(players.count - 1)
                    return Int32(players.count - 1)
                }()
            playerOfSlot.append(player)
            return Int32(playerOfSlot.count - 1)
        }

        private static func number(_ number: CatBoostParts.Number) -> Number {
            Number(cell: Int32(number.cell), missing: number.missing == .asTrue ? .infinity : -.infinity)
        }

        mutating func add(_ number: CatBoostParts.Number) -> Int32 {
            numbers.append(Self.number(number))
            return slot(for: [Int32(number.cell)])
        }

        mutating func add(_ category: CatBoostParts.Category, value: Int32) -> Int32 {
            values.append(Value(cell: Int32(category.cell), hash: UInt32(bitPattern: value)))
            return slot(for: [Int32(category.cell)])
        }

        /// A combination is a player of its categories alone.
        mutating func add(_ ctr: CatBoostParts.Ctr) throws(ModelError) -> Int32 {
            var elements: [TargetStatistics.Element] = []
            var cells: Set<Int32> = []
            for index in ctr.projection.categories {
                let cell = try cell(ofCategory: index)
                cells.insert(cell)
                elements.append(.category(cell: cell))
            }
            for border in ctr.projection.borders {
                guard let position = numberOfIndex[border.number] else {
                    throw ModelError(.inconsistent, "a statistic of number \(border.number), which is not there")
                }
                guard border.border.isFinite else { throw ModelError(.inconsistent, "a border is no number") }
                let number = Self.number(parts.numbers[position])
                elements.append(.reached(number: number, threshold: border.border.nextUp))
            }
            for exact in ctr.projection.exacts {
                let hash = UInt32(bitPattern: exact.value)
                elements.append(.value(Value(cell: try cell(ofCategory: exact.category), hash: hash)))
            }
            guard !cells.isEmpty, parts.tables.indices.contains(ctr.table) else {
                throw ModelError(.inconsistent, "a statistic of no category, or without a table")
            }
            let table = parts.tables[ctr.table]
            allowance -= table.keys.count + 1
            guard allowance >= 0 else { throw ModelError(.tooLarge, "too many values of statistics") }
            statistics.append(.init(elements: elements, keys: table.keys, ranks: try ctr.ranks(of: table)))
            return slot(for: cells.sorted())
        }

        private func cell(ofCategory index: Int) throws(ModelError) -> Int32 {
            guard let position = categoryOfIndex[index] else {
                throw ModelError(.inconsistent, "a statistic of category \(index), which is not there")
            }
            return Int32(parts.categories[position].cell)
        }

        func finish() throws(ModelError) -> CatBoostSlots {
            CatBoostSlots(
                cellCount: cellCount, playerOfSlot: playerOfSlot, players: players, numbers: numbers, values: values,
                statistics: try TargetStatistics(statistics))
        }
    }
}
