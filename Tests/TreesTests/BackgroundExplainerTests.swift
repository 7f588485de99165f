import Testing

@testable import Trees

@Suite struct BackgroundExplainerTests {
    @Test(arguments: [0, 1, 2, 4, 6, 8]) func agreesWithEveryCoalition(depth: Int) throws {
        for seed in 0..<4 {
            var random = ExplainedForests(seed: UInt64(seed * 10 + depth), cellCount: 5)
            let forest = random.forest(trees: 3, depth: depth, outputs: 2)
            let background = (0..<6).map { _ in random.row() }
            let explainer = try BackgroundExplainer(forest, background: background.flatMap(\.self), count: 6)
            let oracle = ShapleyOracle(forest)
            for _ in 0..<3 {
                let row = random.row()
                let ours = explainer.explain(row)
                for output in 0..<2 {
                    let expected = oracle.contributions(row, against: background, output: output)
                    for cell in 0..<5 { #expect(abs(ours[output * 5 + cell] - expected[cell]) < 1e-13) }
                    let sum = ours[output * 5..<(output + 1) * 5].reduce(explainer.base[output], +)
                    #expect(abs(sum - oracle.margin(row, output: output)) < 1e-13)
                }
            }
        }
    }

    @Test func rowsTogetherAreExplainedAsOneByOne() throws {
        var random = ExplainedForests(seed: 1, cellCount: 6)
        let forest = random.forest(trees: 4, depth: 6, outputs: 2)
        let background = (0..<9).flatMap { _ in random.row() }
        let explainer = try BackgroundExplainer(forest, background: background, count: 9)
        let rows = (0..<130).map { _ in random.row() }
        var all = [Double](repeating: .nan, count: 130 * 12)
        explainer.explain(rows: rows.flatMap(\.self), count: 130, into: &all)
        for (index, row) in rows.enumerated() {
            #expect(explainer.explain(row) == Array(all[index * 12..<index * 12 + 12]))
        }
    }

    @Test(arguments: [300, 4]) func noDepthIsTooMuch(players: Int) throws {
        var random = ExplainedForests(seed: 5, cellCount: players)
        let forest = random.chain(splits: 5000, players: players)
        let explainer = try BackgroundExplainer(forest, background: random.row() + random.row(), count: 2)
        let (row, oracle) = (random.row(), OrdinaryExplainer(forest))
        let margin = oracle.explain(row).reduce(oracle.base[0], +)
        #expect(abs(explainer.explain(row).reduce(explainer.base[0], +) - margin) < 1e-12)
    }

    @Test func aBackgroundHasRows() {
        var random = ExplainedForests(seed: 5, cellCount: 2)
        let forest = random.forest(trees: 1, depth: 2)
        #expect { try BackgroundExplainer(forest, background: [0], count: 0) } throws: {
            ($0 as? ModelError)?.reason == .inconsistent
        }
    }
}
