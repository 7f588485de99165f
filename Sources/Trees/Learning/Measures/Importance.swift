import Platform

/// Which features a model leans on.
public enum Importance {
    /// How much worse the measure gets when one feature's cells are dealt out anew among the rows: the mean over
    /// `repeats` shuffles, one a feature.
    ///
    /// `cells` holds the rows one after the other, `columns` cells each. `measure` is asked once for the rows as they
    /// are and then for every shuffle; higher is better. A group of columns is shuffled together, as one feature.
    public static func permutation(
        cells: [Float], columns: Int, groups: [Range<Int>], repeats: Int = 5, seed: UInt64 = 42,
        measure: (_ cells: [Float]) throws(LearningError) -> Double
    ) throws(LearningError) -> [Double] {
        guard columns > 0, cells.count.isMultiple(of: columns) else { throw LearningError(.mismatchedCounts) }
        guard groups.allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= columns }), 1...1000 ~= repeats else {
            throw LearningError(.badParameter, "groupes de colonnes")
        }
        let rows = cells.count / columns
        guard rows > 0 else { throw LearningError(.emptySample) }
        let before = try measure(cells)
        var random = Random(seed: seed)
        var shuffled = cells
        var drops: [Double] = []
        for group in groups {
            var sum = 0.0
            for _ in 0..<repeats {
                deal(&shuffled, columns: columns, group, rows: rows, &random)
                sum += try before - measure(shuffled)
            }
            for row in 0..<rows {
                for column in group { shuffled[row * columns + column] = cells[row * columns + column] }
            }
            drops.append(sum / Double(repeats))
        }
        return drops
    }

    private static func deal(
        _ cells: inout [Float], columns: Int, _ group: Range<Int>, rows: Int, _ random: inout Random
    ) {
        for row in stride(from: rows - 1, to: 0, by: -1) {
            let other = random.below(row + 1)
            for column in group { cells.swapAt(row * columns + column, other * columns + column) }
        }
    }

    /// The mean of each feature's absolute contribution. `contributions` holds `features` + 1 values a row, the base
    /// value last, as explanations come.
    public static func meanAbsolute(contributions: [Double], features: Int) throws(LearningError) -> [Double] {
        let width = features + 1
        guard features > 0, contributions.count.isMultiple(of: width) else { throw LearningError(.mismatchedCounts) }
        guard !contributions.isEmpty else { throw LearningError(.emptySample) }
        var sums = [Double](repeating: 0, count: features)
        for start in stride(from: 0, to: contributions.count, by: width) {
            for feature in 0..<features {
                guard contributions[start + feature].isFinite else {
                    throw LearningError(.notANumber, "ligne \(start / width + 1)")
                }
                sums[feature] += abs(contributions[start + feature])
            }
        }
        return sums.map { $0 / Double(contributions.count / width) }
    }
}
