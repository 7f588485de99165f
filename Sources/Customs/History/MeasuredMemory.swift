/// What is remembered of one measure under one chain of keys, from the most specific to the most general.
///
/// A level speaks with a weight that grows to 1 at 30 observations; what it leaves goes to the next, more general one.
struct MeasuredMemory: Sendable, Equatable {
    /// From so many observations on, a level needs no other.
    static let plenty = 30

    private struct Level: Sendable, Equatable {
        var keys = KeyTable()
        var windows = ValueWindows()
        var months: MonthlyMeans?
    }

    private var levels: [Level]

    /// Months are remembered only when somebody asks for a slope.
    init(levelCount: Int, keepsMonths: Bool) {
        levels = Array(repeating: Level(months: keepsMonths ? MonthlyMeans() : nil), count: levelCount)
    }

    mutating func observe(_ value: Double, keys: UnsafeBufferPointer<UInt64>, on date: HistoryDate) {
        guard value.isFinite else { return }
        for level in levels.indices where keys[level] != 0 {
            let (key, isNew) = levels[level].keys.number(keys[level])
            if isNew {
                levels[level].windows.addKey()
                levels[level].months?.addKey()
            }
            levels[level].windows.observe(value, for: key)
            levels[level].months?.observe(value, for: key, in: date.monthCount)
        }
    }

    func median(_ keys: UnsafeBufferPointer<UInt64>) -> Double {
        blended(keys) { SortedValues.median($0) }
    }
    func robustScore(of x: Double, _ keys: UnsafeBufferPointer<UInt64>) -> Double {
        blended(keys) { SortedValues.robustScore(of: x, among: $0) }
    }
    func rank(of x: Double, _ keys: UnsafeBufferPointer<UInt64>) -> Double {
        blended(keys) { SortedValues.rank(of: x, among: $0) }
    }
    func chebyshevBound(of x: Double, _ keys: UnsafeBufferPointer<UInt64>) -> Double {
        blended(keys) { SortedValues.chebyshevBound(of: x, among: $0) }
    }

    func slope(_ keys: UnsafeBufferPointer<UInt64>, over reach: Int, until date: HistoryDate) -> Double {
        blend { level in
            guard let key = find(keys, at: level), let months = levels[level].months else { return (.nan, 0) }
            return months.slope(key, over: reach, until: date.monthCount)
        }
    }

    /// How many observations the most specific level ever had.
    func total(_ keys: UnsafeBufferPointer<UInt64>) -> Double {
        guard keys[0] != 0 else { return .nan }
        return levels[0].keys.find(keys[0]).map { Double(levels[0].windows.total($0)) } ?? 0
    }

    /// The place among the peers of the first level that has plenty; else of the last that has enough to speak of.
    func peers(of x: Double, _ keys: UnsafeBufferPointer<UInt64>) -> HistoryPeers? {
        var found: HistoryPeers?
        for level in levels.indices {
            guard let key = find(keys, at: level) else { continue }
            let (median, rank) = levels[level].windows.withSorted(key) {
                (SortedValues.median($0), SortedValues.rank(of: x, among: $0))
            }
            guard !rank.isNaN else { continue }
            let count = levels[level].windows.count(key)
            found = HistoryPeers(count: count, median: median, percentile: rank, level: level)
            if count >= Self.plenty { break }
        }
        return found
    }

    private func find(_ keys: UnsafeBufferPointer<UInt64>, at level: Int) -> Int? {
        keys[level] == 0 ? nil : levels[level].keys.find(keys[level])
    }

    private func blended(
        _ keys: UnsafeBufferPointer<UInt64>, _ answer: (UnsafeBufferPointer<Double>) -> Double
    ) -> Double {
        blend { level in
            guard let key = find(keys, at: level) else { return (.nan, 0) }
            return (levels[level].windows.withSorted(key, answer), levels[level].windows.count(key))
        }
    }

    private func blend(_ answer: (_ level: Int) -> (value: Double, observations: Int)) -> Double {
        Self.blend(levels.count, answer)
    }

    /// Weighs the levels' answers; NaN when none has one.
    static func blend(_ levelCount: Int, _ answer: (_ level: Int) -> (value: Double, observations: Int)) -> Double {
        var (sum, weight, left) = (0.0, 0.0, 1.0)
        for level in 0..<levelCount where left > 0 {
            let (value, observations) = answer(level)
            guard !value.isNaN, observations > 0 else { continue }
            let share = left * min(1, Double(observations) / Double(plenty))
            sum += share * value
            weight += share
            left -= share
        }
        return weight > 0 ? sum / weight : .nan
    }

    func write(to snapshot: inout SnapshotWriter) {
        for level in levels {
            level.keys.write(to: &snapshot)
            level.windows.write(to: &snapshot)
            level.months?.write(to: &snapshot)
        }
    }

    init(levelCount: Int, keepsMonths: Bool, from snapshot: inout SnapshotReader) throws(HistorySnapshotError) {
        levels = []
        for _ in 0..<levelCount {
            let keys = try KeyTable(from: &snapshot)
            let windows = try ValueWindows(keyCount: keys.count, from: &snapshot)
            let months = keepsMonths ? try MonthlyMeans(keyCount: keys.count, from: &snapshot) : nil
            levels.append(Level(keys: keys, windows: windows, months: months))
        }
    }
}
