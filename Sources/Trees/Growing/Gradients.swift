import Glibc

/// What the trees grown so far answer for each row, and where that should go: the loss's gradient and hessian.
///
/// Rows for learning come first; the later ones only have margins. All sums are made in pieces of a fixed size and
/// added in their order, so that they are the same however many threads there are.
final class Gradients {
    let learning: Int
    let rows: Int
    /// Without the bias, as CatBoost adds leaves up.
    private let sums: UnsafeMutablePointer<Double>
    private let labels: UnsafeMutablePointer<Bool>
    private let weights: UnsafeMutablePointer<Float>
    private let gradients: UnsafeMutablePointer<Float>
    private let hessians: UnsafeMutablePointer<Float>
    /// By row: the leaf of the last tree.
    let leaves: UnsafeMutablePointer<UInt16>
    /// By row for learning: both as one whole number; 0 for rows that the tree does not see.
    let packed: UnsafeMutablePointer<Int64>
    let bias: Double
    private(set) var gradientUnit = 1.0
    private(set) var hessianUnit = 1.0

    static let piece = 8192

    init(_ rows: TrainingRows, later: TrainingRows?, balance: TrainingParameters.Balance) {
        learning = rows.rows
        self.rows = rows.rows + (later?.rows ?? 0)
        sums = .allocate(capacity: self.rows)
        sums.initialize(repeating: 0, count: self.rows)
        labels = .allocate(capacity: self.rows)
        weights = .allocate(capacity: self.rows)
        gradients = .allocate(capacity: learning)
        hessians = .allocate(capacity: learning)
        packed = .allocate(capacity: learning)
        leaves = .allocate(capacity: self.rows)
        leaves.initialize(repeating: 0, count: self.rows)
        let (positive, negative) = rows.totals
        let factor =
            switch balance {
            case .none: 1.0
            case .balanced: negative / positive
            case .factor(let factor): factor
            }
        bias = LeafValues.written(log(positive * factor / negative))
        for row in 0..<learning {
            labels[row] = rows.labels[row] > 0
            weights[row] = (rows.weights?[row] ?? 1) * (labels[row] ? Float(factor) : 1)
        }
        if let later {
            for row in 0..<later.rows {
                labels[learning + row] = later.labels[row] > 0
                weights[learning + row] = later.weights?[row] ?? 1
            }
        }
    }

    deinit {
        sums.deallocate()
        labels.deallocate()
        weights.deallocate()
        gradients.deallocate()
        hessians.deallocate()
        packed.deallocate()
        leaves.deallocate()
    }

    func label(_ row: Int) -> Bool { labels[row] }
    func weight(_ row: Int) -> Double { Double(weights[row]) }
    func margin(_ row: Int) -> Double { sums[row] + bias }

    private func pieces(_ count: Int) -> Int { (count + Self.piece - 1) / Self.piece }
    private func range(_ piece: Int, _ count: Int) -> Range<Int> {
        piece * Self.piece..<min(count, (piece + 1) * Self.piece)
    }

    /// Works gradients and hessians out anew; returns the mean loss of the rows for learning.
    func update(_ team: GrowingTeam) -> Double {
        var parts = [(gradient: Double, hessian: Double, loss: Double, weight: Double)](
            repeating: (0, 0, 0, 0), count: pieces(learning))
        parts.withUnsafeMutableBufferPointer { parts in
            let parts = parts.baseAddress!
            team.run(pieces(learning)) { piece, _ in parts[piece] = update(range(piece, learning)) }
        }
        var total = (gradient: 0.0, hessian: 0.0, loss: 0.0, weight: 0.0)
        for part in parts {
            total.gradient += part.gradient
            total.hessian += part.hessian
            total.loss += part.loss
            total.weight += part.weight
        }
        gradientUnit = Self.unit(total.gradient)
        hessianUnit = Self.unit(total.hessian)
        return total.loss / max(total.weight, .leastNormalMagnitude)
    }

