/// Statistics of the target by category, looked up by the hash of a row's categories: one after the other, in the
/// order in which they were appended.
///
/// Statistics of one combination share its key, and those of one table also the place where the key is found.
struct TargetStatistics: Sendable {
    /// What a key is made of, in CatBoost's order.
    enum Element: Hashable {
        case category(cell: Int32)
        case reached(number: CatBoostSlots.Number, threshold: Float)
        case value(CatBoostSlots.Value)
    }

    /// The hash of several elements, one after the other.
    struct Key {
        private(set) var value: UInt64 = 0
        private static var factor: UInt64 { 0x4906_ba49_4954_cb65 }

        mutating func add(_ element: UInt64) { value = Self.factor &* (value &+ Self.factor &* element) }
        /// A category's, which counts as a signed number.
        mutating func add(hash: UInt32) { add(UInt64(bitPattern: Int64(Int32(bitPattern: hash)))) }
    }

    private struct Combination {
        var firstElement: Int, endElement: Int
        var firstTable: Int, endTable: Int
    }
    /// A key and its record, -1 in an empty one.
    private struct Bucket {
        var key: UInt64 = 0
        var record: Int32 = -1
    }
    /// An open addressing table of `mask` + 1 buckets.
    private struct Table {
        var identity: Int
        var firstBucket: Int, mask: Int
        var records: Int
        var firstSlot: Int, endSlot: Int
    }

    /// A key, and what lies at the first place where it may be.
    private struct Search {
        var key: UInt64
        var place: Int
        var bucket: Bucket
    }

    private var combinations: [Combination] = []
    private var elements: [Element] = []
    private var tables: [Table] = []
    private var buckets: [Bucket] = []
    /// By slot of a table: where its values begin. There is one a record, and one behind them for what is not found.
    private var firstValues: [Int] = []
    private var values: [Float] = []

    func fill(_ slots: UnsafeMutablePointer<Float>, from cells: UnsafePointer<Float>) {
        withUnsafeTemporaryAllocation(of: Search.self, capacity: tables.count) { searches in
            buckets.withUnsafeBufferPointer { buckets in
                // First places only: memory answers many questions at a time as long as nothing hangs on an answer.
                for combination in combinations {
                    let key = key(of: combination, cells)
                    for number in combination.firstTable..<combination.endTable {
                        let place = Int(truncatingIfNeeded: key) & tables[number].mask
                        searches[number] = Search(
                            key: key, place: place, bucket: buckets[tables[number].firstBucket + place])
                    }
                }
                for (number, table) in tables.enumerated() {
                    let record = record(searches[number], in: table, buckets)
                    for slot in table.firstSlot..<table.endSlot { slots[slot] = values[firstValues[slot] + record] }
                }
            }
        }
    }

    private func key(of combination: Combination, _ cells: UnsafePointer<Float>) -> UInt64 {
        var key = Key()
        for number in combination.firstElement..<combination.endElement {
            switch elements[number] {
            case .category(let cell): key.add(hash: cells[Int(cell)].bitPattern)
            case .reached(let number, let threshold):
                key.add((cells[Int(number.cell)].isNaN ? number.missing : cells[Int(number.cell)]) < threshold ? 0 : 1)
            case .value(let value): key.add(cells[Int(value.cell)].bitPattern == value.hash ? 1 : 0)
            }
        }
        return key.value
    }

    @inline(__always)
    private func record(_ begun: Search, in table: Table, _ buckets: UnsafeBufferPointer<Bucket>) -> Int {
        var (place, bucket) = (begun.place, begun.bucket)
        while bucket.record >= 0, bucket.key != begun.key {
            place = (place + 1) & table.mask
            bucket = buckets[table.firstBucket + place]
        }
        return bucket.record < 0 ? table.records : Int(bucket.record)
    }
}

extension TargetStatistics {
    /// Appends a slot. `identity` tells tables apart; `values` has one more than the table has keys.
    mutating func append(
        _ elements: [Element], _ identity: Int, _ table: CatBoostParts.Table, _ values: [Float]
    ) throws(ModelError) {
        let slot = firstValues.count
        let isSameCombination =
            combinations.last.map { Array(self.elements[$0.firstElement..<$0.endElement]) == elements } ?? false
        if !isSameCombination {
            let first = self.elements.count
            self.elements += elements
            combinations.append(
                Combination(
                    firstElement: first, endElement: self.elements.count, firstTable: tables.count,
                    endTable: tables.count))
        }
        if !isSameCombination || tables.last?.identity != identity {
            tables.append(try makeTable(identity, table.keys, slot))
            combinations[combinations.count - 1].endTable = tables.count
        }
        tables[tables.count - 1].endSlot = slot + 1
        firstValues.append(self.values.count)
        self.values += values
    }

    private mutating func makeTable(_ identity: Int, _ keys: [UInt64], _ slot: Int) throws(ModelError) -> Table {
        guard keys.count < Int32.max else { throw ModelError(.tooLarge, "\(keys.count) keys") }
        var room = 2
        while room < keys.count * 2 { room *= 2 }
        let table = Table(
            identity: identity, firstBucket: buckets.count, mask: room - 1, records: keys.count, firstSlot: slot,
            endSlot: slot)
        buckets += repeatElement(Bucket(), count: room)
        // The mark of CatBoost's empty buckets is no key.
        for (record, key) in keys.enumerated() where key != .max { try insert(key, Int32(record), table) }
        return table
    }

    /// Keys are hashes and lie everywhere: many in one place were put there to make looking slow.
    private static var longestSearch: Int { 512 }

    private mutating func insert(_ key: UInt64, _ record: Int32, _ table: Table) throws(ModelError) {
        var place = Int(truncatingIfNeeded: key) & table.mask
        var steps = 0
        while buckets[table.firstBucket + place].record >= 0 {
            // Of two equal keys the last counts.
            if buckets[table.firstBucket + place].key == key { break }
            place = (place + 1) & table.mask
            steps += 1
            guard steps <= Self.longestSearch else { throw ModelError(.inconsistent, "keys crowd in one place") }
        }
        buckets[table.firstBucket + place] = Bucket(key: key, record: record)
    }
}
