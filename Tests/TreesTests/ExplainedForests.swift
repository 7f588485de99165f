import TestKit

@testable import Trees

/// Forests and rows that a seed repeats.
struct ExplainedForests {
    /// How the training rows are said to have come through the nodes.
    enum Covers: CaseIterable, Sendable {
        /// As counted; as counted and rounded, so that children do not add up; often nobody; nobody at all; nonsense.
        case whole, rounded, sparse, none, hostile
    }

    private var generator: SeededGenerator
    let cellCount: Int

    init(seed: UInt64, cellCount: Int) {
        (generator, self.cellCount) = (SeededGenerator(seed: seed), cellCount)
    }

    mutating func forest(trees: Int, depth: Int, outputs: Int = 1, covers: Covers = .whole) -> Ensemble {
        let slots = TestSlots(cellCount: cellCount)
        return Ensemble(
            slots: slots,
            trees: (0..<trees).map { tree in
                Ensemble.Tree(output: tree % outputs, nodes: nodes(slots.slotCount, depth: depth, covers))
            },
            base: (0..<outputs).map { _ in Double.random(in: -1...1, using: &generator) }, precision: .double)
    }

    mutating func row() -> [Float] {
        (0..<cellCount).map { _ in
            Int.random(in: 0..<6, using: &generator) == 0 ? .nan : Float(Int.random(in: -4...4, using: &generator))
        }
    }

    /// A tree whose every split has a leaf on one side: one more player at each, again and again.
    mutating func chain(splits: Int, players: Int) -> Ensemble {
        let slots = TestSlots(cellCount: cellCount)
        var nodes: [Ensemble.Node] = []
        var cover = 1e6
        for split in 0..<splits {
            let next = Int32(2 * split)
            let isLeft = Bool.random(using: &generator)
            nodes.append(
                Ensemble.Node(
                    slot: Int32(2 * (split % players)), threshold: Float(Int.random(in: -3...3, using: &generator)),
                    left: isLeft ? next + 2 : next + 1, right: isLeft ? next + 1 : next + 2, cover: cover))
            let kept = cover * Double.random(in: 0.8...1, using: &generator)
            nodes.append(Ensemble.Node(leaf: Double.random(in: -1...1, using: &generator), cover: cover - kept))
            cover = kept
        }
        nodes.append(Ensemble.Node(leaf: 1, cover: cover))
        return Ensemble(slots: slots, trees: [Ensemble.Tree(output: 0, nodes: nodes)], base: [0.5], precision: .double)
    }

    private mutating func nodes(_ slotCount: Int, depth: Int, _ covers: Covers) -> [Ensemble.Node] {
        var nodes: [Ensemble.Node] = []
        grow(&nodes, slotCount, depth, Double(Int.random(in: 1...1000, using: &generator)), covers)
        return nodes
    }

    private mutating func grow(
        _ nodes: inout [Ensemble.Node], _ slotCount: Int, _ depth: Int, _ rows: Double, _ covers: Covers
    ) {
        let position = nodes.count
        if depth == 0 || Int.random(in: 0..<8, using: &generator) == 0 {
            nodes.append(Ensemble.Node(leaf: Double.random(in: -2...2, using: &generator), cover: told(rows, covers)))
            return
        }
        nodes.append(
            Ensemble.Node(
                slot: Int32.random(in: 0..<Int32(slotCount), using: &generator),
                threshold: Float(Int.random(in: -3...4, using: &generator)) - 0.5, left: 0, right: 0,
                cover: told(rows, covers)))
        let isLopsided = covers == .sparse && Int.random(in: 0..<3, using: &generator) == 0
        let left = isLopsided ? (Bool.random(using: &generator) ? 0 : rows) : (rows * 0.3).rounded()
        nodes[position].left = Int32(nodes.count)
        grow(&nodes, slotCount, depth - 1, left, covers)
        nodes[position].right = Int32(nodes.count)
        grow(&nodes, slotCount, depth - 1, rows - left, covers)
    }

    private mutating func told(_ rows: Double, _ covers: Covers) -> Double {
        switch covers {
        case .whole, .sparse: rows
        case .rounded: Double(Float(rows * Double.random(in: 0.999999...1.000001, using: &generator)))
        case .none: 0
        case .hostile: [-1, .nan, .infinity, 1e308, .leastNonzeroMagnitude, rows].randomElement(using: &generator)!
        }
    }
}
