/// How each feature of a LightGBM model is put into cells: known once all its thresholds and categories are.
struct LightGBMScales {
    private(set) var features: [CellScale.Feature]
    private(set) var zeros: [CellSlots.Zero] = []
    private(set) var isCategory: [Bool]

    /// What LightGBM takes for zero where zero means missing: up to here on both sides.
    private static let zeroLimit = Double(Float(1e-35))

    /// The trees have been checked.
    init(_ document: LightGBMDocument) throws(ModelError) {
        let count = document.featureCount
        isCategory = [Bool](repeating: false, count: count)
        var isNumber = isCategory, hasZero = isCategory
        var boundaries = [[Double]](repeating: [], count: count)
        var codes: [Int: Set<UInt32>] = [:]
        for tree in document.trees {
            for (node, feature) in tree.feature.enumerated() {
                let decision = LightGBMTree.Decision(tree.decision[node])
                if decision.isCategory {
                    isCategory[feature] = true
                    // Only codes that a `Float` does not count exactly need a list of their own.
                    if LightGBMTree.hasHighCode(tree, Int(tree.threshold[node])) { codes[feature] = [] }
                } else {
                    isNumber[feature] = true
                    if decision.missing == .zero { hasZero[feature] = true }
                    // Every number is below infinity: no cell has to tell.
                    if tree.threshold[node] < .infinity { boundaries[feature].append(tree.threshold[node]) }
                }
            }
        }
        if !codes.isEmpty { try Self.collect(&codes, document) }
        features = []
        var hasRanks = false
        for feature in 0..<count {
            guard !isNumber[feature] || !isCategory[feature] else {
                throw ModelError(.inconsistent, "feature \(feature) is a number and a category")
            }
            if hasZero[feature] { boundaries[feature] += [(-Self.zeroLimit).nextDown, Self.zeroLimit] }
            if isCategory[feature] {
                features.append(codes[feature].map { .position(of: $0.sorted().map { Int32($0) }) } ?? .code)
            } else {
                let sorted = Self.ascending(boundaries[feature])
                let isExact = Self.isExact(sorted)
                hasRanks = hasRanks || !isExact
                guard sorted.count < ModelLimits.categories else { throw ModelError(.tooLarge, "thresholds") }
                features.append(isExact ? .sided(sorted) : .rank(sorted))
            }
        }
        if hasRanks { zeros = features.map { Self.zero($0) } }
    }

    private static func collect(
        _ codes: inout [Int: Set<UInt32>], _ document: LightGBMDocument
    ) throws(ModelError) {
        for tree in document.trees {
            for (node, feature) in tree.feature.enumerated() where codes[feature] != nil {
                guard LightGBMTree.Decision(tree.decision[node]).isCategory else { continue }
                codes[feature]?.formUnion(try LightGBMTree.codes(tree, Int(tree.threshold[node])))
            }
        }
        guard codes.values.allSatisfy({ $0.count < ModelLimits.categories }) else {
            throw ModelError(.tooLarge, "categories")
        }
    }

    private static func ascending(_ values: [Double]) -> [Double] {
        var distinct: [Double] = []
        for value in values.sorted() where distinct.last != value { distinct.append(value) }
        return distinct
    }

    /// Whether no two boundaries lie in one gap between `Float`s.
    private static func isExact(_ boundaries: [Double]) -> Bool {
        zip(boundaries, boundaries.dropFirst()).allSatisfy { lowered($0) != lowered($1) }
    }

    /// The greatest `Float` that is not above `value`.
    static func lowered(_ value: Double) -> Float {
        let nearest = Float(value)
        return Double(nearest) <= value ? nearest : nearest.nextDown
    }

    private static func zero(_ feature: CellScale.Feature) -> CellSlots.Zero {
        guard case .rank(let boundaries) = feature else { return .plain }
        let rank = { Float(CellScale.count(below: $0, in: boundaries)) }
        return CellSlots.Zero(least: rank(-zeroLimit), greatest: rank(zeroLimit), cell: rank(0))
    }

    /// The threshold in cells: a cell is below it exactly when its number is at most `boundary`.
    func threshold(_ boundary: Double, feature: Int) -> Float {
        guard case .rank(let boundaries) = features[feature] else { return Self.lowered(boundary).nextUp }
        return Float(CellScale.count(below: boundary, in: boundaries) + 1)
    }

    /// A set's codes in cells.
    func codes(_ codes: [UInt32], feature: Int) -> [UInt32] {
        guard case .position(let all) = features[feature] else { return codes }
        return codes.map { code in UInt32(all.partition { UInt32($0) < code }) }
    }
}
