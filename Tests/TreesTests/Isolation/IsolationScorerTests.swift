import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Trees

@Suite struct IsolationScorerTests {
    /// Two trees on four rows. The first asks whether x is above 1, then above 2; the second whether y is above 0.5.
    private static let byHand = Result {
        try Isolation(
            columns: ["x", "y"], sample: 4,
            trees: [
                IsolationTree(nodes: [0, -2, 0, -1, -1], thresholds: [1, 2], missingGoesLeft: [true, false]),
                IsolationTree(nodes: [1, -3, -1], thresholds: [0.5], missingGoesLeft: [false]),
            ], ranks: [0.3, 0.5, 0.6, 0.6, 0.8])
    }

    @Test func pathsAndScoresOfASmallForestAreThoseReckonedByHand() throws {
        let scorer = IsolationScorer(try Self.byHand.get())
        // c(4) = 2 (1 + 1/2 + 1/3) - 2 · 3/4 = 13/6, c(3) = 5/3, c(2) = 1.
        let expected = 13.0 / 6
        for (row, path) in [
            // One question and two rows left; one question and three left.
            ([0, 0], ((1 + 1) + (1 + 5.0 / 3)) / 2), ([1, 0.5], ((1 + 1) + (1 + 5.0 / 3)) / 2),
            ([2, 0], (2 + (1 + 5.0 / 3)) / 2), ([3, 1], (2 + 1) / 2.0),
            // x is missing: left. y is missing: right.
            ([.nan, 0], ((1 + 1) + (1 + 5.0 / 3)) / 2), ([3, .nan], (2 + 1) / 2.0),
            ([.infinity, -.infinity], ((1 + 1) + 1) / 2.0), ([1e300, 1e-300], ((1 + 1) + (1 + 5.0 / 3)) / 2),
        ] as [([Double], Double)] {
            let judged = scorer.judge(row)
            #expect(abs(judged.score - exp2(-path / expected)) < 1e-15, "\(row)")
            #expect(abs(judged.shares.reduce(0, +) - (expected - path)) < 1e-12)
        }
        // x's question first: from 13/6 to 2; y's alone makes the row of one.
        let shares = scorer.judge([3, 1]).shares
        #expect(abs(shares[0] - (expected - 2) / 2) < 1e-12 && abs(shares[1] - (expected - 1) / 2) < 1e-12)
        #expect(scorer.judge { [3, 1][$0] }.shares.isEmpty)
    }

    @Test func aRankIsTheShareOfTheRowsThatAreLessUnusual() throws {
        let scorer = IsolationScorer(try Self.byHand.get())
        for (score, rank) in [
            (0.1, 0), (0.3, 0), (0.4, 0.125), (0.5, 0.25), (0.55, 0.375), (0.6, 0.5), (0.7, 0.875), (0.8, 1), (0.9, 1),
        ] {
            #expect(abs(scorer.rank(of: score) - rank) < 1e-12, "\(score)")
        }
        var last = 0.0
        for score in stride(from: 0.2, through: 0.9, by: 0.001) {
            #expect(scorer.rank(of: score) >= last)
            last = scorer.rank(of: score)
        }
    }

    @Test func whatSeveralRowsStillNeedIsTheMeanOverAllWaysToPartThem() {
        let lengths = PathLengths(upTo: 256)
        #expect(lengths[0] == 0 && lengths[1] == 0 && lengths[2] == 1 && abs(lengths[3] - 5.0 / 3) < 1e-15)
        for n in 0...256 { #expect(abs(lengths[n] - PlainIsolation.mean(n)) < 1e-10) }
    }

    @Test(arguments: 0..<12)
    func theLayoutChangesNoPath(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let table = try IsolationSamples.table(rows: Int.random(in: 100...500, using: &random), seed: seed)
        let grown = try #require(try IsolationSamples.grown(table, seed: seed))
        // Also counts of trees that four does not divide.
        let count = Int.random(in: 1...grown.trees.count, using: &random)
        let isolation = try Isolation(
            columns: grown.columns, sample: grown.sample, trees: Array(grown.trees.prefix(count)), ranks: grown.ranks)
        let (scorer, plain) = (IsolationScorer(isolation), PlainIsolation(isolation: isolation))
        let expected = PathLengths(upTo: isolation.sample)[isolation.sample]
        for _ in 0..<50 {
            let row = isolation.columns.map { _ in
                Int.random(in: 0..<6, using: &random) == 0 ? Double.nan : .random(in: -10...10, using: &random)
            }
            let (judged, length) = (scorer.judge(row), plain.length(row))
            #expect(abs(judged.score - exp2(-length / expected)) < 1e-12 && judged.score > 0 && judged.score < 1)
            #expect(0...1 ~= judged.rank)
            #expect(abs(judged.shares.reduce(0, +) - (expected - length)) < 1e-9)
        }
    }

    /// Another library's forests, with as many trees as it takes to forget their seed.
    @Test func pathsAreThoseOfAnotherLibrary() throws {
        let fixture = try JSONValue(parsing: try OwnModels.bytes("isolation.json"))
        let rows = try #require(fixture["rows"]?.array).map { try #require($0.array).map { $0.double ?? .nan } }
        let paths = try #require(fixture["paths"]?.array).map { $0.double ?? .nan }
        for (n, length) in try #require(fixture["lengths"]?.array).enumerated() {
            #expect(abs(PathLengths(upTo: 256)[n] - (length.double ?? .nan)) < 1e-9)
        }
        // So near 0 the logarithm of 1 + x is x.
        let scale = 0.01
        let columns = (0..<3).map { column in
            TrainingTable.Column("c\(column)", numbers: rows.map { Float($0[column] * scale) })
        }
        let table = try TrainingTable(
            columns: columns, labels: rows.map { _ in false }, days: rows.map { _ in 0 },
            provenances: rows.map { _ in .physique })
        var sums = [Double](repeating: 0, count: rows.count)
        for seed in 0..<4 as Range<UInt64> {
            let isolation = try #require(try IsolationSamples.grown(table, seed: seed))
            let scorer = IsolationScorer(isolation)
            let expected = PathLengths(upTo: 256)[256]
            for (row, values) in rows.enumerated() {
                sums[row] -= log2(scorer.judge { values[$0] * scale }.score) * expected / 4
            }
        }
        // Four hundred trees: chance leaves a tenth of a question of all paths, and as much of each.
        let gaps = zip(sums, paths).map { $0 - $1 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let deviation = (gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)).squareRoot()
        #expect(abs(mean) < 0.25 && deviation < 0.25, "\(mean) ± \(deviation)")
    }
}
