import Testing

@testable import Trees

@Suite struct InteractionTests {
    @Test(arguments: ExplainedForests.Covers.allCases, [0, 1, 3, 6])
    func agreeWithEveryCoalition(covers: ExplainedForests.Covers, depth: Int) throws {
        for seed in 0..<3 {
            var random = ExplainedForests(seed: UInt64(seed * 10 + depth), cellCount: 4)
            let forest = random.forest(trees: 3, depth: depth, outputs: 2, covers: covers)
            let (row, oracle) = (random.row(), ShapleyOracle(forest))
            let ours = try forest.interactions(of: row)
            let players = forest.slots.players
            for output in 0..<2 {
                let expected = oracle.interactions(row, output: output)
                var matrix = [[Double]](repeating: [Double](repeating: 0, count: 4), count: 4)
                for one in players.indices {
                    for other in players.indices where one != other {
                        let share = expected[one][other] / Double(players[one].count * players[other].count)
                        for feature in players[one] {
                            for partner in players[other] { matrix[Int(feature)][Int(partner)] += share }
                        }
                    }
                }
                // The pair of features that form a player of their own also have what that player contributes alone.
                for one in 0..<4 {
                    for other in 0..<4 where one != other && Set([one, other]) != [0, 1] {
                        #expect(abs(ours[output * 16 + one * 4 + other] - matrix[one][other]) < 1e-13)
                    }
                }
            }
        }
    }

    @Test(arguments: ExplainedForests.Covers.allCases)
    func addUpToContributionsAndMargin(covers: ExplainedForests.Covers) throws {
        var random = ExplainedForests(seed: 11, cellCount: 7)
        let forest = random.forest(trees: 6, depth: 8, outputs: 2, covers: covers)
        let (explainer, oracle) = (OrdinaryExplainer(forest), ShapleyOracle(forest))
        for _ in 0..<5 {
            let row = random.row()
            let (matrices, contributions) = (try forest.interactions(of: row), explainer.explain(row))
            for output in 0..<2 {
                let matrix = matrices[output * 49..<(output + 1) * 49]
                for one in 0..<7 {
                    let values = matrix.dropFirst(one * 7).prefix(7)
                    #expect(abs(values.reduce(0, +) - contributions[output * 7 + one]) < 1e-13)
                    for other in 0..<7 {
                        let (one, other) = (output * 49 + one * 7 + other, output * 49 + other * 7 + one)
                        #expect(abs(matrices[one] - matrices[other]) < 1e-14)
                    }
                }
                let sum = matrix.reduce(explainer.base[output], +)
                #expect(abs(sum - oracle.margin(row, output: output)) < 1e-12)
            }
        }
    }

    @Test func largeMatricesAreRefused() throws {
        let limit = 1024
        #expect(limit * limit == Ensemble.interactionValues)
        for cells in [limit, limit + 1] {
            let slots = WideSlots(cellCount: cells)
            let forest = Ensemble(slots: slots, trees: [], base: [0], precision: .double)
            let row = [Float](repeating: 0, count: cells)
            if cells > limit {
                #expect { try forest.interactions(of: row) } throws: { ($0 as? ModelError)?.reason == .tooLarge }
            } else {
                #expect(try forest.interactions(of: row).count == limit * limit)
            }
            let two = Ensemble(slots: WideSlots(cellCount: cells * 3 / 4), trees: [], base: [0, 0], precision: .double)
            #expect(throws: ModelError.self) { try two.interactions(of: Array(row.prefix(cells * 3 / 4))) }
        }
    }

    private struct WideSlots: SlotSource {
        let cellCount: Int
        var slotCount: Int { cellCount }
        var playerOfSlot: [Int32] { (0..<Int32(cellCount)).map { $0 } }
        var players: [[Int32]] { (0..<Int32(cellCount)).map { [$0] } }
        func fill(_ slots: UnsafeMutablePointer<Float>, from cells: UnsafePointer<Float>) {
            slots.update(from: cells, count: cellCount)
        }
    }
}
