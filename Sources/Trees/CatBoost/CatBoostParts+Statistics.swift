extension CatBoostParts.Ctr {
    /// What the statistic is for every key of its table, in the table's order, and last for a key that is not there:
    /// in CatBoost's own order of operations, rounded after each as it does.
    func values(of table: CatBoostParts.Table) throws(ModelError) -> [Float] {
        try check(table)
        var values: [Float] = []
        values.reserveCapacity(table.keys.count + 1)
        for record in table.keys.indices { values.append(try value(of: table, record)) }
        values.append(value(0, isCount ? Float(table.denominator) : 0))
        return values
    }

    /// How many borders each of the values lies above.
    func ranks(of table: CatBoostParts.Table) throws(ModelError) -> [UInt8] {
        guard borders.count <= ModelLimits.statisticBorders else {
            throw ModelError(.tooLarge, "\(borders.count) borders of a statistic")
        }
        let ascending = borders.sorted()
        return try values(of: table).map { value in
            var (low, high) = (0, ascending.count)
            while low < high {
                let middle = (low + high) / 2
                if ascending[middle] < value { low = middle + 1 } else { high = middle }
            }
            return UInt8(low)
        }
    }

    /// The rank that exactly the values above a border have reached.
    func rank(above border: Int) -> Float { Float(borders.count { $0 <= borders[border] }) }

    private var isCount: Bool { statistic == .counter || statistic == .frequency }

    private func check(_ table: CatBoostParts.Table) throws(ModelError) {
        let classes = table.classes
        let fits =
            switch statistic {
            case .counter, .frequency: classes == 1
            case .binarizedMean, .floatMean: classes == 2 && table.sums.count == table.keys.count
            case .buckets: classes >= 2 && (0..<classes).contains(targetBorder)
            case .borders: classes >= 2 && (0..<classes).contains(targetBorder)
            }
        guard table.keys.isEmpty || fits, table.counts.count == table.keys.count * classes else {
            throw ModelError(.inconsistent, "a statistic \(statistic) of border \(targetBorder) on \(classes) counts")
        }
        guard prior.numerator.isFinite, prior.denominator.isFinite, shift.isFinite, scale.isFinite else {
            throw ModelError(.inconsistent, "a statistic's prior, shift or scale is no number")
        }
    }

    private func value(of table: CatBoostParts.Table, _ record: Int) throws(ModelError) -> Float {
        let counts = table.counts[record * table.classes..<(record + 1) * table.classes]
        switch statistic {
        case .counter, .frequency: return value(Float(counts[counts.startIndex]), Float(table.denominator))
        case .binarizedMean, .floatMean:
            return value(table.sums[record], Float(counts[counts.startIndex + 1]))
        case .buckets, .borders: break
        }
        var (all, above) = (0, 0)
        for (number, count) in counts.enumerated() {
            guard count >= 0 else { throw ModelError(.inconsistent, "a negative count") }
            all += Int(count)
            if number > targetBorder { above += Int(count) }
        }
        if statistic == .buckets { above = Int(counts[counts.startIndex + targetBorder]) }
        // With two classes there is one border, whatever its number.
        if statistic == .borders, counts.count == 2 { above = Int(counts[counts.startIndex + 1]) }
        return value(Float(above), Float(all))
    }

    /// Not a number reaches no border.
    private func value(_ part: Float, _ whole: Float) -> Float {
        let ratio = (part + prior.numerator) / (whole + prior.denominator)
        let value = (ratio + shift) * scale
        return value.isNaN ? -.infinity : value
    }
}
