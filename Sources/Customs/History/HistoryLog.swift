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

        init(day: Int32, order: UInt64, kind: Kind, observations: HistoryObservations) {
            (self.day, self.order, self.kind) = (day, order, kind)
            self.observations = observations.compact
        }
    }

    private var entries: [Entry] = []

    init() {}

    mutating func append(_ entry: Entry) { entries.append(entry) }

    /// What was seen under that order, and is here still, is seen as these; it became known on `day` at the earliest.
    mutating func replace(_ observations: HistoryObservations, order: UInt64, from day: Int32) {
        for place in entries.indices where entries[place].order == order {
            guard case .seen = entries[place].kind else { continue }
            entries[place] = Entry(
                day: max(observations.day, day), order: order, kind: .seen, observations: observations)
        }
    }

    /// Takes out what became known before a day, in the order in which it did: declarations before outcomes within a
    /// day, then by their own order.
    mutating func take(before day: Int32) -> [Entry] {
        let passed = entries.partition { $0.day < day }
        defer { entries.removeSubrange(passed...) }
        return entries[passed...].sorted { $0.precedes($1) }
    }
}

extension HistoryLog {
    func write(to snapshot: inout SnapshotWriter) {
        snapshot.write(UInt32(entries.count))
        // In whatever order they came: equal pasts are equal bytes.
        for entry in entries.sorted(by: { $0.precedes($1) }) {
            snapshot.write(entry.day)
            snapshot.write(entry.order)
            switch entry.kind {
            case .seen: snapshot.write(UInt8(0))
            case .found(let fraud): snapshot.write(UInt8(fraud ? 2 : 1))
            }
            snapshot.write(entry.observations.day)
            snapshot.write(entry.observations.profiles)
            snapshot.write(entry.observations.measured)
            for observation in 0..<entry.observations.count {
                entry.observations.withKeys(of: observation) { for key in $0 { snapshot.write(key) } }
            }
        }
    }

    init(from snapshot: inout SnapshotReader, profiles: [WrittenProfile]) throws(HistorySnapshotError) {
        for _ in 0..<(try snapshot.count(ofSize: 25)) {
            let (day, order): (Int32, UInt64) = (try snapshot.read(), try snapshot.read())
            let kind: Kind
            switch try snapshot.read(UInt8.self) {
            case 0: kind = .seen
            case 1: kind = .found(fraud: false)
            case 2: kind = .found(fraud: true)
            default: throw HistorySnapshotError(code: "malformed")
            }
            var observations = HistoryObservations()
            observations.day = try snapshot.read()
            let observed: [Int32] = try snapshot.read()
            let measured: [Double] = try snapshot.read(count: observed.count)
            for (profile, value) in zip(observed, measured) {
                guard profiles.indices.contains(Int(profile)) else { throw HistorySnapshotError(code: "malformed") }
                var keys: [UInt64] = []
                for _ in 0..<profiles[Int(profile)].keyCount { keys.append(try snapshot.read()) }
                guard let place = profiles[Int(profile)].place else { continue }
                keys.withUnsafeBufferPointer { observations.append(profile: place, measured: value, keys: $0) }
            }
            append(Entry(day: HistoryDate(day).day, order: order, kind: kind, observations: observations))
        }
    }
}

extension HistoryLog.Entry {
    fileprivate var rank: Int {
        switch kind {
        case .seen: 0
        case .found: 1
        }
    }

    fileprivate func precedes(_ other: HistoryLog.Entry) -> Bool {
        (day, rank, order) < (other.day, other.rank, other.order)
    }
}
