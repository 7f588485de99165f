import CLanes
import Platform

/// Grows one tree after the other: level by level, each level the question that gains most over all nodes together.
final class TreeGrower {
    struct Tree {
        /// From the first level on: the lowest bit of a leaf's number.
        var splits: [(column: GrowingColumn, bin: Int)]
        var values: [Double]
        var weights: [Double]
    }

    private let parameters: TrainingParameters
    private let team: GrowingTeam
    private let gradients: Gradients
    private let columns: [ColumnSearch]
    private let combinations: Combinations?
    private let rows: SampledRows
    private let rooms: [GrowingRoom]
    private let seen: UnsafeMutablePointer<Bool>
    private var random: Random

    init(
        _ parameters: TrainingParameters, _ gradients: Gradients, columns: [GrowingColumn],
        combinations: Combinations?, team: GrowingTeam
    ) {
        (self.parameters, self.gradients, self.team) = (parameters, gradients, team)
        (self.combinations, random) = (combinations, Random(seed: UInt64(parameters.seed)))
        let (depth, learning) = (parameters.depth, gradients.learning)
        self.columns = columns.map { ColumnSearch($0, keeps: true, depth: depth, learning: learning) }
        rows = SampledRows(learning: learning, keepsNodes: columns.contains(where: \.isWide))
        let most = max(GrowingColumn.mostInByte, columns.map(\.bins).max() ?? 0)
        rooms = (0..<team.size).map { _ in GrowingRoom(learning: learning, bins: most, depth: depth) }
        seen = .allocate(capacity: learning)
    }

    deinit { seen.deallocate() }

    /// The next tree, whose values are added to the margins. One without splits when nothing gains any more.
    func grow() -> Tree {
        gradients.pack(team, sees: sample())
        rows.begin(gradients.packed)
        var searches = chosen()
        for search in searches { search.beginTree() }
        combinations?.beginTree()
        var splits: [(column: GrowingColumn, bin: Int)] = []
        while splits.count < parameters.depth {
            if let combinations {
                searches += combinations.added(by: splits.map(\.column.question), team) {
                    drawn(parameters.columnSample)
                }
            }
            guard let best = best(searches) else { break }
            splits.append(best)
            if splits.count < parameters.depth { rows.split(best.column, at: best.bin, team) }
        }
        for search in searches { search.endTree() }
        return finish(splits)
    }

    private func drawn(_ share: Double) -> Bool { share >= 1 || random.unit() < share }

    /// The rows that the tree sees; nil: all.
    private func sample() -> UnsafePointer<Bool>? {
        guard parameters.subsample < 1 else { return nil }
        for row in 0..<gradients.learning { seen[row] = random.unit() < parameters.subsample }
        return UnsafePointer(seen)
    }

    /// The columns that the tree may ask, one at least. The widest come first, so that nobody waits for them.
    private func chosen() -> [ColumnSearch] {
        var chosen = columns
        if parameters.columnSample < 1 {
            let count = max(1, Int((Double(columns.count) * parameters.columnSample).rounded()))
            // Each remaining place goes to one of those not yet placed.
            for place in 0..<min(count, chosen.count) {
                let other = place + Int(random.next(upperBound: UInt64(chosen.count - place)))
                chosen.swapAt(place, other)
            }
            chosen.removeLast(chosen.count - min(count, chosen.count))
        }
        return chosen.filter(\.column.isWide) + chosen.filter { !$0.column.isWide }
    }

    /// Of equal gains the first column's counts.
    private func best(_ searches: [ColumnSearch]) -> (column: GrowingColumn, bin: Int)? {
        let least = max(1, (parameters.minChildWeight / gradients.hessianUnit).rounded(.up))
        let gain = clanes_gain(
            gradient_unit: gradients.gradientUnit, hessian_unit: gradients.hessianUnit, lambda: parameters.lambda,
            least_hessian: Int32(min(least, 1e9)), sense: 0)
        var found = [ColumnSearch.Split](repeating: .init(gain: 0, bin: 0), count: searches.count)
        found.withUnsafeMutableBufferPointer { found in
            let found = found.baseAddress!
            team.run(searches.count) { piece, worker in
                found[piece] = searches[piece].best(rows, gain, rooms[worker], packed: gradients.packed)
            }
        }
        var best: Int?
        var most = parameters.gamma
        for (place, split) in found.enumerated() {
            let own = split.gain * (combinations?.worth(of: searches[place].column.question) ?? 1)
            if own > most { (best, most) = (place, own) }
        }
        return best.map { (searches[$0].column, found[$0].bin) }
    }

    private func finish(_ splits: [(column: GrowingColumn, bin: Int)]) -> Tree {
        let leaves = gradients.leaves
        let piece = Gradients.piece
        let rows = gradients.rows
        team.run((rows + piece - 1) / piece) { number, _ in
            let (first, end) = (number * piece, min(rows, (number + 1) * piece))
            (leaves + first).update(repeating: 0, count: end - first)
            for (level, split) in splits.enumerated() {
                var lanes = split.column.lanes
                clanes_mark(&lanes, Int32(split.bin), Int32(level), Int64(first), Int64(end), leaves)
            }
        }
        let sums = gradients.leafSums(team, leaves: 1 << splits.count)
        let rule = LeafValues(
            learningRate: parameters.learningRate, lambda: parameters.lambda, leastHessian: parameters.minChildWeight)
        let values = rule.values(of: sums, senses: splits.map(\.column.sense))
        gradients.add(values, team)
        combinations?.use(splits.map(\.column.question))
        return Tree(splits: splits, values: values, weights: sums.weights)
    }
}
