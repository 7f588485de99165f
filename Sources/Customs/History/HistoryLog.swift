/// What became known on days that have not passed yet.
struct HistoryLog: Sendable {
    enum Kind: Sendable {
        case seen
        case found(fraud: Bool)
    }
    struct Entry: Sendable {
        let day: Int32
        let order: UInt64
        let kind: Kind
        let observations: HistoryObservations
    }

    private var entries: [Entry] = []

    mutating func append(_ entry: Entry) { entries.append(entry) }

    /// Takes out what became known before a day, in the order in which it did: declarations before outcomes within a
    /// day, then by their own order.
    mutating func take(before day: Int32) -> [Entry] {
        let passed = entries.partition { $0.day < day }
        defer { entries.removeSubrange(passed...) }
        return entries[passed...].sorted { ($0.day, $0.rank, $0.order) < ($1.day, $1.rank, $1.order) }
    }
}

extension HistoryLog.Entry {
    fileprivate var rank: Int {
        switch kind {
        case .seen: 0
        case .found: 1
        }
    }
}
