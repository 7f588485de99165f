/// Sets of category codes in one piece of memory.
///
/// Dense sets are bits. A set that is large only because of a few high codes stays a sorted list, so that sets never
/// take much more room than the file they came from.
struct CategorySets: Sendable {
    private struct Entry {
        var isList: Bool
        var start: Int
        var count: Int
    }
    private var entries: [Entry] = []
    private var words: [UInt32] = []

    /// `codes` are in ascending order, each once.
    mutating func append(_ codes: [UInt32]) -> Int {
        let start = words.count
        let span = codes.last.map { Int($0 >> 5) + 1 } ?? 0
        let isList = span > 2 * codes.count + 8
        if isList {
            words += codes
        } else {
            words += Array(repeating: 0, count: span)
            for code in codes { words[start + Int(code >> 5)] |= 1 << (code & 31) }
        }
        entries.append(Entry(isList: isList, start: start, count: words.count - start))
        return entries.count - 1
    }

    func contains(_ code: UInt32, in set: Int) -> Bool {
        let entry = entries[set]
        if !entry.isList {
            let word = Int(code >> 5)
            return word < entry.count && words[entry.start + word] >> (code & 31) & 1 == 1
        }
        var (low, high) = (entry.start, entry.start + entry.count)
        while low < high {
            let middle = (low + high) / 2
            if words[middle] < code { low = middle + 1 } else { high = middle }
        }
        return low < entry.start + entry.count && words[low] == code
    }
}
