import Platform
import TestKit
import Testing

@testable import Trees

@Suite struct OrdinaryForestTests {
    /// One by one, in a batch and tree by tree: always what the plain walk finds, to the last bit.
    private func check(_ forests: inout RandomForests, rows count: Int = 70) throws {
        let ensemble = forests.ensemble()
        let forest = try OrdinaryForest(ensemble)
        let rows = (0..<count).map { _ in forests.row() }
        var together = [Double](repeating: .nan, count: count * forest.outputCount)
        forest.margins(rows: rows.flatMap { $0 }, count: count, into: &together)
        for (index, row) in rows.enumerated() {
            let expected = ensemble.walk(row)
            #expect(forest.margins(of: row) == expected.margins, "\(row)")
            #expect(forest.leaves(of: row) == expected.leaves, "\(row)")
            let batch = together[index * forest.outputCount..<(index + 1) * forest.outputCount]
            #expect(Array(batch) == expected.margins, "\(row) in a batch")
        }
    }

    @Test(arguments: 0..<40) func anyForest(_ seed: UInt64) throws {
        var forests = RandomForests(seed: seed)
        forests.precision = seed.isMultiple(of: 2) ? .single : .double
        forests.outputs = [1, 1, 3][Int(seed) % 3]
        forests.trees = Int(seed)
        try check(&forests)
    }

    @Test(arguments: [1, 2, 3, 4, 9]) func shallowTrees(_ leaves: Int) throws {
        var forests = RandomForests(seed: UInt64(leaves))
        forests.leaves = leaves
        try check(&forests)
    }

    @Test(arguments: [30, 200]) func chains(_ leaves: Int) throws {
        var forests = RandomForests(seed: UInt64(leaves))
        (forests.leaves, forests.isChain) = (leaves, true)
        try check(&forests)
    }

    /// A leaf's number is a byte in a batch: at 256 leaves it just fits, at 257 rows are answered one by one.
    @Test(arguments: [256, 257]) func asManyLeavesAsABatchCanNumber(_ leaves: Int) throws {
        var table = SlotTable(features: 1)
        var nodes: [Ensemble.Node] = []
        for split in 0..<leaves - 1 {
            let slot = table.slot(0, .missingLow)
            let next = Int32(2 * split + 2)
            nodes.append(Ensemble.Node(slot: slot, threshold: Float(split), left: next - 1, right: next, cover: 1))
            nodes.append(Ensemble.Node(leaf: Double(split), cover: 1))
        }
        nodes.append(Ensemble.Node(leaf: Double(leaves - 1), cover: 1))
        var trees = [Ensemble.Tree(output: 0, nodes: nodes)]
        let slots = table.finish(&trees)
        let forest = try OrdinaryForest(Ensemble(slots: slots, trees: trees, base: [0], precision: .single))
        #expect(forest.lanes.value.isComplete == (leaves == 256))
        var margins = [Double](repeating: 0, count: leaves)
        forest.margins(rows: (0..<leaves).map { Float($0) - 0.5 }, count: leaves, into: &margins)
        #expect(margins == (0..<leaves).map { Double($0) })
    }

    /// 255 thresholds fit a plane of bytes.
    @Test(arguments: [240, 255, 256, 511, 900]) func asManyThresholdsAsAPlaneCounts(_ thresholds: Int) throws {
        var forests = RandomForests(seed: UInt64(thresholds))
        (forests.features, forests.thresholds, forests.trees, forests.leaves) = (2, thresholds, 60, 200)
        try check(&forests, rows: 200)
    }

    @Test(arguments: [0, 1, 4, 5, 63, 64, 65, 127, 128, 129]) func anyNumberOfRows(_ count: Int) throws {
        var forests = RandomForests(seed: UInt64(count))
        try check(&forests, rows: count)
    }

    /// On the stack, in more of it, and on the heap.
    @Test(arguments: [30, 400, 3000]) func manySlots(_ features: Int) throws {
        var forests = RandomForests(seed: 11)
        (forests.features, forests.trees, forests.leaves) = (features, features, 80)
        try check(&forests)
    }

    @Test func noTreesAndNoFeatures() throws {
        let tree = Ensemble.Tree(output: 1, nodes: [Ensemble.Node(leaf: 0.25, cover: 1)])
        for var trees in [[], [tree]] {
            let slots = SlotTable(features: 0).finish(&trees)
            let forest = try OrdinaryForest(Ensemble(slots: slots, trees: trees, base: [1, 2], precision: .double))
            #expect(forest.margins(of: []) == [1, trees.isEmpty ? 2 : 2.25])
        }
    }

    /// All threads ask the same forest.
    @Test func threadsShareIt() async throws {
        var forests = RandomForests(seed: 21)
        let ensemble = forests.ensemble()
        let forest = try OrdinaryForest(ensemble)
        let row = forests.row()
        let expected = ensemble.walk(row).margins
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<500).allSatisfy { _ in forest.margins(of: row) == expected } }
            }
            for await agrees in group { #expect(agrees) }
        }
    }
}
