import CLanes

/// Statistics of the target by category, looked up by the hash of a row's categories: one after the other, in the
/// order in which they were given.
///
/// A statistic's slot is a rank: how many of its borders have been reached, which is all that splits ask for. Ranks
/// are bytes, and so those of a whole combination lie beside its key, in one cache line with three other keys.
/// `CLanesStatistics.h` describes it.
struct TargetStatistics: Sendable {
    /// What a key is made of, in CatBoost's order.
    enum Element: Hashable {
        case category(cell: Int32)
        case reached(number: CatBoostSlots.Number, threshold: Float)
        case value(CatBoostSlots.Value)

        @inline(__always)
        fileprivate func value(in cells: UnsafePointer<Float>) -> UInt64 {
            switch self {
            case .category(let cell): Key.element(hash: cells[Int(cell)].bitPattern)
            case .reached(let number, let threshold):
                (cells[Int(number.cell)].isNaN ? number.missing : cells[Int(number.cell)]) < threshold ? 0 : 1
            case .value(let value): cells[Int(value.cell)].bitPattern == value.hash ? 1 : 0
            }
        }
    }

    /// The hash of several elements, one after the other.
    struct Key {
        private(set) var value: UInt64 = 0

        mutating func add(hash: UInt32) {
            value = CLANES_KEY_FACTOR &* (value &+ CLANES_KEY_FACTOR &* Self.element(hash: hash))
        }
        /// A category counts as a signed number.
        fileprivate static func element(hash: UInt32) -> UInt64 { UInt64(bitPattern: Int64(Int32(bitPattern: hash))) }
    }

    /// `ranks` has one for each key, in their order, and last that of every other key.
    struct Statistic {
        var elements: [Element]
        var keys: [UInt64]
        var ranks: [UInt8]
    }

    /// Each once; their numbers are what keys are made of.
    private let elements: [Element]
    private let numbers: LaneArray<Int32>
    private let tables: LaneArray<clanes_statistics_table>
    private let lines: LaneArray<UInt64>
    private let slotCount: Int

    func fill(_ slots: UnsafeMutablePointer<Float>, from cells: UnsafePointer<Float>) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: elements.count) { values in
            elements.withUnsafeBufferPointer { elements in
                for number in 0..<elements.count { values[number] = elements[number].value(in: cells) }
            }
            if let values = values.baseAddress { fill(slots, fromElements: values) }
        }
    }

    /// The same from what the row has for each element.
    func fill(_ slots: UnsafeMutablePointer<Float>, fromElements values: UnsafePointer<UInt64>) {
        clanes_statistics(
            tables.base, Int32(tables.count), Int32(slotCount), numbers.base, lines.base, values, slots)
    }
}

extension TargetStatistics {
    init(_ statistics: [Statistic]) throws(ModelError) {
        var groups: [ArraySlice<Statistic>] = []
        for (place, statistic) in statistics.enumerated() {
            if let last = groups.last, last.count < CLANES_KEY_BYTES, last.first?.isBeside(statistic) ?? false {
                groups[groups.count - 1] = statistics[last.startIndex...place]
            } else {
                groups.append(statistics[place...place])
            }
        }
        var (all, known, numbers): ([Element], [Element: Int32], [Int32]) = ([], [:], [])
        var (tables, lineCount): ([clanes_statistics_table], Int) = ([], 0)
        for group in groups {
            let (elements, keys) = (group[group.startIndex].elements, group[group.startIndex].keys)
            guard keys.count < Int32.max else { throw ModelError(.tooLarge, "\(keys.count) keys") }
            let count = keys.count / Self.keysInLine + 1
            tables.append(
                clanes_statistics_table(
                    first_line: Int64(lineCount), lines: UInt32(count), first_element: Int32(numbers.count),
                    elements: Int32(elements.count), slots: Int32(group.count)))
            lineCount += count
            for element in elements {
                let number = known[element] ?? Int32(all.count)
                if number == all.count { all.append(element) }
                known[element] = number
                numbers.append(number)
            }
        }
        var crowds = false
        lines = LaneArray(count: lineCount * Self.lineWords) { lines in
            for (table, group) in zip(tables, groups) where !crowds {
                let filling = Filling(table, lines + Int(table.first_line) * Self.lineWords)
                crowds = !filling.take(group)
            }
        }
        guard !crowds else { throw ModelError(.inconsistent, "keys crowd in one place") }
        (elements, slotCount) = (all, statistics.count)
        self.numbers = LaneArray(numbers)
        self.tables = LaneArray(tables)
    }

    /// Half of the places are left free: few keys then lie elsewhere than in their own line.
    private static var keysInLine: Int { 2 }
    private static var lineWords: Int { Int(2 * CLANES_LINE_KEYS) }
    /// Keys are hashes and lie everywhere: many in one place were put there to make looking slow.
    private static var longestSearch: Int { 128 }

    /// A table's lines while they are filled.
    private struct Filling {
        private let lines: UnsafeMutablePointer<UInt64>
        private let count: Int

        init(_ table: clanes_statistics_table, _ lines: UnsafeMutablePointer<UInt64>) {
            (self.lines, count) = (lines, Int(table.lines))
        }

        /// Whether there was a place for all keys.
        func take(_ group: ArraySlice<Statistic>) -> Bool {
            let keys = group[group.startIndex].keys
            let unknown = Self.bytes(group, keys.count)
            for line in 0..<count {
                for k in 0..<Int(CLANES_LINE_KEYS) { set(line, k, CLANES_NO_KEY, unknown) }
            }
            for (record, key) in keys.enumerated() where key != CLANES_NO_KEY {
                guard let (line, k) = place(of: key) else { return false }
                // Of two equal keys the last counts.
                set(line, k, key, Self.bytes(group, record))
            }
            return true
        }

        private func set(_ line: Int, _ k: Int, _ key: UInt64, _ bytes: UInt64) {
            lines[line * lineWords + k] = key
            lines[line * lineWords + Int(CLANES_LINE_KEYS) + k] = bytes
        }

        private func place(of key: UInt64) -> (line: Int, k: Int)? {
            var line = Int(clanes_statistics_line(key, UInt32(count)))
            for _ in 0..<longestSearch {
                for k in 0..<Int(CLANES_LINE_KEYS) {
                    let other = lines[line * lineWords + k]
                    if other == key || other == CLANES_NO_KEY { return (line, k) }
                }
                line = line + 1 < count ? line + 1 : 0
            }
            return nil
        }

        /// The first statistic's rank in the first byte, whatever the machine's order.
        private static func bytes(_ group: ArraySlice<Statistic>, _ record: Int) -> UInt64 {
            var bytes: UInt64 = 0
            for statistic in group.reversed() { bytes = bytes << 8 | UInt64(statistic.ranks[record]) }
            return bytes.littleEndian
        }
    }
}

extension TargetStatistics.Statistic {
    /// Whether both can have one table.
    fileprivate func isBeside(_ other: Self) -> Bool { elements == other.elements && keys == other.keys }
}
