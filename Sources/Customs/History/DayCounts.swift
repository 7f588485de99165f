/// For every key, how often and when it came.
struct DayCounts: Sendable, Equatable {
    /// A day on which the key came, and how often it had come before that day.
    private struct Day: Sendable, Equatable {
        let day: Int32
        let before: Int32
    }

    /// The longest look back, in days, that anybody asks for: what is older is forgotten.
    let reach: Int32
    private var days: [[Day]] = []
    private var totals: [Int32] = []
    private var lastDays: [Int32] = []
    /// By key, twelve counts: how often it came in each month of the year.
    private var months: [Int32] = []

    init(reach: Int) { self.reach = Int32(clamping: reach) }

    mutating func addKey() {
        days.append([])
        totals.append(0)
        lastDays.append(HistoryDate.first)
        months.append(contentsOf: repeatElement(0, count: 12))
    }

    /// Days never go backwards.
    mutating func observe(_ key: Int, on day: Int32, month: Int) {
        if reach > 0, lastDays[key] != day || totals[key] == 0 {
            let first = day - reach
            if let kept = days[key].firstIndex(where: { $0.day >= first }), kept > days[key].count / 2 {
                days[key].removeFirst(kept)
            }
            days[key].append(Day(day: day, before: totals[key]))
        }
        totals[key] += 1
        lastDays[key] = day
        months[key * 12 + month] += 1
    }

    func total(_ key: Int) -> Int { Int(totals[key]) }

    /// The last day on which the key came.
    func lastDay(_ key: Int) -> Int32 { lastDays[key] }

    /// How often the key came from `first` on, which lies no further back than `reach`.
    func count(_ key: Int, since first: Int32) -> Int {
        let own = days[key]
        var (low, high) = (0, own.count)
        while low < high {
            let middle = (low + high) / 2
            if own[middle].day >= first { high = middle } else { low = middle + 1 }
        }
        return low < own.count ? Int(totals[key] - own[low].before) : 0
    }

    /// How much more often than in an average month the key comes in this one: 1 when it has no season. One imagined
    /// observation a month keeps rare keys near 1.
    func season(_ key: Int, month: Int) -> Double {
        12 * Double(months[key * 12 + month] + 1) / Double(totals[key] + 12)
    }

    func write(to snapshot: inout SnapshotWriter) {
        snapshot.write(totals)
        snapshot.write(lastDays)
        snapshot.write(months)
        for own in days {
            snapshot.write(own.map(\.day))
            snapshot.write(own.map(\.before))
        }
    }

    init(reach: Int, keyCount: Int, from snapshot: inout SnapshotReader) throws(HistorySnapshotError) {
        self.init(reach: reach)
        totals = try snapshot.counts(keyCount)
        lastDays = try snapshot.days(keyCount)
        months = try snapshot.counts(keyCount * 12)
        for _ in 0..<keyCount {
            let written: [Int32] = try snapshot.read()
            let before = try snapshot.counts(written.count)
            days.append(written.indices.map { Day(day: written[$0], before: before[$0]) })
        }
    }
}
