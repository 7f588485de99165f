/// The nearest sequence that never falls (least squares, weights), in place: neighbours out of order share their mean.
struct MonotoneFit {
    typealias Nodes = InlineArray<10, Double>

    static func fit(_ values: inout Nodes, weights: Nodes) {
        var means = values
        var sums = weights
        var sizes = InlineArray<10, Int>(repeating: 0)
        var blocks = 0
        for node in 0..<Deciles.count {
            (means[blocks], sums[blocks], sizes[blocks]) = (values[node], weights[node], 1)
            blocks += 1
            while blocks > 1, means[blocks - 2] > means[blocks - 1] {
                let sum = sums[blocks - 2] + sums[blocks - 1]
                means[blocks - 2] = (means[blocks - 2] * sums[blocks - 2] + means[blocks - 1] * sums[blocks - 1]) / sum
                sums[blocks - 2] = sum
                sizes[blocks - 2] += sizes[blocks - 1]
                blocks -= 1
            }
        }
        var node = 0
        for block in 0..<blocks {
            for _ in 0..<sizes[block] {
                values[node] = means[block]
                node += 1
            }
        }
    }
}
