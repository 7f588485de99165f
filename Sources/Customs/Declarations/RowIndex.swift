/// Finds rows by the texts in some of their places: a hash table of row numbers, keyed by a secret so that no file can
/// be made slow on purpose.
struct RowIndex: Sendable {
    private let slots: [Int]
    private var table: [Int32]
    private var hashes: [UInt32]
    private var count = 0
    private let secret = UInt64.random(in: .min ... .max) | 1

    init(slots: [Int]) {
        self.slots = slots
        table = Array(repeating: -1, count: 1024)
        hashes = Array(repeating: 0, count: 1024)
    }

    /// The row that was added first with the same texts as `row`; adds `row` when there is none.
    mutating func firstRow(like row: Int, in store: ArticleStore) -> Int? {
        if (count + 1) * 2 > table.count { grow() }
        let hash = hash(of: row, in: store)
        let place = place(of: row, hash, in: store)
        if table[place] >= 0 { return Int(table[place]) }
        (table[place], hashes[place]) = (Int32(truncatingIfNeeded: row), hash)
        count += 1
        return nil
    }

    /// The same without adding anything.
    func find(_ row: Int, in store: ArticleStore) -> Int? {
        let found = table[place(of: row, hash(of: row, in: store), in: store)]
        return found >= 0 ? Int(found) : nil
    }

    /// Where a row with the same texts lies, or would.
    private func place(of row: Int, _ hash: UInt32, in store: ArticleStore) -> Int {
        var place = Int(hash) & (table.count - 1)
        while table[place] >= 0 {
            let other = Int(table[place])
            if hashes[place] == hash, slots.allSatisfy({ store.haveEqualTexts(row, other, $0) }) { break }
            place = (place + 1) & (table.count - 1)
        }
        return place
    }

    private func hash(of row: Int, in store: ArticleStore) -> UInt32 {
        var state = secret
        for slot in slots {
            for k in store.range(row, slot) {
                state = (state ^ UInt64(store.bytes[k])) &* 0x9e37_79b9_7f4a_7c15
                state ^= state >> 29
            }
            state = (state ^ 0x100) &* 0xbf58_476d_1ce4_e5b9
        }
        return UInt32(truncatingIfNeeded: state ^ state >> 32)
    }

    private mutating func grow() {
        let (rows, old) = (table, hashes)
        table = Array(repeating: -1, count: rows.count * 2)
        hashes = Array(repeating: 0, count: rows.count * 2)
        for (row, hash) in zip(rows, old) where row >= 0 {
            var place = Int(hash) & (table.count - 1)
            while table[place] >= 0 { place = (place + 1) & (table.count - 1) }
            (table[place], hashes[place]) = (row, hash)
        }
    }
}
