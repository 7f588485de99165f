import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct IsolationGrowingTests {
    @Test func whatIsUnlikeTheOthersRanksAboveThem() throws {
        // One is far from both crowds; one has an amount beyond all others.
        let table = try IsolationSamples.table(rows: 500) { columns in
            (columns[0][100], columns[1][100], columns[2][100]) = (-40, 40, 1)
            columns[2][200] = 1e9
        }
        let isolation = try #require(try IsolationSamples.grown(table))
        let scorer = IsolationScorer(isolation)
        func judged(_ row: Int) -> IsolationScorer.Judgement {
            scorer.judge(isolation.columns.map { Double(IsolationSamples.numbers(table, $0)[row]) })
        }
        #expect(judged(100).rank > 0.99)
        #expect(judged(200).rank > 0.99)
        // And it is said by what.
        #expect(
            judged(200).shares.firstIndex(of: judged(200).shares.max() ?? 0) == isolation.columns.firstIndex(of: "c"))
        // Ranks of all rows are spread evenly, as ranks are.
        let ranks = (0..<table.count).map { judged($0).rank }.sorted()
        for tenth in 1..<10 { #expect(abs(ranks[tenth * 50] - Double(tenth) / 10) < 0.02) }
    }

    @Test func whatComesAgainAndAgainIsNotUnusual() throws {
        let table = try IsolationSamples.table(rows: 1000) { columns in
            for row in 0..<300 { (columns[0][row], columns[1][row], columns[2][row]) = (0.5, 5.5, 2000) }
        }
        let isolation = try #require(try IsolationSamples.grown(table))
        let scorer = IsolationScorer(isolation)
        #expect(scorer.judge([0.5, 5.5, 2000]).rank < 0.35)
        #expect(scorer.judge([0.5, 5.5, 2000]).score < 0.5)
        // Missing says little: as unusual as the rest of the row.
        let (whole, holed) = (scorer.judge([0.5, 5.5, 2000]), scorer.judge([0.5, 5.5, .nan]))
        #expect(abs(whole.score - holed.score) < 0.05)
    }

    @Test func aRowOutsideItsRowsChangesNothing() throws {
        let table = try IsolationSamples.table(rows: 1000)
        let other = try IsolationSamples.table(rows: 1000) { columns in
            for column in 0..<4 {
                for row in 700..<1000 { columns[column][row] = row % 7 == 0 ? .nan : Float(row) * 1e6 }
            }
        }
        let (first, second) = (
            try #require(try IsolationSamples.grown(table, rows: 0..<700)),
            try #require(try IsolationSamples.grown(other, rows: 0..<700))
        )
        #expect(first == second && first.jsonBytes() == second.jsonBytes())
        #expect(try IsolationSamples.grown(other) != first)
    }

    @Test func theSeedDecides() throws {
        let table = try IsolationSamples.table(rows: 400)
        let first = try IsolationSamples.grown(table, seed: 1)
        #expect(try IsolationSamples.grown(table, seed: 1) == first)
        #expect(try IsolationSamples.grown(table, seed: 2) != first)
    }

    @Test func columnsThatPartNobodyAreLeftOut() throws {
        let table = try IsolationSamples.table(rows: 200)
        let isolation = try #require(try IsolationSamples.grown(table))
        #expect(isolation.columns == ["a", "b", "c"] && isolation.sample == 200 && isolation.treeCount == 100)
        let missing = try IsolationSamples.table(rows: 200) { columns in
            for column in 0..<3 { columns[column] = columns[column].map { _ in column == 1 ? 3 : .nan } }
        }
        #expect(try IsolationSamples.grown(missing) == nil)
    }

    @Test func aHundredRowsAreTheFewest() throws {
        let table = try IsolationSamples.table(rows: 101)
        #expect(try IsolationSamples.grown(table, rows: 0..<99) == nil)
        #expect(try IsolationSamples.grown(table, rows: 0..<100) != nil)
    }

    /// Amounts are asked about by their size: on the plain scale nearly every question would fall above nearly all.
    @Test func questionsAboutAmountsAreSpreadOverTheirSizes() throws {
        let table = try IsolationSamples.table(rows: 1000)
        let isolation = try #require(try IsolationSamples.grown(table))
        var (low, all) = (0, 0)
        for tree in isolation.trees {
            var question = 0
            for node in tree.nodes where node >= 0 {
                if isolation.columns[Int(node)] == "c" {
                    all += 1
                    if tree.thresholds[question] < 10_000 { low += 1 }
                }
                question += 1
            }
        }
        #expect(all > 1000 && Double(low) > 0.25 * Double(all))
        for value in [-3e38, -7.5, -1e-30, 0, 1e-30, 0.5, 1, 12345.678, 3e38] as [Float] {
            let back = Float(IsolationGrower.unscaled(IsolationGrower.scaled(value)))
            #expect(abs(back - value) <= 1e-5 * value.magnitude)
        }
    }
}
