/// Collects what a model's nodes ask for while it is read, each question once.
struct SlotTable {
    private struct Question: Hashable {
        var feature: Int32
        var treatment: CellSlots.Treatment
    }
    private var numbers: [Question: Int32] = [:]
    private var asked: [(feature: Int32, treatment: CellSlots.Treatment)] = []
    /// The same, faster, for what nearly all nodes ask.
    private var lows: [Int32], highs: [Int32]

    init(features: Int) {
        lows = [Int32](repeating: -1, count: features)
        highs = lows
    }

    /// A preliminary number for the slot; `feature` must be one of the model's.
    mutating func slot(_ feature: Int, _ treatment: CellSlots.Treatment) -> Int32 {
        switch treatment {
        case .missingLow:
            if lows[feature] < 0 { lows[feature] = append(feature, treatment) }
            return lows[feature]
        case .missingHigh:
            if highs[feature] < 0 { highs[feature] = append(feature, treatment) }
            return highs[feature]
        default:
            let question = Question(feature: Int32(feature), treatment: treatment)
            if let number = numbers[question] { return number }
            let number = append(feature, treatment)
            numbers[question] = number
            return number
        }
    }

    /// What nearly all nodes ask.
    @inline(__always)
    mutating func slot(_ feature: Int, isMissingLow: Bool) -> Int32 {
        let known = isMissingLow ? lows[feature] : highs[feature]
        return known >= 0 ? known : slot(feature, isMissingLow ? .missingLow : .missingHigh)
    }

    private mutating func append(_ feature: Int, _ treatment: CellSlots.Treatment) -> Int32 {
        asked.append((Int32(feature), treatment))
        return Int32(asked.count - 1)
    }

    /// The slots, and the trees with their preliminary numbers replaced.
    func finish(_ trees: inout [Ensemble.Tree], zeros: [CellSlots.Zero] = []) -> CellSlots {
        var positions: [Int32] = []
        let slots = CellSlots(cellCount: lows.count, asked: asked, zeros: zeros, positions: &positions)
        for tree in trees.indices {
            var nodes: [Ensemble.Node] = []
            swap(&nodes, &trees[tree].nodes)
            for node in nodes.indices where !nodes[node].isLeaf {
                nodes[node].slot = positions[Int(nodes[node].slot)]
            }
            swap(&nodes, &trees[tree].nodes)
        }
        return slots
    }
}
