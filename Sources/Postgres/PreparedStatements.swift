/// What one connection has prepared. Names are numbers that are never used twice on a connection.
struct PreparedStatements {
    struct Entry {
        let number: Int
        let types: [UInt32]
        let name: [CChar]
    }
    private var entries: [UInt: Entry] = [:]
    private var last = 0

    /// The entry of a literal, if it was prepared for parameters of the same types.
    func entry(_ key: UInt, types: [UInt32]) -> Entry? {
        guard let entry = entries[key], entry.types == types else { return nil }
        return entry
    }

    mutating func add(_ key: UInt, types: [UInt32]) -> Entry {
        last += 1
        let entry = Entry(number: last, types: types, name: Array("s\(last)".utf8CString))
        entries[key] = entry
        return entry
    }

    mutating func forget(_ key: UInt) { entries[key] = nil }
}
