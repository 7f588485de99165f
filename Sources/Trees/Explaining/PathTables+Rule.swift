extension PathTables {
    /// A quadrature rule, its points in groups of four, the last filled up with points that have no weight.
    struct Rule: Sendable {
        /// What a row's weight is at a point before the first split: the point's weight, divided by the factor of a
        /// player who has lost, by which every share is multiplied.
        let starts: [Double]
        private let points: [Double]
        /// 1 - point.
        private let rests: [Double]

        init(count: Int) {
            let rule = GaussLegendre(count: count)
            let filling = [Double](repeating: 0.5, count: (4 - count % 4) % 4)
            points = rule.points + filling
            // The points lie evenly around the middle: seen from the other end, they have no rounding.
            rests = rule.points.reversed() + filling
            starts = zip(rule.weights, rule.points.reversed()).map { $0 / $1 } + filling.map { _ in 0 }
        }

        /// What a split does to a player who holds `share`, at four points: `docs/shap.md` calls it W, then I.
        func write(_ share: Double, isLost: Bool, group: Int, to factors: UnsafeMutablePointer<Double>) {
            for place in 0..<4 {
                let rest = rests[4 * group + place]
                if isLost {
                    (factors[place], factors[4 + place]) = (1, 0)
                } else if share == 1 {
                    // Exact, where the quotients below would be rounded.
                    (factors[place], factors[4 + place]) = (rest, 1)
                } else {
                    let gain = 1 / (points[4 * group + place] + rest * share)
                    (factors[place], factors[4 + place]) = (rest * share * gain, gain)
                }
            }
        }
    }
}