    /// A power of two: so many of it make the sum that a half of a whole number holds with room to spare.
    private static func unit(_ total: Double) -> Double {
        guard total > 0 else { return 1 }
        return scalbn(1, Int(ilogb(total)) + 1 - 30)
    }

    /// The mean loss of the later rows.
    func laterLoss() -> Double {
        var (loss, weight) = (0.0, 0.0)
        for row in learning..<rows {
            let margin = sums[row] + bias
            loss += Double(weights[row]) * Self.loss(margin, exp(-abs(margin)), labels[row])
            weight += Double(weights[row])
        }
        return loss / max(weight, .leastNormalMagnitude)
    }

    @inline(__always)
    private static func loss(_ margin: Double, _ small: Double, _ label: Bool) -> Double {
        log1p(small) + (label == (margin >= 0) ? 0 : abs(margin))
    }

    private func update(_ range: Range<Int>) -> (Double, Double, Double, Double) {
        var (gradient, hessian, loss, weight) = (0.0, 0.0, 0.0, 0.0)
        for row in range {
            let margin = sums[row] + bias
            let own = Double(weights[row])
            // exp of what is never positive cannot overflow.
            let small = exp(-abs(margin))
            let likely = 1 / (1 + small)
            let probability = margin >= 0 ? likely : small * likely
            let away = (labels[row] ? 1 : 0) - probability
            gradients[row] = Float(own * away)
            hessians[row] = Float(own * max(probability * (1 - probability), 1e-16))
            gradient += Double(abs(gradients[row]))
            hessian += Double(hessians[row])
            loss += own * Self.loss(margin, small, labels[row])
            weight += own
        }
        return (gradient, hessian, loss, weight)
    }

    /// Packs what the tree will see: all rows that `sees`.
    func pack(_ team: GrowingTeam, sees: UnsafePointer<Bool>?) {
        let (perGradient, perHessian) = (Float(1 / gradientUnit), Float(1 / hessianUnit))
        team.run(pieces(learning)) { piece, _ in
            for row in range(piece, learning) {
                guard sees?[row] ?? true, weights[row] > 0 else {
                    packed[row] = 0
                    continue
                }
                let gradient = Int64((gradients[row] * perGradient).rounded(.toNearestOrEven))
                let hessian = Int64(max(1, (hessians[row] * perHessian).rounded(.toNearestOrEven)))
                packed[row] = gradient << 32 + hessian
            }
        }
    }

    /// What the leaves hold of all rows for learning, seen or not, in full precision.
    func leafSums(_ team: GrowingTeam, leaves count: Int) -> LeafSums {
        let pieces = pieces(learning)
        var parts = [Double](repeating: 0, count: pieces * count * 3)
        parts.withUnsafeMutableBufferPointer { parts in
            let parts = parts.baseAddress!
            team.run(pieces) { piece, _ in
                let own = parts + piece * count * 3
                for row in range(piece, learning) {
                    let leaf = Int(leaves[row]) * 3
                    own[leaf] += Double(gradients[row])
                    own[leaf + 1] += Double(hessians[row])
                    own[leaf + 2] += Double(weights[row])
                }
            }
        }
        var sums = LeafSums(count)
        for piece in 0..<pieces {
            for leaf in 0..<count {
                let place = (piece * count + leaf) * 3
                sums.gradients[leaf] += parts[place]
                sums.hessians[leaf] += parts[place + 1]
                sums.weights[leaf] += parts[place + 2]
            }
        }
        return sums
    }

    /// Adds a tree's values to all rows' margins.
    func add(_ values: [Double], _ team: GrowingTeam) {
        values.withUnsafeBufferPointer { values in
            let values = values.baseAddress!
            team.run(pieces(rows)) { piece, _ in
                for row in range(piece, rows) { sums[row] += values[Int(leaves[row])] }
            }
        }
    }
}

/// Of each leaf: sums over its rows.
struct LeafSums {
    var gradients: [Double]
    var hessians: [Double]
    var weights: [Double]

    init(_ count: Int) {
        gradients = [Double](repeating: 0, count: count)
        (hessians, weights) = (gradients, gradients)
    }
}
