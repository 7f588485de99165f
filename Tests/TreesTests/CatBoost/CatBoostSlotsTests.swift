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

    /// A value's rank and a border's question agree with a comparison of the two, whatever the borders' order.
    @Test func ranksAnswerAsBordersDo() throws {
        let borders: [Float] = [0.5, -1, 0.5, .greatestFiniteMagnitude, 0.25, -0.0, .leastNonzeroMagnitude]
        let counts: [Int32] = [0, 1, 2, 3, 4, 5, 7, 100]
        let table = Parts.Table(
            keys: counts.map(UInt64.init), classes: 1, counts: counts, denominator: 7)
        for shift: Float in [-3, -0.25, 0, .greatestFiniteMagnitude] {
            let ctr = Parts.Ctr(statistic: .counter, prior: (0, 1), shift: shift, scale: 1, borders: borders)
            for (value, rank) in zip(try ctr.values(of: table), try ctr.ranks(of: table)) {
                for border in borders.indices {
                    #expect((value > borders[border]) == (Float(rank) >= ctr.rank(above: border)))
                }
            }
        }
    }

    @Test func bordersOfAStatisticAreLimited() throws {
        let table = Parts.Table(keys: [1], classes: 1, counts: [1])
        for count in [255, 256] {
            let ctr = Parts.Ctr(statistic: .counter, prior: (1000, 1), borders: (0..<count).map(Float.init))
            let ranks = Result { () throws(ModelError) in try ctr.ranks(of: table) }
            if case .success(let ranks) = ranks {
                #expect(count == 255 && ranks == [255, 255])
            } else {
                #expect(count == 256)
            }
        }
    }
}
