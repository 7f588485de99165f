import Glibc

/// The Gauss–Legendre rule between 0 and 1: with `count` points it integrates every polynomial of a degree below
/// 2 · `count` exactly.
struct GaussLegendre: Sendable {
    let points: [Double]
    let weights: [Double]

    init(count: Int) {
        var points = [Double](repeating: 0.5, count: count)
        var weights = [Double](repeating: 1, count: count)
        // The roots come in pairs around the middle.
        for index in 0..<(count + 1) / 2 {
            let (half, weight) = Self.root(index, of: count)
            points[index] = half
            points[count - 1 - index] = 1 - half
            weights[index] = weight
            weights[count - 1 - index] = weight
        }
        (self.points, self.weights) = (points, weights)
    }

    /// A root of the Legendre polynomial, moved from (-1, 1) to (0, 1), and its weight: Newton's method from a guess
    /// that is good for every degree.
    private static func root(_ index: Int, of count: Int) -> (point: Double, weight: Double) {
        var root = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
        var slope = 1.0
        for _ in 0..<10 {
            var (value, previous) = (1.0, 0.0)
            for degree in 0..<count {
                let next = (Double(2 * degree + 1) * root * value - Double(degree) * previous) / Double(degree + 1)
                (previous, value) = (value, next)
            }
            slope = Double(count) * (root * value - previous) / (root * root - 1)
            root -= value / slope
        }
        return ((1 - root) / 2, 1 / ((1 - root * root) * slope * slope))
    }

    /// As many points as integrate a path of `players` exactly.
    ///
    /// The integrand is a product of one linear factor less than there are players. From 65 players on fewer points do:
    /// every factor is (1 - t) · z or t + (1 - t) · z, so that the product is a sum of Bernstein polynomials with positive
    /// coefficients, and of these only less than 10⁻¹⁵ is left beyond a degree of eight times the root of their own.
    static func pointCount(players: Int) -> Int {
        let exact = (players + 1) / 2
        return max(1, players <= 64 ? exact : min(exact, Int((4 * Double(players).squareRoot()).rounded(.up))))
    }
}
