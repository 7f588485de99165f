/// Rows for the trainer: cells one row after the other, a label and a weight each. They are read in place, so whoever
/// hands them over keeps them as they are until the training has ended.
public struct TrainingRows {
    public let cells: UnsafePointer<Float>
    public let labels: UnsafePointer<Float>
    /// Nil: all weigh 1.
    public let weights: UnsafePointer<Float>?
    public let rows: Int
    public let columns: Int

    public init(
        cells: UnsafePointer<Float>, labels: UnsafePointer<Float>, weights: UnsafePointer<Float>?, rows: Int,
        columns: Int
    ) {
        (self.cells, self.labels, self.weights) = (cells, labels, weights)
        (self.rows, self.columns) = (rows, columns)
    }

    /// Some of them that follow one another.
    public func slice(_ range: Range<Int>) -> TrainingRows {
        TrainingRows(
            cells: cells + range.lowerBound * columns, labels: labels + range.lowerBound,
            weights: weights.map { $0 + range.lowerBound }, rows: range.count, columns: columns)
    }

    /// The weight of the frauds and of all others.
    var totals: (positive: Double, negative: Double) {
        var (positive, negative) = (0.0, 0.0)
        for row in 0..<rows {
            let weight = weights.map { Double($0[row]) } ?? 1
            if labels[row] > 0 { positive += weight } else { negative += weight }
        }
        return (positive, negative)
    }

    /// Cells of `categories` may be any bits.
    func check(categories: [Int] = []) throws(LearningError) {
        guard rows > 0, columns > 0 else { throw LearningError(.emptySample) }
        for row in 0..<rows {
            guard labels[row] == 0 || labels[row] == 1 else { throw LearningError(.notANumber, "étiquette \(row + 1)") }
            if let weights, !(weights[row] >= 0 && weights[row].isFinite) {
                throw LearningError(.badWeight, "ligne \(row + 1)")
            }
        }
        guard categories.allSatisfy({ 0..<columns ~= $0 }), Set(categories).count == categories.count else {
            throw LearningError(.badParameter, "categories")
        }
        for cell in 0..<rows * columns where cells[cell].isInfinite && !categories.contains(cell % columns) {
            throw LearningError(.notANumber, "ligne \(cell / columns + 1), cellule \(cell % columns + 1)")
        }
    }
}
