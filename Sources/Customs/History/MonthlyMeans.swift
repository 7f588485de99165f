/// For every key, the means of one measure in the last two years' months.
struct MonthlyMeans: Sendable, Equatable {
    static let reach = 24

    private struct Month: Sendable, Equatable {
        /// Months since year 0.
        let month: Int32
        var count: Int32
        var sum: Double
    }

    private var months: [[Month]] = []

    mutating func addKey() { months.append([]) }

    /// Months never go backwards.
    mutating func observe(_ value: Double, for key: Int, in month: Int32) {
        if let last = months[key].indices.last, months[key][last].month == month {
            months[key][last].count += 1
            months[key][last].sum += value
            return
        }
        if months[key].count == Self.reach { months[key].removeFirst() }
        months[key].append(Month(month: month, count: 1, sum: value))
    }

    /// By how much the mean moved a month, over the `reach` months up to this one: the slope of the line that fits the
    /// months' means best, and how many observations it rests on. Fewer than three months have no direction.
    func slope(_ key: Int, over reach: Int, until month: Int32) -> (value: Double, observations: Int) {
        let recent = months[key].drop { $0.month <= month - Int32(clamping: reach) }
        let observations = recent.reduce(0) { $0 + Int($1.count) }
        guard recent.count >= 3 else { return (.nan, observations) }
        var (sumX, sumY, sumXX, sumXY) = (0.0, 0.0, 0.0, 0.0)
        for entry in recent {
            let (x, y) = (Double(entry.month - month), entry.sum / Double(entry.count))
            (sumX, sumY, sumXX, sumXY) = (sumX + x, sumY + y, sumXX + x * x, sumXY + x * y)
        }
        let n = Double(recent.count)
        return ((n * sumXY - sumX * sumY) / (n * sumXX - sumX * sumX), observations)
    }
}
