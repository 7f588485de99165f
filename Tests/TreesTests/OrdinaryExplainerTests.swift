import TestKit
import Testing

@testable import Trees

@Suite struct OrdinaryExplainerTests {
    private func contributions(_ explainer: OrdinaryExplainer, rows: [[Float]]) -> [[Double]] {
        let cells = rows.flatMap(\.self)
        let size = explainer.outputCount * explainer.cellCount
        var flat = [Double](repeating: .nan, count: rows.count * size)
        explainer.explain(rows: cells, count: rows.count, into: &flat)
        return rows.indices.map { Array(flat[$0 * size..<($0 + 1) * size]) }
    }

    @Test(arguments: ExplainedForests.Covers.allCases, [0, 1, 2, 3, 5, 7])
    func agreesWithEveryCoalition(covers: ExplainedForests.Covers, depth: Int) {
        for seed in 0..<4 {
            var random = ExplainedForests(seed: UInt64(seed * 100 + depth), cellCount: 5)
            let forest = random.forest(trees: 3, depth: depth, outputs: 2, covers: covers)
            let (explainer, oracle) = (OrdinaryExplainer(forest), ShapleyOracle(forest))
            for _ in 0..<3 {
                let row = random.row()
                let ours = explainer.explain(row)
                for output in 0..<2 {
                    let expected = oracle.contributions(row, output: output)
                    for cell in 0..<5 { #expect(abs(ours[output * 5 + cell] - expected[cell]) < 1e-13) }
                }
            }
        }
    }

    @Test(arguments: ExplainedForests.Covers.allCases)
    func contributionsAndBaseAddUpToTheMargin(covers: ExplainedForests.Covers) {
        for (seed, depth) in [0, 1, 3, 6, 9, 12].enumerated() {
            var random = ExplainedForests(seed: UInt64(seed), cellCount: 12)
            let forest = random.forest(trees: 12, depth: depth, outputs: 3, covers: covers)
            let (explainer, oracle) = (OrdinaryExplainer(forest), ShapleyOracle(forest))
            let rows = (0..<83).map { _ in random.row() }
            for (row, batch) in zip(rows, contributions(explainer, rows: rows)) {
                let single = explainer.explain(row)
                for output in 0..<3 {
                    let margin = oracle.margin(row, output: output)
                    for all in [batch, single] {
                        let sum = all[output * 12..<(output + 1) * 12].reduce(explainer.base[output], +)
                        #expect(abs(sum - margin) < 1e-12)
                    }
                }
                #expect(zip(single, batch).allSatisfy { abs($0 - $1) < 1e-13 })
            }
        }
    }

    @Test(arguments: [1, 3, 4, 7, 8, 9, 63, 64, 65, 67, 68, 131])
    func everyBatchHasAllItsRows(count: Int) {
        var random = ExplainedForests(seed: 7, cellCount: 6)
        let explainer = OrdinaryExplainer(random.forest(trees: 5, depth: 5))
        let rows = (0..<count).map { _ in random.row() }
        for (row, batch) in zip(rows, contributions(explainer, rows: rows)) {
            #expect(zip(explainer.explain(row), batch).allSatisfy { abs($0 - $1) < 1e-14 })
        }
    }

    /// Around the ends of what the tables and the lanes take: 32 and 64 points' players, 64 levels.
    @Test(arguments: [16, 32, 33, 34, 63, 64, 65, 66, 67, 90])
    func longPathsAreExact(splits: Int) {
        var random = ExplainedForests(seed: UInt64(splits), cellCount: splits)
        let forest = random.chain(splits: splits, players: splits)
        let explainer = OrdinaryExplainer(forest)
        let rows = (0..<5).map { _ in random.row() }
        let oracle = PathOracle(ensemble: forest)
        for (row, batch) in zip(rows, contributions(explainer, rows: rows)) {
            let expected = oracle.shares(TestSlots(cellCount: splits).slots(of: row))
            for (ours, share) in zip(zip(explainer.explain(row), batch), expected) {
                #expect(abs(ours.0 - share) < 1e-13 && abs(ours.1 - share) < 1e-13)
            }
        }
    }

    @Test(arguments: [(splits: 200, players: 200), (5000, 4), (5000, 300), (20_000, 1000)])
    func noDepthIsTooMuch(shape: (splits: Int, players: Int)) {
        var random = ExplainedForests(seed: 3, cellCount: shape.players)
        let forest = random.chain(splits: shape.splits, players: shape.players)
        let explainer = OrdinaryExplainer(forest)
        for _ in 0..<2 {
            let row = random.row()
            let slots = TestSlots(cellCount: shape.players).slots(of: row)
            var node = forest.trees[0].nodes[0]
            while !node.isLeaf {
                node = forest.trees[0].nodes[Int(slots[Int(node.slot)] < node.threshold ? node.left : node.right)]
            }
            let sum = explainer.explain(row).reduce(explainer.base[0], +)
            #expect(abs(sum - node.value - 0.5) < 1e-12)
        }
    }

    /// Within and beyond what lanes take.
    @Test(arguments: [(depth: 13, outputs: 1, fits: true), (17, 1, false), (3, 5041, true), (3, 5042, false)])
    func everySizeIsExplained(shape: (depth: Int, outputs: Int, fits: Bool)) {
        var random = ExplainedForests(seed: 2, cellCount: 6)
        let forest = random.forest(trees: 2, depth: shape.depth, outputs: shape.outputs)
        let explainer = OrdinaryExplainer(forest)
        #expect(explainer.suitsLanes == shape.fits)
        let rows = (0..<9).map { _ in random.row() }
        for (row, batch) in zip(rows, contributions(explainer, rows: rows)) {
            #expect(zip(explainer.explain(row), batch).allSatisfy { abs($0 - $1) < 1e-13 })
        }
    }

    @Test func aForestOfLeavesExplainsNothing() {
        let leaf = Ensemble.Tree(output: 0, nodes: [Ensemble.Node(leaf: 2, cover: 0)])
        let forest = Ensemble(slots: TestSlots(cellCount: 2), trees: [leaf, leaf], base: [1], precision: .double)
        let explainer = OrdinaryExplainer(forest)
        #expect(explainer.base == [5])
        #expect(explainer.explain([1, .nan]) == [0, 0])
        let empty = OrdinaryExplainer(
            Ensemble(slots: TestSlots(cellCount: 2), trees: [], base: [1], precision: .single))
        #expect(empty.base == [1] && empty.explain([0, 0]) == [0, 0])
    }

    /// By hand: a root that sends a quarter left, to 8; the rest is worth 0.
    @Test func oneSplitMovesFromTheMeanToTheLeaf() {
        let tree = Ensemble.Tree(
            output: 0,
            nodes: [
                Ensemble.Node(slot: 0, threshold: 1, left: 1, right: 2, cover: 4), Ensemble.Node(leaf: 8, cover: 1),
                Ensemble.Node(leaf: 0, cover: 3),
            ])
        let forest = Ensemble(slots: TestSlots(cellCount: 2), trees: [tree], base: [0], precision: .double)
        let explainer = OrdinaryExplainer(forest)
        #expect(explainer.base == [2])
        #expect(explainer.explain([0, 0]) == [6, 0])
        #expect(explainer.explain([1, 0]) == [-2, 0])
    }
}
