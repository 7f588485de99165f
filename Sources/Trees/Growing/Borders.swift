/// Where a column's values are cut: ascending borders, each between two values that were seen. A value's bin is how many
/// borders it is above.
enum Borders {
    /// At most `most` borders. With fewer distinct values every two neighbours have one between them; else each bin is
    /// to hold as many rows, and a value that is common enough has one to itself. `values` has no NaN.
    static func quantiles(of values: [Float], most: Int) -> [Float] {
        guard most > 0, !values.isEmpty else { return [] }
        let (distinct, counts) = tally(values)
        guard distinct.count > most + 1 else {
            return zip(distinct, distinct.dropFirst()).map { middle($0, $1) }
        }
        return cut(distinct, counts, total: values.count, most: most)
    }

    private static func tally(_ values: [Float]) -> (distinct: [Float], counts: [Int]) {
        let sorted = values.sorted()
        var (distinct, counts) = ([Float](), [Int]())
        for value in sorted {
            if value == distinct.last {
                counts[counts.count - 1] += 1
            } else {
                distinct.append(value)
                counts.append(1)
            }
        }
        return (distinct, counts)
    }

    /// Fills bins one after the other. What is left is divided anew after each, so that common values do not starve
    /// the others.
    private static func cut(_ distinct: [Float], _ counts: [Int], total: Int, most: Int) -> [Float] {
        var borders: [Float] = []
        var (left, held) = (total, 0)
        for place in 0..<distinct.count - 1 where borders.count < most {
            held += counts[place]
            let bins = most + 1 - borders.count
            let share = Double(left) / Double(bins)
            let next = Double(counts[place + 1])
            // Better too early than too late, and a common value begins a bin of its own.
            guard Double(held) + next / 2 > share || (next >= share && Double(held) >= share / 2) else { continue }
            borders.append(middle(distinct[place], distinct[place + 1]))
            left -= held
            held = 0
        }
        return borders
    }

    /// A number that is not below `low` and is below `high`.
    static func middle(_ low: Float, _ high: Float) -> Float {
        let middle = low / 2 + high / 2
        return middle >= low && middle < high ? middle : low
    }

    /// How many of the borders the value is above.
    @inline(__always)
    static func bin(of value: Float, _ borders: UnsafeBufferPointer<Float>) -> Int {
        var (low, high) = (0, borders.count)
        while low < high {
            let middle = (low + high) >> 1
            if value > borders[middle] { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
