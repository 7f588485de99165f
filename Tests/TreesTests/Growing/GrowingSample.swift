import TestKit

@testable import Trees

/// Made-up rows in memory that stay where they are: numbers with ties and gaps, and categories of which pairs decide.
final class GrowingSample {
    let count: Int
    let columns: Int
    let categories: [Int]
    let cells: UnsafeMutablePointer<Float>
    let labels: UnsafeMutablePointer<Float>
    let weights: UnsafeMutablePointer<Float>
    let days: UnsafeMutablePointer<Int32>
    let knownDays: UnsafeMutablePointer<Int32>

    /// Five numbers, or three and three categories. Three rows a day, outcomes known up to four days later.
    init(rows: Int, seed: UInt64, isCategorical: Bool = false) {
        var random = SeededGenerator(seed: seed)
        (count, columns) = (rows, isCategorical ? 6 : 5)
        categories = isCategorical ? [3, 4, 5] : []
        cells = .allocate(capacity: rows * columns)
        labels = .allocate(capacity: rows)
        weights = .allocate(capacity: rows)
        days = .allocate(capacity: rows)
        knownDays = .allocate(capacity: rows)
        for row in 0..<rows {
            let own = cells + row * columns
            own[0] = Float.random(in: -2...2, using: &random)
            own[1] = Float(Int.random(in: 0..<9, using: &random))
            own[2] = Int.random(in: 0..<6, using: &random) == 0 ? .nan : Float.random(in: 0...1, using: &random)
            var risk = Double(own[0]) + (own[2].isNaN ? 1 : 0)
            if isCategorical {
                let levels = [3, 12, 25].map { Int.random(in: 0..<$0, using: &random) }
                for (place, level) in levels.enumerated() { own[3 + place] = Cell.category("v\(level)") }
                risk += (levels[1] + levels[2]) % 3 == 0 ? 2 : -1
            } else {
                own[3] = (own[0] * 4).rounded()
                own[4] = Float.random(in: 0...1e6, using: &random)
            }
            labels[row] = Double.random(in: 0...1, using: &random) < PlattCalibration.logistic(1.5 * risk) ? 1 : 0
            weights[row] = Float(Int.random(in: 0..<4, using: &random)) / 2
            days[row] = 18_000 + Int32(row / 3)
            knownDays[row] = days[row] + Int32.random(in: 0...4, using: &random)
        }
    }

    deinit {
        cells.deallocate()
        labels.deallocate()
        weights.deallocate()
        days.deallocate()
        knownDays.deallocate()
    }

    var all: TrainingRows {
        TrainingRows(cells: cells, labels: labels, weights: weights, rows: count, columns: columns)
    }

    func rows(later: Int = 0) -> ForestRows {
        ForestRows(
            all.slice(0..<count - later), later: later > 0 ? all.slice(count - later..<count) : nil,
            categories: categories, days: days, knownDays: knownDays)
    }

    func row(_ number: Int) -> UnsafePointer<Float> { UnsafePointer(cells + number * columns) }

    static func parameters(_ change: (inout TrainingParameters) -> Void = { _ in }) -> TrainingParameters {
        var parameters = TrainingParameters(.tuned, method: .oblivious)
        (parameters.rounds, parameters.depth, parameters.patience, parameters.learningRate) = (12, 4, nil, 0.3)
        (parameters.bins, parameters.subsample, parameters.columnSample) = (64, 0.8, 0.8)
        change(&parameters)
        return parameters
    }
}

/// A team for the time of a test.
func withTeam<Result>(_ threads: Int, _ body: (GrowingTeam) throws -> Result) rethrows -> Result {
    let team = GrowingTeam(threads: threads)
    team.start()
    defer { team.stop() }
    return try body(team)
}
