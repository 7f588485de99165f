import TestKit

@testable import Trees

/// Forests that nobody trained, for properties that must hold whatever the trees are.
struct RandomForests {
    var random: SeededGenerator
    var features = 5, outputs = 1, trees = 20
    /// Leaves of a tree, at most.
    var leaves = 40
    /// Whether splits go on at the newest leaf only, which makes chains.
    var isChain = false
    /// Different thresholds: few, so that rows hit them; or more than a byte counts.
    var thresholds = 12
    var precision = Ensemble.Precision.single

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func ensemble() -> Ensemble {
        var table = SlotTable(features: features)
        var made: [Ensemble.Tree] = []
        for _ in 0..<trees {
            let output = Int.random(in: 0..<outputs, using: &random)
            made.append(Ensemble.Tree(output: output, nodes: nodes(&table)))
        }
        let slots = table.finish(&made)
        let base = (0..<outputs).map { _ in Double(Float.random(in: -1...1, using: &random)) }
        return Ensemble(slots: slots, trees: made, base: base, precision: precision)
    }

    private mutating func nodes(_ table: inout SlotTable) -> [Ensemble.Node] {
        var nodes = [leaf()]
        var open = [0]
        for _ in 1..<Int.random(in: 1...leaves, using: &random) + 1 where !open.isEmpty {
            let chosen = isChain ? open.count - 1 : Int.random(in: open.indices, using: &random)
            let position = open.remove(at: chosen)
            let (slot, threshold) = question(&table)
            let left = Int32(nodes.count)
            nodes[position] = Ensemble.Node(slot: slot, threshold: threshold, left: left, right: left + 1, cover: 1)
            open += [nodes.count, nodes.count + 1]
            nodes += [leaf(), leaf()]
        }
        return nodes
    }

    private mutating func leaf() -> Ensemble.Node {
        let value = Double.random(in: -1...1, using: &random)
        return Ensemble.Node(leaf: precision == .single ? Double(Float(value)) : value, cover: 1)
    }

    private mutating func question(_ table: inout SlotTable) -> (Int32, Float) {
        let feature = Int.random(in: 0..<features, using: &random)
        let codes = (0..<8).filter { _ in Bool.random(using: &random) }.map { UInt32($0) }
        let treatments: [CellSlots.Treatment] = [
            .missingLow, .missingHigh, .missingIsZero, .zeroLow, .zeroHigh, .presence, .nonZero,
            .membership(codes: codes, whenMissing: Bool.random(using: &random)),
        ]
        let treatment = treatments.randomElement(using: &random)!
        switch treatment {
        case .presence, .nonZero, .membership: return (table.slot(feature, treatment), 0.5)
        default: return (table.slot(feature, treatment), threshold())
        }
    }

    private mutating func threshold() -> Float {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: .infinity
        case 1: 0
        case 2: -0.0
        case 3: .leastNonzeroMagnitude
        default: Float(Int.random(in: 0..<thresholds, using: &random)) - Float(thresholds) / 2
        }
    }

    /// Thresholds themselves, their neighbours, what is missing, endless, zero with both signs.
    mutating func row() -> [Float] {
        (0..<features).map { _ in
            let number = Float(Int.random(in: 0..<thresholds, using: &random)) - Float(thresholds) / 2
            let odd: [Float] = [
                .nan, .infinity, -.infinity, -0.0, 0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e-35, -1e-35,
                .greatestFiniteMagnitude, number.nextUp, number.nextDown,
            ]
            return Bool.random(using: &random) ? number : odd.randomElement(using: &random)!
        }
    }
}

extension Ensemble {
    /// As slowly and plainly as can be: the margins, and the leaves where the row ends.
    func walk(_ cells: [Float]) -> (margins: [Double], leaves: [Int32]) {
        var slots = [Float](repeating: 0, count: self.slots.slotCount)
        self.slots.fill(&slots, from: cells)
        var (margins, leaves) = (base, [Int32]())
        for tree in trees {
            var position = 0
            while !tree.nodes[position].isLeaf {
                let node = tree.nodes[position]
                position = Int(slots[Int(node.slot)] < node.threshold ? node.left : node.right)
            }
            leaves.append(Int32(position))
            let value = tree.nodes[position].value
            margins[tree.output] =
                precision == .single ? Double(Float(margins[tree.output]) + Float(value)) : margins[tree.output] + value
        }
        return (margins, leaves)
    }
}
