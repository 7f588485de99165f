import JSON

/// A table of counts: a flat array in which each key, a text, is followed by its numbers.
struct CatBoostTableEntry: JSONReadable {
    var table = CatBoostParts.Table()

    init(json reader: inout JSONReader) throws(JSONError) {
        var numbers: [Double] = []
        var stride = 0
        let place = try reader.offset()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "counter_denominator": table.denominator = try reader.int()
            case "hash_stride": stride = try reader.int()
            case "hash_map":
                if try reader.null() { return }
                try reader.array { reader throws(JSONError) in
                    if try reader.kind() == .string {
                        table.keys.append(try Self.readKey(&reader, numbers.count))
                    } else {
                        numbers.append(try reader.double())
                    }
                }
            default: try reader.skip()
            }
        }
        guard take(numbers, stride: stride) else { throw reader.refusal(at: place) }
    }

    private static func readKey(_ reader: inout JSONReader, _ count: Int) throws(JSONError) -> UInt64 {
        let place = try reader.offset()
        guard let key = UInt64(try reader.string()) else { throw reader.refusal(at: place) }
        return key
    }

    /// The mark of an empty bucket leaks into the file as a key: `CtrTables` leaves it out.
    private mutating func take(_ numbers: [Double], stride: Int) -> Bool {
        if table.keys.isEmpty { return numbers.isEmpty }
        guard stride >= 2, numbers.count == table.keys.count.multipliedReportingOverflow(by: stride - 1).partialValue,
            numbers.count / table.keys.count == stride - 1
        else { return false }
        table.classes = stride - 1
        // Whether the first of two is a sum, only the statistic knows: both readings are kept.
        table.counts.reserveCapacity(numbers.count)
        for number in numbers { table.counts.append(Int32(exactly: number) ?? -1) }
        if table.classes == 2 {
            for record in table.keys.indices { table.sums.append(Float(numbers[2 * record])) }
        }
        return true
    }
}
