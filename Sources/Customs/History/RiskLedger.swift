import Glibc

/// For every key, the verified outcomes of its controls; the older they are, the less they weigh.
struct RiskLedger: Sendable, Equatable {
    private struct Record: Sendable, Equatable {
        /// Both as they weigh on `day`.
        var controls = 0.0
        var frauds = 0.0
        var day = HistoryDate.first
    }

    /// After so many days an outcome weighs half.
    static let halfLife = 365.0

    private var records: [Record] = []

    mutating func addKey() { records.append(Record()) }

    /// Days never go backwards.
    mutating func record(fraud: Bool, for key: Int, on day: Int32) {
        let weight = Self.weight(days: day - records[key].day)
        records[key].controls = records[key].controls * weight + 1
        records[key].frauds = records[key].frauds * weight + (fraud ? 1 : 0)
        records[key].day = day
    }

    /// What was found, weighed as of a day.
    func outcomes(_ key: Int, on day: Int32) -> (controls: Double, frauds: Double) {
        let weight = Self.weight(days: day - records[key].day)
        return (records[key].controls * weight, records[key].frauds * weight)
    }

    private static func weight(days: Int32) -> Double { exp2(-Double(days) / halfLife) }

    func write(to snapshot: inout SnapshotWriter) {
        snapshot.write(records.map(\.controls))
        snapshot.write(records.map(\.frauds))
        snapshot.write(records.map(\.day))
    }

    init() {}
    init(keyCount: Int, from snapshot: inout SnapshotReader) throws(HistorySnapshotError) {
        let controls: [Double] = try snapshot.read(count: keyCount)
        let frauds: [Double] = try snapshot.read(count: keyCount)
        let days = try snapshot.days(keyCount)
        records = (0..<keyCount).map { Record(controls: controls[$0], frauds: frauds[$0], day: days[$0]) }
    }
}
