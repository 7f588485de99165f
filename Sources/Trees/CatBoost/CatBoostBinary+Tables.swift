extension CatBoostBinary {
    static func ctr(_ table: FlatBuffer.Table) throws(ModelError) -> CatBoostParts.Ctr {
        guard let described = try table.table(0) else {
            throw ModelError(.malformed, "a statistic without description")
        }
        var ctr = CatBoostParts.Ctr()
        (ctr.projection, ctr.statistic) = try base(described)
        ctr.targetBorder = Int(try described.integer(1, as: Int32.self))
        ctr.prior = (try described.float(2), try described.float(3, default: 1))
        (ctr.shift, ctr.scale) = (try described.float(4), try described.float(5, default: 1))
        ctr.borders = try table.floats(1)
        return ctr
    }

    /// What both a statistic and its table say: which categories are joined, and what is counted.
    private static func base(_ described: FlatBuffer.Table)
        throws(ModelError) -> (CatBoostParts.Projection, CatBoostParts.Statistic)
    {
        guard let base = try described.table(0), let joined = try base.table(0),
            let statistic = CatBoostParts.Statistic(rawValue: try base.integer(1, as: Int8.self))
        else { throw ModelError(.malformed, "a statistic of an unknown kind") }
        var projection = CatBoostParts.Projection()
        projection.categories = try joined.integers(0, as: Int32.self).map(Int.init)
        let borders = try joined.bytes(1, stride: 8).littleEndian(as: UInt32.self)
        for k in stride(from: 0, to: borders.count, by: 2) {
            let number = Int(Int32(bitPattern: borders[k]))
            projection.borders.append(.init(number: number, border: Float(bitPattern: borders[k + 1])))
        }
        let exacts = try joined.bytes(2, stride: 8).littleEndian(as: Int32.self)
        for k in stride(from: 0, to: exacts.count, by: 2) {
            projection.exacts.append(.init(category: Int(exacts[k]), value: exacts[k + 1]))
        }
        return (projection, statistic)
    }

    private struct Subject: Hashable {
        var projection: CatBoostParts.Projection
        var statistic: CatBoostParts.Statistic
    }

    /// The tables behind the model: their number, then each with its size before it.
    mutating func readTables(_ bytes: UnsafeRawBufferPointer) throws(ModelError) {
        var rest = bytes
        func next() throws(ModelError) -> Int {
            guard rest.count >= 4 else { throw ModelError(.malformed, "the tables of counts are cut off") }
            defer { rest = UnsafeRawBufferPointer(rebasing: rest[4...]) }
            return Int(UInt32(littleEndian: rest.loadUnaligned(as: UInt32.self)))
        }
        var positions: [Subject: Int] = [:]
        for position in 0..<(try next()) {
            let size = try next()
            guard size <= rest.count else { throw ModelError(.malformed, "a table of counts is cut off") }
            let (subject, table) = try Self.table(UnsafeRawBufferPointer(rebasing: rest[..<size]))
            rest = UnsafeRawBufferPointer(rebasing: rest[size...])
            positions[subject] = position
            append(table)
        }
        try connect { ctr in positions[Subject(projection: ctr.projection, statistic: ctr.statistic)] }
    }

    private static func table(_ bytes: UnsafeRawBufferPointer)
        throws(ModelError) -> (Subject, CatBoostParts.Table)
    {
        let file = try FlatBuffer(bytes).root()
        let (projection, statistic) = try base(file)
        let (index, blob) = (try file.bytes(1), try file.bytes(2))
        var counts = CatBoostParts.Table()
        counts.denominator = Int(try file.integer(3, as: Int32.self))
        switch statistic {
        case .binarizedMean, .floatMean: counts.classes = 2
        case .counter, .frequency: counts.classes = 1
        case .borders, .buckets: counts.classes = Int(try file.integer(4, as: Int32.self))
        }
        guard counts.classes > 0, counts.classes <= blob.count / 4 || index.isEmpty else {
            throw ModelError(.inconsistent, "a table counts \(counts.classes) classes in \(blob.count) bytes")
        }
        let words = blob.littleEndian(as: Int32.self)
        let size = 12
        for k in 0..<index.count / size {
            let key = UInt64(littleEndian: index.loadUnaligned(fromByteOffset: k * size, as: UInt64.self))
            guard key != .max else { continue }
            let record = Int(UInt32(littleEndian: index.loadUnaligned(fromByteOffset: k * size + 8, as: UInt32.self)))
            guard record < words.count / counts.classes else {
                throw ModelError(.inconsistent, "a key leads to record \(record), which is not there")
            }
            counts.keys.append(key)
            // Keys of their own may share a record, but a table is never wider than its file.
            guard counts.counts.count <= words.count else { throw ModelError(.inconsistent, "keys share records") }
            counts.counts += words[record * counts.classes..<(record + 1) * counts.classes]
            if counts.classes == 2 { counts.sums.append(Float(bitPattern: UInt32(bitPattern: words[2 * record]))) }
        }
        return (Subject(projection: projection, statistic: statistic), counts)
    }
}
