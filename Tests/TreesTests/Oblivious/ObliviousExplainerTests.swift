import TestKit
import Testing

@testable import Trees

@Suite struct ObliviousExplainerTests {
    private static let shapes: [ObliviousOracle.Shape] = [
        .init(trees: 6, depths: 0...5),
        .init(trees: 4, slots: 3, cells: 3, depths: 4...6),
        .init(trees: 4, slots: 9, cells: 5, depths: 2...6, emptyLeaf: 2),
        .init(trees: 3, outputs: 3, depths: 1...5),
        .init(trees: 4, slots: 8, cells: 5, depths: 3...6, sharesPlayers: true),
        .init(trees: 2, slots: 4, cells: 4, depths: 3...4, emptyLeaf: 1),
    ]

    @Test(arguments: shapes.indices)
    func explanationsAreShapleyValues(number: Int) throws {
        let oracle = ObliviousOracle(Self.shapes[number], seed: 100 + UInt64(number))
        let explainer = try oracle.forest().explainer()
        var random = SeededGenerator(seed: 3)
        for _ in 0..<6 {
            let row = oracle.row(&random)
            try expect(explainer, oracle, row, game: oracle.pathDependent(row))
        }
    }

    @Test(arguments: shapes.indices)
    func explanationsAgainstABackgroundAreShapleyValues(number: Int) throws {
        let oracle = ObliviousOracle(Self.shapes[number], seed: 200 + UInt64(number))
        var random = SeededGenerator(seed: 4)
        let background = (0..<7).map { _ in oracle.row(&random) }
        let explainer = try oracle.forest().explainer(background: background.flatMap { $0 }, count: 7)
        for _ in 0..<3 {
            let row = oracle.row(&random)
            try expect(explainer, oracle, row, game: oracle.interventional(row, background: background))
        }
    }

    private func expect(
        _ explainer: ObliviousExplainer, _ oracle: ObliviousOracle, _ row: [Float], game: ObliviousOracle.Game
    ) throws {
        let (margins, contributions) = explainer.explain(row)
        #expect(margins == oracle.margins(row))
        for output in margins.indices {
            #expect(abs(explainer.base[output] - game([], output)) < 1e-12)
            let expected = oracle.shares(game, output: output)
            for (cell, share) in expected.enumerated() {
                #expect(abs(contributions[output * row.count + cell] - share) < 1e-12, "output \(output), cell \(cell)")
            }
        }
    }

    @Test(arguments: shapes.indices)
    func interactionsAreExact(number: Int) throws {
        let oracle = ObliviousOracle(Self.shapes[number], seed: 300 + UInt64(number))
        let forest = try oracle.forest()
        var random = SeededGenerator(seed: 5)
        for _ in 0..<3 {
            let row = oracle.row(&random)
            let (ours, count) = (try forest.interactions(of: row), row.count)
            let contributions = try forest.explainer().explain(row).contributions
            for output in 0..<forest.outputCount {
                let expected = oracle.interactions(oracle.pathDependent(row), output: output)
                for pair in expected.indices {
                    #expect(abs(ours[output * count * count + pair] - expected[pair]) < 1e-12)
                }
                for cell in 0..<count {
                    let first = (output * count + cell) * count
                    let sum = ours[first..<first + count].reduce(0, +)
                    #expect(abs(sum - contributions[output * count + cell]) < 1e-12)
                }
            }
        }
    }

