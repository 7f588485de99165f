/// The categories of all rows, as numbers of levels, and what they are combined to.
///
/// Rows for learning come first; a level or a combination that only later rows have is one that never learned anything.
final class Categories {
    struct Category {
        /// In the row.
        var cell: Int
        /// By row.
        var levels: [Int32]
        /// By level: the bits of its cells.
        var hashes: [UInt32]
    }

    let all: [Category]
    let learning: Int
    let rows: Int

    init(cells: [Int], _ rows: TrainingRows, later: TrainingRows?) {
        learning = rows.rows
        self.rows = rows.rows + (later?.rows ?? 0)
        all = cells.map { cell in
            var numbers: [UInt32: Int32] = [:]
            var category = Category(cell: cell, levels: [], hashes: [])
            category.levels.reserveCapacity(rows.rows + (later?.rows ?? 0))
            for part in [rows, later].compactMap({ $0 }) {
                for row in 0..<part.rows {
                    let hash = part.cells[row * part.columns + cell].bitPattern
                    let level = numbers[hash] ?? Int32(numbers.count)
                    if level == Int32(numbers.count) {
                        numbers[hash] = level
                        category.hashes.append(hash)
                    }
                    category.levels.append(level)
                }
            }
            return category
        }
    }

    /// Rows that have the same levels of some categories have the same number.
    struct Combination {
        /// By row, from 0 on, in the order of their coming.
        var numbers: [Int32]
        var count: Int
    }

    func combination(_ categories: [Int]) -> Combination {
        var result = Combination(numbers: all[categories[0]].levels, count: all[categories[0]].hashes.count)
        for other in categories.dropFirst() {
            result = join(result, all[other].levels, levels: all[other].hashes.count)
        }
        return result
    }

    private func join(_ first: Combination, _ second: [Int32], levels: Int) -> Combination {
        // As many places as pairs could be, or a table of them, half empty.
        let (pairs, tooMany) = first.count.multipliedReportingOverflow(by: levels)
        if !tooMany, pairs <= 8 * rows { return joinDirectly(first, second, levels, pairs) }
        var size = 16
        while size < 2 * rows { size *= 2 }
        var numbers = [Int32](repeating: 0, count: rows)
        var count: Int32 = 0
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: size) { keys in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: size) { places in
                places.initialize(repeating: -1)
                for row in 0..<rows {
                    let key = UInt64(UInt32(bitPattern: first.numbers[row])) << 32 | UInt64(second[row])
                    var place = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 20) & (size - 1)
                    while places[place] >= 0, keys[place] != key { place = (place + 1) & (size - 1) }
                    if places[place] < 0 {
                        (keys[place], places[place]) = (key, count)
                        count += 1
                    }
                    numbers[row] = places[place]
                }
            }
        }
        return Combination(numbers: numbers, count: Int(count))
    }

    private func joinDirectly(_ first: Combination, _ second: [Int32], _ levels: Int, _ pairs: Int) -> Combination {
        var places = [Int32](repeating: -1, count: pairs)
        var numbers = [Int32](repeating: 0, count: rows)
        var count: Int32 = 0
        for row in 0..<rows {
            let place = Int(first.numbers[row]) * levels + Int(second[row])
            if places[place] < 0 {
                places[place] = count
                count += 1
            }
            numbers[row] = places[place]
        }
        return Combination(numbers: numbers, count: Int(count))
    }
}
