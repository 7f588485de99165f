/// What is remembered of how often keys came, and of what controls found, from the most specific level to the root
/// under which everything is counted.
struct CountedMemory: Sendable, Equatable {
    /// How many controls the risk of the next, more general level is worth.
    static let priorControls = 2.0

    private struct Level: Sendable, Equatable {
        var keys = KeyTable()
        var counts: DayCounts
        var risk = RiskLedger()

        mutating func number(_ hash: UInt64) -> Int {
            let (key, isNew) = keys.number(hash)
            if isNew {
                counts.addKey()
                risk.addKey()
            }
            return key
        }
    }

    private var levels: [Level]

    /// `reach`: the longest look back of a count, in days. Only the most specific level is ever asked for one.
    init(levelCount: Int, reach: Int) {
        levels = (0..<levelCount).map { Level(counts: DayCounts(reach: $0 == 0 ? reach : 0)) }
    }

    mutating func observe(keys: UnsafeBufferPointer<UInt64>, on date: HistoryDate) {
        for level in levels.indices where keys[level] != 0 {
            let key = levels[level].number(keys[level])
            levels[level].counts.observe(key, on: date.day, month: date.month)
        }
    }

    mutating func record(fraud: Bool, keys: UnsafeBufferPointer<UInt64>, on day: Int32) {
        for level in levels.indices where keys[level] != 0 {
            let key = levels[level].number(keys[level])
            levels[level].risk.record(fraud: fraud, for: key, on: day)
        }
    }

    func count(_ keys: UnsafeBufferPointer<UInt64>, days: Int, before day: Int32) -> Double {
        guard keys[0] != 0 else { return .nan }
        guard let key = levels[0].keys.find(keys[0]) else { return 0 }
        return Double(levels[0].counts.count(key, since: day - Int32(clamping: days)))
    }

    /// 1 when the keys never came, else 0. Keys that only a control's outcome knows never came.
    func isNew(_ keys: UnsafeBufferPointer<UInt64>) -> Double {
        guard keys[0] != 0 else { return .nan }
        return levels[0].keys.find(keys[0]).map { levels[0].counts.total($0) > 0 ? 0 : 1 } ?? 1
    }

    func daysSince(_ keys: UnsafeBufferPointer<UInt64>, on day: Int32) -> Double {
        guard let key = find(keys, at: 0), levels[0].counts.total(key) > 0 else { return .nan }
        return Double(day - levels[0].counts.lastDay(key))
    }

    func season(_ keys: UnsafeBufferPointer<UInt64>, month: Int) -> Double {
        MeasuredMemory.blend(levels.count) { level in
            guard let key = find(keys, at: level) else { return (.nan, 0) }
            return (levels[level].counts.season(key, month: month), levels[level].counts.total(key))
        }
    }

    /// (frauds + m·p0) / (controls + m) where p0 is the risk of the next, more general level; NaN when nothing was ever
    /// controlled.
    func risk(_ keys: UnsafeBufferPointer<UInt64>, on day: Int32) -> Double {
        var risk = Double.nan
        for level in levels.indices.reversed() {
            guard let key = find(keys, at: level) else { continue }
            let (controls, frauds) = levels[level].risk.outcomes(key, on: day)
            if risk.isNaN {
                if controls > 0 { risk = frauds / controls }
            } else {
                risk = (frauds + Self.priorControls * risk) / (controls + Self.priorControls)
            }
        }
        return risk
    }

    private func find(_ keys: UnsafeBufferPointer<UInt64>, at level: Int) -> Int? {
        keys[level] == 0 ? nil : levels[level].keys.find(keys[level])
    }

    func write(to snapshot: inout SnapshotWriter) {
        for level in levels {
            level.keys.write(to: &snapshot)
            level.counts.write(to: &snapshot)
            level.risk.write(to: &snapshot)
        }
    }

    init(levelCount: Int, reach: Int, from snapshot: inout SnapshotReader) throws(HistorySnapshotError) {
        levels = []
        for level in 0..<levelCount {
            let keys = try KeyTable(from: &snapshot)
            let counts = try DayCounts(reach: level == 0 ? reach : 0, keyCount: keys.count, from: &snapshot)
            let risk = try RiskLedger(keyCount: keys.count, from: &snapshot)
            levels.append(Level(keys: keys, counts: counts, risk: risk))
        }
    }
}
