/// Numbers keys in the order in which they first came: open addressing over flat arrays.
struct KeyTable: Sendable, Equatable {
    private(set) var count = 0
    /// The keys by number.
    private(set) var keys: [UInt64] = []
    /// For each place, the number of the key that lies there, or -1. Their count is a power of two.
    private var places: [Int32] = Array(repeating: -1, count: 16)

    /// The key's number, when it ever came.
    func find(_ key: UInt64) -> Int? {
        let number = places[place(of: key)]
        return number < 0 ? nil : Int(number)
    }

    /// The key's number, a new one when it never came.
    mutating func number(_ key: UInt64) -> (number: Int, isNew: Bool) {
        let free = place(of: key)
        if places[free] >= 0 { return (Int(places[free]), false) }
        places[free] = Int32(count)
        keys.append(key)
        count += 1
        if count * 2 > places.count { grow() }
        return (count - 1, true)
    }

    /// Where the key lies, or the free place where it would.
    private func place(of key: UInt64) -> Int {
        let mask = places.count - 1
        // Keys are hashes already; the multiplication spreads those of a careless caller.
        var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
        while places[place] >= 0, keys[Int(places[place])] != key { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        places = Array(repeating: -1, count: places.count * 2)
        for (number, key) in keys.enumerated() { places[place(of: key)] = Int32(number) }
    }

    func write(to snapshot: inout SnapshotWriter) { snapshot.write(keys) }

    init() {}
    init(from snapshot: inout SnapshotReader) throws(HistorySnapshotError) {
        let written: [UInt64] = try snapshot.read()
        for key in written where !number(key).isNew { throw HistorySnapshotError(code: "malformed") }
    }
}
