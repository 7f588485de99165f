import Testing

@testable import Trees

@Suite struct CatBoostSlotsTests {
    private typealias Parts = CatBoostParts

    @Test func whatIsMissingReachesNoBorderOrEvery() throws {
        for (missing, reached) in [(Parts.Missing.asIs, false), (.asFalse, false), (.asTrue, true)] {
            var parts = Parts()
            let borders: [Float] = [-.greatestFiniteMagnitude, 0, .greatestFiniteMagnitude]
            parts.numbers = [.init(name: "a", index: 0, cell: 0, missing: missing, borders: borders)]
            parts.bias = [0]
            parts.oblivious = [.init(splits: [0, 1, 2], values: (0..<8).map(Double.init), weights: [])]
            guard case .oblivious(let forest) = try CatBoostAssembly.model(of: parts).trees else { return }
            #expect(forest.margins(of: [.nan]) == [reached ? 7 : 0])
            #expect(forest.margins(of: [-.infinity]) == [0])
            #expect(forest.margins(of: [-.greatestFiniteMagnitude]) == [0])
            #expect(forest.margins(of: [-0.0]) == [1])
            #expect(forest.margins(of: [.leastNonzeroMagnitude]) == [3])
            #expect(forest.margins(of: [.greatestFiniteMagnitude]) == [3])
            #expect(forest.margins(of: [.infinity]) == [7])
        }
    }

    /// By hand, from the counts 2, 3 and 5 of three classes, or a sum of 4.5 over 3, or a count of 7 out of 20.
    @Test func statisticsAreWhatTheirCountsGive() throws {
        func value(_ statistic: Parts.Statistic, border: Int = 0, _ counts: [Int32], sum: Float = 0) throws -> [Float] {
            var table = Parts.Table(keys: [1], classes: counts.count, counts: counts, sums: [sum], denominator: 20)
            if counts.count != 2 { table.sums = [] }
            let ctr = Parts.Ctr(statistic: statistic, targetBorder: border, prior: (0.5, 1), shift: 0.25, scale: 2)
            return try ctr.values(of: table)
        }
        #expect(try value(.borders, [2, 3, 5]) == [(8.5 / 11 as Float + 0.25) * 2, 1.5])
        #expect(try value(.borders, border: 1, [2, 3, 5]) == [(5.5 / 11 as Float + 0.25) * 2, 1.5])
        #expect(try value(.borders, [2, 3]) == [(3.5 / 6 as Float + 0.25) * 2, 1.5])
        #expect(try value(.buckets, border: 2, [2, 3, 5]) == [(5.5 / 11 as Float + 0.25) * 2, 1.5])
        #expect(try value(.binarizedMean, [-1, 3], sum: 4.5) == [(5 / 4 as Float + 0.25) * 2, 1.5])
        #expect(try value(.floatMean, [-1, 3], sum: 4.5) == [(5 / 4 as Float + 0.25) * 2, 1.5])
        let counted: [Float] = [(7.5 / 21 as Float + 0.25) * 2, (0.5 / 21 as Float + 0.25) * 2]
        #expect(try value(.counter, [7]) == counted)
        #expect(try value(.frequency, [7]) == counted)
        #expect(throws: ModelError.self) { try value(.counter, [7, 8]) }
        #expect(throws: ModelError.self) { try value(.buckets, border: 3, [2, 3, 5]) }
        #expect(throws: ModelError.self) { try value(.floatMean, [2, 3, 5]) }
    }

    @Test func aStatisticOfNothingReachesNoBorder() throws {
        let table = Parts.Table(keys: [1], classes: 2, counts: [0, 0])
        let values = try Parts.Ctr(prior: (0, 0)).values(of: table)
        #expect(values == [-.infinity, -.infinity])
    }

    @Test func combinationsArePlayersOfTheirCategoriesAlone() throws {
        func players(_ name: String) throws -> [[Int32]] {
            let model = try CatBoostExpectation(ours: name).model("cbm")
            guard case .oblivious(let forest) = model.trees else { return [] }
            return forest.layout.slots.players
        }
        #expect(try players("pairs").sorted { $0.count < $1.count }.last == [3, 4])
        for players in [try players("pairs"), try players("combinations")] {
            #expect(Set(players).count == players.count)
            // Numbers take part in combinations, but not in what these contribute.
            #expect(players.allSatisfy { $0.count == 1 || $0.allSatisfy { $0 >= 3 } })
        }
    }

    @Test func valuesOfStatisticsAreLimited() throws {
        var parts = Parts()
        parts.categories = [.init(name: "a", index: 0, cell: 0)]
        parts.tables = [.init(keys: [1, 2, 3], classes: 1, counts: [1, 2, 3], denominator: 6)]
        let ctr = Parts.Ctr(table: 0, projection: .init(categories: [0]), statistic: .counter)
        for limit in [7, 8] {
            var builder = CatBoostSlots.Builder(parts, cellCount: 1, statisticValues: limit)
            _ = try builder.add(ctr)
            let second = Result { () throws(ModelError) in try builder.add(ctr) }
            if case .success = second { #expect(limit == 8) } else { #expect(limit == 7) }
        }
    }

    /// Statistics of one combination share its key, and with other elements between them they still find their own.
    @Test func statisticsComeInTheOrderOfTheirSlots() throws {
        var statistics = TargetStatistics()
        let table = CatBoostParts.Table(keys: [.max, key(5), key(9)], classes: 1, counts: [0, 1, 2])
        let (one, other): (TargetStatistics.Element, TargetStatistics.Element) = (
            .category(cell: 0), .category(cell: 1)
        )
        try statistics.append([one], 0, table, [-1, 10, 20, 30])
        try statistics.append([one], 0, table, [-1, 11, 21, 31])
        try statistics.append([other], 0, table, [-1, 12, 22, 32])
        try statistics.append([one], 0, table, [-1, 13, 23, 33])
        try statistics.append([one], 1, CatBoostParts.Table(keys: [key(7)], classes: 1, counts: [1]), [14, 34])
        func slots(_ cells: [UInt32]) -> [Float] {
            var slots = [Float](repeating: .nan, count: 5)
            statistics.fill(&slots, from: cells.map { Float(bitPattern: $0) })
            return slots
        }
        #expect(slots([5, 9]) == [10, 11, 22, 13, 34])
        #expect(slots([9, 5]) == [20, 21, 12, 23, 34])
        #expect(slots([7, 7]) == [30, 31, 32, 33, 14])
    }

    private func key(_ hash: UInt64) -> UInt64 {
        let factor: UInt64 = 0x4906_ba49_4954_cb65
        return factor &* (factor &* hash)
    }
}
