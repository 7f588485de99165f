import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct ImportanceTests {
    @Test func permutationsAreThoseOfScikitLearnUpToTheDraw() throws {
        let json = try #require(LearningSamples.file["importance"])
        let x = try #require(json["x"]?.array).map(LearningSamples.numbers)
        let (y, weights) = (LearningSamples.numbers(json["y"]), LearningSamples.numbers(json["weights"]))
        let cells = x.flatMap { $0.map { Float($0) } }
        let found = try Importance.permutation(
            cells: cells, columns: 4, groups: (0..<4).map { $0..<$0 + 1 }, repeats: 100, seed: 3
        ) { cells in
            -y.indices.reduce(0.0) { sum, row in
                let value = (0..<4).reduce(0.0) { $0 + weights[$1] * Double(cells[row * 4 + $1]) }
                return sum + (value - y[row]) * (value - y[row])
            } / Double(y.count)
        }
        let (mean, deviation) = (LearningSamples.numbers(json["mean"]), LearningSamples.numbers(json["deviation"]))
        #expect(found.count == 4 && mean.count == 4)
        // Both are means: of 400 shuffles there, of 100 here.
        for k in 0..<4 { #expect(abs(found[k] - mean[k]) <= 5 * deviation[k] / 10 + 1e-6) }
        #expect(found[3] == 0)
    }

    @Test func aGroupIsShuffledTogether() throws {
        // The two columns are equal in every row: shuffled together they stay so.
        let cells = (0..<50).flatMap { [Float($0), Float($0)] }
        let found = try Importance.permutation(cells: cells, columns: 2, groups: [0..<2, 0..<1]) { cells in
            -stride(from: 0, to: cells.count, by: 2).reduce(0.0) { $0 + Double(abs(cells[$1] - cells[$1 + 1])) }
        }
        #expect(found[0] == 0 && found[1] > 0)
    }

    @Test func meansOfExplanationsLeaveTheBaseOut() throws {
        let found = try Importance.meanAbsolute(contributions: [1, -2, 100, -3, 0, 100], features: 2)
        #expect(found == [2, 1])
        #expect(throws: LearningError(.mismatchedCounts)) {
            try Importance.meanAbsolute(contributions: [1, 2], features: 2)
        }
        #expect(throws: LearningError(.emptySample)) { try Importance.meanAbsolute(contributions: [], features: 2) }
        #expect(throws: LearningError(.notANumber, "ligne 1")) {
            try Importance.meanAbsolute(contributions: [.nan, 0], features: 1)
        }
    }

    @Test func whatDoesNotFitIsRefused() {
        for (cells, columns, group) in [
            ([Float](repeating: 0, count: 3), 2, 0..<1), ([0, 0], 2, 1..<3), ([0], 0, 0..<0), ([], 1, 0..<1),
        ] {
            #expect(throws: LearningError.self) {
                try Importance.permutation(cells: cells, columns: columns, groups: [group]) { _ in 0 }
            }
        }
    }
}
