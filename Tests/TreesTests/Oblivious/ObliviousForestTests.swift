import TestKit
import Testing

@testable import Trees

@Suite struct ObliviousForestTests {
    private static let shapes: [ObliviousOracle.Shape] = [
        .init(),
        .init(trees: 1, depths: 0...0),
        .init(trees: 0),
        .init(trees: 17, depths: 6...8),
        .init(trees: 9, outputs: 3, depths: 1...6),
        .init(trees: 5, outputs: 2, depths: 3...11),
        .init(trees: 2, depths: 16...16),
        // Two columns a slot, more columns than one byte permutation reaches, and more than any.
        .init(trees: 60, slots: 3, cells: 3, depths: 8...8, thresholds: 900),
        .init(trees: 90, slots: 140, cells: 70, depths: 6...8),
        .init(trees: 130, slots: 500, cells: 70, depths: 6...9),
        .init(trees: 500, slots: 1100, cells: 70, depths: 8...8),
        .init(trees: 600, depths: 2...3),
    ]

    @Test(arguments: shapes.indices)
    func rowsAndBlocksGiveTheSameBitsOnEveryMachine(number: Int) throws {
        let oracle = ObliviousOracle(Self.shapes[number], seed: UInt64(number))
        var random = SeededGenerator(seed: 7)
        let rows = (0..<150).map { _ in oracle.row(&random) }
        let margins = rows.map { oracle.margins($0) }
        for lanes in ObliviousLayout.Lanes.allCases where lanes.rawValue <= ObliviousLayout.Lanes.best.rawValue {
            let forest = try oracle.forest(lanes)
            #expect(rows.map { forest.margins(of: $0) } == margins, "\(lanes)")
            #expect(rows.map { forest.leaves(of: $0).map(Int.init) } == rows.map { oracle.leaves($0) }, "\(lanes)")
            for count in [0, 1, 15, 16, 63, 64, 65, 79, 80, 128, 150] {
                var together = [Double](repeating: .nan, count: count * forest.outputCount)
                forest.margins(rows: rows[..<count].flatMap { $0 }, count: count, into: &together)
                #expect(together == margins[..<count].flatMap { $0 }, "\(lanes), \(count) rows")
            }
        }
    }

    @Test func columnsEndAtTheirLimit() throws {
        for count in [1, 15, 16, 17, 253, 254, 255, 508, 509] {
            let splits = (0..<count).map { ObliviousForest.Split(slot: 0, threshold: Float($0)) }
            #expect(try ObliviousColumns(splits).count == (count + 253) / 254)
            let trees = splits.map { ObliviousForest.Tree(splits: [$0], values: [0, 1], weights: [1, 1]) }
            let slots = ObliviousOracle.PlainSlots(cellCount: 1, playerOfSlot: [0], players: [[0]])
            let forest = try ObliviousForest(slots: slots, trees: trees, bias: [0])
            for value in [-1, 0, 14, 15, 16, 252, 253, 254, 507, 508, 600] {
                #expect(forest.margins(of: [Float(value)]) == [Double(min(value + 1, count))])
                var many = [Double](repeating: 0, count: 64)
                forest.margins(rows: [Float](repeating: Float(value), count: 64), count: 64, into: &many)
                #expect(many.allSatisfy { $0 == Double(min(value + 1, count)) })
            }
        }
    }

    /// Around the numbers of columns at which ranks are found in another way.
    @Test(arguments: [1, 127, 128, 129, 256, 257, 1023, 1024, 1025])
    func everyColumnIsAsked(count: Int) throws {
        let slots = ObliviousOracle.PlainSlots(
            cellCount: count, playerOfSlot: (0..<Int32(count)).map { $0 }, players: (0..<Int32(count)).map { [$0] })
        let trees = (0..<count).map { slot in
            let splits = [ObliviousForest.Split(slot: Int32(slot), threshold: 1)]
            return ObliviousForest.Tree(splits: splits, values: [0, Double(slot + 1)], weights: [1, 1])
        }
        var random = SeededGenerator(seed: UInt64(count))
        for lanes in ObliviousLayout.Lanes.allCases where lanes.rawValue <= ObliviousLayout.Lanes.best.rawValue {
            let forest = try ObliviousForest(slots: slots, trees: trees, scale: 1, bias: [0], lanes: lanes)
            let row = (0..<count).map { _ in Float(Int.random(in: 0...1, using: &random)) }
            #expect(forest.leaves(of: row) == row.map { UInt16($0) })
            let (margins, contributions) = try forest.explainer().explain(row)
            #expect(margins == forest.margins(of: row))
            let expected = row.enumerated().map { slot, value in (Double(value) - 0.5) * Double(slot + 1) }
            #expect(contributions == expected)
        }
    }

