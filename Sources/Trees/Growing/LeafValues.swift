/// What the leaves of a tree answer: a Newton step from their rows' sums.
struct LeafValues {
    let learningRate: Double
    let lambda: Double
    /// How much hessian a leaf must have to speak for itself; one with less answers with those it was last parted
    /// from.
    let leastHessian: Double

    /// `senses` is, by level, which way its answer may turn the value: 1, -1, or 0 for any.
    func values(of sums: LeafSums, senses: [Int]) -> [Double] {
        let depth = senses.count
        var values = [Double](repeating: 0, count: sums.gradients.count)
        for leaf in values.indices where sums.weights[leaf] > 0 {
            let (gradient, hessian) = group(of: leaf, sums, depth)
            values[leaf] = learningRate * gradient / (hessian + lambda)
        }
        if senses.contains(where: { $0 != 0 }) { order(&values, sums, senses) }
        return values.map { Self.written($0) }
    }

    /// Rounded to as many digits as CatBoost's reader of JSON reads without an error.
    static func written(_ value: Double) -> Double {
        value.isFinite ? (value * 1e12).rounded(.toNearestOrEven) / 1e12 : 0
    }

    /// The leaf's sums, or those of the smallest group around it that is large enough: leaves that differ in the last
    /// levels only.
    private func group(of leaf: Int, _ sums: LeafSums, _ depth: Int) -> (gradient: Double, hessian: Double) {
        var levels = depth
        while true {
            var (gradient, hessian) = (0.0, 0.0)
            var other = leaf & (1 << levels - 1)
            while other < sums.gradients.count {
                gradient += sums.gradients[other]
                hessian += sums.hessians[other]
                other += 1 << levels
            }
            if hessian >= leastHessian || levels == 0 { return (gradient, hessian) }
            levels -= 1
        }
    }

    /// Makes values rise with every answer that may only raise, and fall with every one that may only lower: halfway
    /// between the lowest such values above these and the highest below.
    private func order(_ values: inout [Double], _ sums: LeafSums, _ senses: [Int]) {
        let taken = values.indices.filter { sums.weights[$0] > 0 }
        let low = taken.map { values[$0] }.min() ?? 0
        let high = taken.map { values[$0] }.max() ?? 0
        // A leaf without rows hinders nobody.
        var above = values.indices.map { sums.weights[$0] > 0 ? values[$0] : low }
        var below = values.indices.map { sums.weights[$0] > 0 ? values[$0] : high }
        for (level, sense) in senses.enumerated() where sense != 0 {
            for leaf in values.indices where leaf >> level & 1 == 0 {
                let other = leaf | 1 << level
                let (least, most) = sense > 0 ? (leaf, other) : (other, leaf)
                above[most] = max(above[most], above[least])
                below[least] = min(below[least], below[most])
            }
        }
        for leaf in values.indices { values[leaf] = (above[leaf] + below[leaf]) / 2 }
    }
}