    /// Whatever the forest: repeated features, empty leaves, missing values, deep trees, many outputs.
    @Test func contributionsAndBaseAddUpToTheMargin() throws {
        for seed in 0..<60 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let shape = ObliviousOracle.Shape(
                trees: .random(in: 1...40, using: &random), slots: .random(in: 3...20, using: &random), cells: 3,
                outputs: seed % 5 == 0 ? 3 : 1, depths: 0...(seed % 20 == 3 ? 11 : 7),
                emptyLeaf: .random(in: 1...6, using: &random), sharesPlayers: seed % 3 == 1)
            let oracle = ObliviousOracle(shape, seed: seed)
            let explainer = try oracle.forest().explainer()
            let rows = (0..<70).map { _ in oracle.row(&random) }
            var margins = [Double](repeating: 0, count: rows.count * shape.outputs)
            var contributions = [Double](repeating: 0, count: margins.count * shape.cells)
            explainer.explain(
                rows: rows.flatMap { $0 }, count: rows.count, margins: &margins, contributions: &contributions)
            #expect(margins == rows.flatMap { oracle.margins($0) })
            for (place, margin) in margins.enumerated() {
                let own = contributions[place * shape.cells..<(place + 1) * shape.cells]
                #expect(abs(own.reduce(explainer.base[place % shape.outputs], +) - margin) < 1e-9, "seed \(seed)")
            }
            let alone = rows.map { explainer.explain($0).contributions }
            #expect(alone.flatMap { $0 } == contributions, "seed \(seed)")
        }
    }

    /// One row is added up part by part and share by share, many rows tree by tree: the bits are the same.
    @Test(arguments: [
        ObliviousOracle.Shape(trees: 600, slots: 30, cells: 10, depths: 1...5),
        .init(trees: 300, slots: 9, cells: 4, outputs: 5, depths: 0...4, sharesPlayers: true),
        .init(trees: 90, slots: 9, cells: 4, outputs: 5, depths: 7...9),
        .init(trees: 5, slots: 9, cells: 9, outputs: 600, depths: 1...5),
        .init(trees: 12, slots: 8, cells: 4, depths: 10...11),
    ])
    func oneRowAndManyGiveTheSameBits(shape: ObliviousOracle.Shape) throws {
        let oracle = ObliviousOracle(shape, seed: 12)
        var random = SeededGenerator(seed: 13)
        let rows = (0..<64).map { _ in oracle.row(&random) }
        for lanes in ObliviousLayout.Lanes.allCases where lanes.rawValue <= ObliviousLayout.Lanes.best.rawValue {
            let explainer = try oracle.forest(lanes).explainer()
            var margins = [Double](repeating: 0, count: rows.count * shape.outputs)
            var contributions = [Double](repeating: 0, count: margins.count * shape.cells)
            explainer.explain(
                rows: rows.flatMap { $0 }, count: rows.count, margins: &margins, contributions: &contributions)
            let alone = rows.map { explainer.explain($0) }
            #expect(alone.flatMap(\.margins) == margins, "\(lanes)")
            #expect(alone.flatMap(\.contributions) == contributions, "\(lanes)")
        }
    }

    @Test func treesWithoutATableAreExplainedTheSame() throws {
        var shape = ObliviousOracle.Shape(trees: 2, slots: 12, cells: 12, depths: 11...11, thresholds: 3)
        shape.emptyLeaf = 9
        let oracle = ObliviousOracle(shape, seed: 9)
        let forest = try oracle.forest()
        let explainer = try forest.explainer()
        #expect(explainer.tableBytes == 0)
        var random = SeededGenerator(seed: 6)
        let row = oracle.row(&random)
        let (_, contributions) = explainer.explain(row)
        let levels = try forest.interactions(of: row)
        for cell in 0..<12 {
            #expect(abs(levels[cell * 12..<(cell + 1) * 12].reduce(0, +) - contributions[cell]) < 1e-12)
        }
        let game = oracle.pathDependent(row)
        let expected = ShapleyFormula.share(game, players: 12, of: 3)
        #expect(abs(contributions[3] - expected) < 1e-12)
        #expect(throws: ModelError.self) { try forest.explainer(background: row, count: 1) }
    }

    @Test func depthAndMemoryOfTablesAreLimited() throws {
        for depth in [10, 11] {
            let shape = ObliviousOracle.Shape(trees: 1, slots: 2, cells: 2, depths: depth...depth)
            let explainer = try ObliviousOracle(shape, seed: 1).forest().explainer()
            #expect((explainer.tableBytes > 0) == (depth == 10))
        }
        let oracle = ObliviousOracle(.init(trees: 3, slots: 1, cells: 1, depths: 3...3), seed: 2)
        let layout = try oracle.forest().layout
        for (most, left) in [(1536, []), (1535, [2]), (512, [1, 2]), (511, [0, 1, 2])] {
            let tables = ObliviousTables(layout, most: most) { view, write in
                ObliviousShares.pathDependent(view, weights: layout.weights.base + view.firstLeaf, write: write)
            }
            #expect(tables.left == left, "\(most) bytes")
        }
    }

    @Test func interactionsOfTooManyFeaturesAreRefused() throws {
        for (cells, outputs) in [(4096, 1), (4097, 1), (2048, 4), (2048, 5)] {
            let slots = ObliviousOracle.PlainSlots(cellCount: cells, playerOfSlot: [0], players: [[0]])
            let forest = try ObliviousForest(slots: slots, trees: [], bias: .init(repeating: 0, count: outputs))
            let row = [Float](repeating: 0, count: cells)
            let result = Result { () throws(ModelError) in try forest.interactions(of: row) }
            let fits = cells * cells * outputs <= 1 << 24
            if case .success(let matrices) = result { #expect(fits && matrices.count == cells * cells * outputs) }
            if case .failure(let error) = result { #expect(!fits && error.reason == .tooLarge) }
        }
    }

    @Test func aBackgroundHasRows() throws {
        let forest = try ObliviousOracle(.init(), seed: 1).forest()
        #expect(throws: ModelError.self) { try forest.explainer(background: [0], count: 0) }
    }
}

/// One player's Shapley value straight from the formula, over all sets of the others.
enum ShapleyFormula {
    static func share(_ game: ObliviousOracle.Game, players: Int, of first: Int32) -> Double {
        let others = (0..<Int32(players)).filter { $0 != first }
        var share = 0.0
        for bits in 0..<1 << others.count {
            let set = Set(others.indices.filter { bits >> $0 & 1 == 1 }.map { others[$0] })
            var weight = 1 / Double(players)
            // 1 / binomial(players - 1, size)
            for k in 0..<set.count { weight *= Double(k + 1) / Double(players - 1 - k) }
            share += weight * (game(set.union([first]), 0) - game(set, 0))
        }
        return share
    }
}