    @Test func columnsAreLimited() throws {
        for count in [65_535, 65_536] {
            let splits = (0..<Int32(count)).map { ObliviousForest.Split(slot: $0, threshold: 1) }
            let columns = Result { () throws(ModelError) in try ObliviousColumns(splits) }
            switch columns {
            case .success(let columns): #expect(count == 65_535 && columns.count == count)
            case .failure(let error): #expect(count == 65_536 && error.reason == .tooLarge)
            }
        }
    }

    @Test func batchesTakeBoundedMemory() throws {
        for slots in [1 << 14, 1 << 14 + 1] {
            let source = ObliviousOracle.PlainSlots(
                cellCount: 1, playerOfSlot: .init(repeating: 0, count: slots), players: [[0]])
            let tree = ObliviousForest.Tree(
                splits: [.init(slot: Int32(slots - 1), threshold: 1)], values: [3, 4], weights: [1, 1])
            let forest = try ObliviousForest(slots: source, trees: [tree], bias: [0])
            #expect(forest.layout.blocked(128) == (slots == 1 << 14 ? 128 : 0))
            var margins = [Double](repeating: 0, count: 20)
            forest.margins(rows: (0..<20).map(Float.init), count: 20, into: &margins)
            #expect(margins == [3] + [Double](repeating: 4, count: 19))
        }
        let layout = try ObliviousOracle(.init(), seed: 1).forest().layout
        #expect([0, 15, 16, 79, 80].map { layout.blocked($0) } == [0, 0, 16, 64, 80])
        #expect(layout.blocked(64, numbers: 1 << 14) == 64 && layout.blocked(64, numbers: 1 << 14 + 1) == 0)
    }

    @Test func whatCannotBeIsRefused() throws {
        let slots = ObliviousOracle.PlainSlots(cellCount: 2, playerOfSlot: [0, 1], players: [[0], [1]])
        func reason(
            _ splits: [ObliviousForest.Split], values: [Double]? = nil, weights: [Double]? = nil, bias: [Double] = [0],
            slots: ObliviousOracle.PlainSlots = slots
        ) -> ModelError.Reason? {
            let leaves = 1 << splits.count
            let tree = ObliviousForest.Tree(
                splits: splits, values: values ?? .init(repeating: 1, count: leaves),
                weights: weights ?? .init(repeating: 1, count: leaves))
            do throws(ModelError) { _ = try ObliviousForest(slots: slots, trees: [tree], bias: bias) } catch {
                return error.reason
            }
            return nil
        }
        let split = ObliviousForest.Split(slot: 1, threshold: 0)
        #expect(reason([split]) == nil)
        #expect(reason([.init(slot: 2, threshold: 0)]) == .inconsistent)
        #expect(reason([.init(slot: -1, threshold: 0)]) == .inconsistent)
        #expect(reason([.init(slot: 0, threshold: .nan)]) == .inconsistent)
        #expect(reason([split], values: [1]) == .inconsistent)
        #expect(reason([split], values: [1, .nan]) == .inconsistent)
        #expect(reason([split], values: [1, .infinity]) == .inconsistent)
        #expect(reason([split], weights: [1]) == .inconsistent)
        #expect(reason([split], weights: [1, -1]) == .inconsistent)
        #expect(reason([split], weights: []) == nil)
        #expect(reason([split], bias: [.nan]) == .inconsistent)
        #expect(reason([split], bias: []) == .tooLarge)
        #expect(reason(.init(repeating: split, count: 16)) == nil)
        #expect(reason(.init(repeating: split, count: 17)) == .tooLarge)
        let strange = ObliviousOracle.PlainSlots(cellCount: 2, playerOfSlot: [0, 2], players: [[0], [1]])
        #expect(reason([split], slots: strange) == .inconsistent)
        let outside = ObliviousOracle.PlainSlots(cellCount: 2, playerOfSlot: [0, 1], players: [[0], [2]])
        #expect(reason([split], slots: outside) == .inconsistent)
    }

    @Test func leavesWithoutWeightsPredictButCannotBeExplained() throws {
        let slots = ObliviousOracle.PlainSlots(cellCount: 1, playerOfSlot: [0], players: [[0]])
        let tree = ObliviousForest.Tree(splits: [.init(slot: 0, threshold: 1)], values: [3, 4], weights: [])
        let forest = try ObliviousForest(slots: slots, trees: [tree], bias: [0])
        #expect(forest.margins(of: [1]) == [4])
        #expect(throws: ModelError.self) { try forest.explainer() }
        #expect(throws: ModelError.self) { try forest.interactions(of: [1]) }
        #expect(try forest.explainer(background: [0, 2], count: 2).explain([1]).contributions == [0.5])
    }
}
