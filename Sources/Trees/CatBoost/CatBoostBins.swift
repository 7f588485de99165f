/// The questions that splits ask, as CatBoost numbers them, and the slots that answer those which are asked.
///
/// Bins are: every border of every number, then every value of every category, then every border of every statistic.
struct CatBoostBins {
    private let parts: CatBoostParts
    let features: [CatBoostModel.Feature]
    /// The first bin of each number, category and statistic, and behind them the number of bins.
    private var starts: [Int]
    private var isUsed: [Bool]
    private var slotOfSubject: [Int32]
    /// By bin, for categories only: each value has a slot of its own.
    private var slotOfValue: [Int: Int32] = [:]
    private var usedValues: Set<Int> = []

    init(_ parts: CatBoostParts) throws(ModelError) {
        self.parts = parts
        features = try Self.features(of: parts)
        var count = 0
        starts = []
        for number in parts.numbers { Self.append(number.borders.count, &starts, &count) }
        for category in parts.categories { Self.append(category.values.count, &starts, &count) }
        for ctr in parts.ctrs { Self.append(ctr.borders.count, &starts, &count) }
        starts.append(count)
        for borders in parts.numbers.map(\.borders) + parts.ctrs.map(\.borders) {
            guard borders.allSatisfy(\.isFinite) else { throw ModelError(.inconsistent, "a border is no number") }
        }
        isUsed = [Bool](repeating: false, count: starts.count - 1)
        slotOfSubject = [Int32](repeating: -1, count: starts.count - 1)
    }

    private static func append(_ bins: Int, _ starts: inout [Int], _ count: inout Int) {
        starts.append(count)
        count += bins
    }

    private static func features(of parts: CatBoostParts) throws(ModelError) -> [CatBoostModel.Feature] {
        var features: [CatBoostModel.Feature] = []
        func add(_ cell: Int, _ feature: CatBoostModel.Feature) throws(ModelError) {
            guard (0..<ModelLimits.features).contains(cell) else {
                throw ModelError(cell < 0 ? .inconsistent : .tooLarge, "a feature has the place \(cell)")
            }
            while features.count <= cell { features.append(.init(name: "", kind: .unused)) }
            guard features[cell].kind == .unused else {
                throw ModelError(.inconsistent, "two features have the place \(cell)")
            }
            features[cell] = feature
        }
        for number in parts.numbers { try add(number.cell, .init(name: number.name, kind: .number)) }
        for category in parts.categories { try add(category.cell, .init(name: category.name, kind: .category)) }
        return features
    }

    /// The number, category or statistic that a bin belongs to: the last that starts at or before it.
    private func subject(of bin: Int) -> Int {
        var (low, high) = (0, starts.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= bin { low = middle } else { high = middle }
        }
        return low
    }

    /// Notes that a split asks for the bin.
    mutating func use(_ bin: Int) throws(ModelError) {
        guard bin >= 0, bin < starts[starts.count - 1] else {
            throw ModelError(.inconsistent, "there is no bin \(bin)")
        }
        let subject = subject(of: bin)
        isUsed[subject] = true
        if isCategory(subject) { usedValues.insert(bin) }
    }

    private func isCategory(_ subject: Int) -> Bool {
        subject >= parts.numbers.count && subject < parts.numbers.count + parts.categories.count
    }

    /// The slots for all that is used. Then `split(of:)` can be asked.
    mutating func slots() throws(ModelError) -> CatBoostSlots {
        var builder = CatBoostSlots.Builder(parts, cellCount: features.count)
        for subject in parts.numbers.indices where isUsed[subject] {
            slotOfSubject[subject] = builder.add(parts.numbers[subject])
        }
        for bin in usedValues.sorted() {
            let subject = subject(of: bin)
            let category = parts.categories[subject - parts.numbers.count]
            slotOfValue[bin] = builder.add(category, value: category.values[bin - starts[subject]])
        }
        let first = parts.numbers.count + parts.categories.count
        for ctr in parts.ctrs.indices where isUsed[first + ctr] {
            slotOfSubject[first + ctr] = try builder.add(parts.ctrs[ctr])
        }
        return try builder.finish()
    }

    /// A bin's question put to its slot: above the border is no longer below the next number.
    func split(of bin: Int) -> ObliviousForest.Split {
        let subject = subject(of: bin)
        if let slot = slotOfValue[bin] { return .init(slot: slot, threshold: 0.5) }
        let offset = bin - starts[subject]
        let threshold =
            subject < parts.numbers.count
            ? parts.numbers[subject].borders[offset].nextUp
            : parts.ctrs[subject - parts.numbers.count - parts.categories.count].rank(above: offset)
        return .init(slot: slotOfSubject[subject], threshold: threshold)
    }
}
