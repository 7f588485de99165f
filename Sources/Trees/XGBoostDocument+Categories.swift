extension XGBoostDocument {
    /// The values that categories were made of (from version 3.1 on, when trained from a data frame), by feature:
    /// texts one after the other in UTF-8 with the places where they start, or numbers.
    static func categories<Reader: DocumentReader & ~Copyable & ~Escapable>(
        _ reader: inout Reader
    ) throws(ModelError) -> [[String]] {
        var features: [[String]] = []
        try reader.members { name, reader throws(ModelError) in
            guard name == "enc" else { return try reader.pass() }
            try reader.elements { reader throws(ModelError) in features.append(try Self.values(&reader)) }
        }
        return features
    }

    private static func values<Reader: DocumentReader & ~Copyable & ~Escapable>(
        _ reader: inout Reader
    ) throws(ModelError) -> [String] {
        var offsets: [Int32]?
        var numbers: [String] = []
        try reader.members { name, reader throws(ModelError) in
            switch name {
            case "offsets": offsets = try reader.integers()
            case "values":
                if offsets != nil {
                    numbers = try reader.integers().map { String($0) }
                } else {
                    numbers = try reader.singles().map { Int(exactly: $0).map { String($0) } ?? String($0) }
                }
            default: try reader.pass()
            }
        }
        guard let offsets else { return numbers }
        return try texts(offsets, numbers)
    }

    /// Versions up to 3.2 at least count characters where they copy bytes: of names that are not all ASCII, parts are
    /// lost and the rest stands in the wrong place. No names are better than wrong ones.
    private static func texts(_ offsets: [Int32], _ values: [String]) throws(ModelError) -> [String] {
        let bytes = values.map { Int($0) ?? -1 }
        guard bytes.allSatisfy({ (0..<0x80).contains($0) }) else { return [] }
        var texts: [String] = []
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            guard start >= 0, start <= end, end <= bytes.count else {
                throw ModelError(.malformed, "names of categories from \(start) to \(end)")
            }
            texts.append(String(decoding: bytes[Int(start)..<Int(end)].map { UInt8($0) }, as: UTF8.self))
        }
        return texts
    }
}
