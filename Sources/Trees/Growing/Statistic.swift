/// A number made of a category or of several together: how often they were frauds among the rows known before, or how
/// common they are.
struct Statistic: Hashable {
    enum Kind: Hashable {
        /// (frauds + prior) / (rows + 1)
        case target(prior: Float)
        /// rows / (rows of the most common + 1), of all rows for learning.
        case counter
    }
    /// Ascending.
    var categories: [Int]
    var kind: Kind

    /// A target's statistic lies between 0 and 1, which is cut in so many equal parts and one.
    static let mostCuts = 254

    /// The borders of a target's statistic multiplied by cuts + 1: just below 1, 2, 3…
    static func targetBorders(cuts: Int) -> [Float] { (1...max(1, cuts)).map { Float($0).nextDown } }

    /// In CatBoost's own single precision.
    static func value(frauds: Int32, rows: Int32, prior: Float, cuts: Int) -> Float {
        (Float(frauds) + prior) / (Float(rows) + 1) * Float(cuts + 1)
    }

    static func value(count: Int32, most: Int32) -> Float { Float(count) / (Float(most) + 1) }

    /// Between counts that grow by a half each.
    static func counterBorders(most: Int32) -> [Float] {
        var borders: [Float] = []
        var count: Int32 = 0
        while count < most, borders.count < mostCuts {
            borders.append(Borders.middle(value(count: count, most: most), value(count: count + 1, most: most)))
            count = max(count + 1, count + count / 2)
        }
        // Large counts may be one in single precision.
        return borders.enumerated().filter { $0 == 0 || borders[$0 - 1] < $1 }.map(\.element)
    }
}

/// Makes statistics' columns. What it has made it keeps, up to a bound, since trees ask for the same again and again.
final class Statistics {
    let categories: Categories
    private let outcomes: KnownOutcomes
    private let gradients: Gradients
    let cuts: Int

    init(_ categories: Categories, _ outcomes: KnownOutcomes, _ gradients: Gradients, cuts: Int) {
        (self.categories, self.outcomes, self.gradients, self.cuts) = (categories, outcomes, gradients, cuts)
    }

    /// The columns of these categories together, one a kind, and how many different ones there are. From any thread.
    func columns(_ categories: [Int], _ kinds: [Statistic.Kind]) -> (columns: [GrowingColumn], keys: Int) {
        let combination = self.categories.combination(categories)
        let (frauds, rows) = known(combination)
        var columns: [GrowingColumn] = []
        for kind in kinds {
            let question = Question.statistic(Statistic(categories: categories, kind: kind))
            switch kind {
            case .target(let prior):
                let borders = Statistic.targetBorders(cuts: cuts)
                columns.append(
                    GrowingColumn(question, borders: borders, bins: borders.count + 1, rows: self.categories.rows) {
                        row in
                        min(cuts, Int(Statistic.value(frauds: frauds[row], rows: rows[row], prior: prior, cuts: cuts)))
                    })
            case .counter: columns.append(counter(combination, question))
            }
        }
        return (columns, combination.count)
    }

    /// By row: how many frauds and rows of its combination were known by then; of the later rows, in the end.
    private func known(_ combination: Categories.Combination) -> (frauds: [Int32], rows: [Int32]) {
        var counts = [(frauds: Int32, rows: Int32)](repeating: (0, 0), count: combination.count)
        var (frauds, rows) = ([Int32](), [Int32]())
        frauds.reserveCapacity(categories.rows)
        rows.reserveCapacity(categories.rows)
        var learned = 0
        func learn(upTo end: Int) {
            while learned < end {
                let row = Int(outcomes.order[learned])
                let number = Int(combination.numbers[row])
                counts[number].rows += 1
                if gradients.label(row) { counts[number].frauds += 1 }
                learned += 1
            }
        }
        for row in 0..<categories.rows {
            learn(upTo: row < categories.learning ? Int(outcomes.known[row]) : categories.learning)
            let count = counts[Int(combination.numbers[row])]
            frauds.append(count.frauds)
            rows.append(count.rows)
        }
        return (frauds, rows)
    }

    private func counter(_ combination: Categories.Combination, _ question: Question) -> GrowingColumn {
        var counts = [Int32](repeating: 0, count: combination.count)
        for row in 0..<categories.learning { counts[Int(combination.numbers[row])] += 1 }
        let most = counts.max() ?? 0
        let borders = Statistic.counterBorders(most: most)
        // Of each count, once.
        let bins = borders.withUnsafeBufferPointer { borders in
            counts.map { Int32(Borders.bin(of: Statistic.value(count: $0, most: most), borders)) }
        }
        return GrowingColumn(question, borders: borders, bins: borders.count + 1, rows: categories.rows) { row in
            Int(bins[Int(combination.numbers[row])])
        }
    }

    /// What a model's file needs of a combination: each key that rows for learning have, with its rows that were
    /// frauds and the others.
    func table(_ categories: [Int]) -> CatBoostParts.Table {
        let combination = self.categories.combination(categories)
        var counts = [(others: Int32, frauds: Int32)](repeating: (0, 0), count: combination.count)
        var first = [Int](repeating: -1, count: combination.count)
        for row in 0..<self.categories.learning {
            let number = Int(combination.numbers[row])
            if first[number] < 0 { first[number] = row }
            if gradients.label(row) { counts[number].frauds += 1 } else { counts[number].others += 1 }
        }
        var table = CatBoostParts.Table()
        table.classes = 2
        for number in 0..<combination.count where first[number] >= 0 {
            var key = TargetStatistics.Key()
            for category in categories {
                let own = self.categories.all[category]
                key.add(hash: own.hashes[Int(own.levels[first[number]])])
            }
            table.keys.append(key.value)
            table.counts += [counts[number].others, counts[number].frauds]
        }
        return table
    }
}
