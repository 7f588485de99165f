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

    func write(to snapshot: inout SnapshotWriter) {
        for own in months {
            snapshot.write(own.map(\.month))
            snapshot.write(own.map(\.count))
            snapshot.write(own.map(\.sum))
        }
    }

    init() {}
    init(keyCount: Int, from snapshot: inout SnapshotReader) throws(HistorySnapshotError) {
        for _ in 0..<keyCount {
            let written: [Int32] = try snapshot.read()
            guard written.count <= Self.reach, written.allSatisfy({ 0...120_000 ~= $0 }) else {
                throw HistorySnapshotError(code: "malformed")
            }
            let counts = try snapshot.counts(written.count)
            let sums: [Double] = try snapshot.read(count: written.count)
            months.append(written.indices.map { Month(month: written[$0], count: counts[$0], sum: sums[$0]) })
        }
    }
}
