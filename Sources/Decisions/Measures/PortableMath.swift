/// The few functions that decisions need beyond the four operations and the root, computed by these alone.
///
/// Mathematical libraries differ in the last bit from one version to the next, and a decision must replay in ten years,
/// on another machine, to the last bit.
enum PortableMath {
    private static let ln2 = 0.693_147_180_559_945_3

    /// eˣ, to about one unit of the last place; 0 and infinity beyond ±700.
    static func exp(_ x: Double) -> Double {
        if x.isNaN { return .nan }
        if x > 700 { return .infinity }
        if x < -700 { return 0 }
        let power = (x / ln2).rounded()
        let rest = x - power * ln2
        var (sum, term) = (1.0, 1.0)
        for k in 1...14 {
            term = term * rest / Double(k)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(power), significand: 1) * sum
    }

    /// The natural logarithm of a positive number; NaN of any other.
    static func log(_ x: Double) -> Double {
        guard x > 0, x.isFinite else { return x == .infinity ? .infinity : .nan }
        var (significand, exponent) = (x.significand, x.exponent)
        if significand > 1.414_213_562_373_095 {
            significand /= 2
            exponent += 1
        }
        // log(s) = 2·artanh((s − 1) / (s + 1)), and |(s − 1) / (s + 1)| < 0.172.
        let z = (significand - 1) / (significand + 1)
        let square = z * z
        var (sum, power) = (0.0, z)
        for k in stride(from: 1.0, through: 23, by: 2) {
            sum += power / k
            power *= square
        }
        return 2 * sum + Double(exponent) * ln2
    }

    /// P(N(0, 1) ≤ x), to 1e-12: the series near zero, the continued fraction of the tail.
    static func normalShare(below x: Double) -> Double {
        if x.isNaN { return .nan }
        if x < -38 { return 0 }
        if x > 38 { return 1 }
        let density = exp(-x * x / 2) * 0.398_942_280_401_432_7
        let size = x.magnitude
        if size < 4 {
            var (sum, term, k) = (size, size, 1.0)
            while term > sum * 1e-17 {
                k += 2
                term = term * size * size / k
                sum += term
                if k > 400 { break }
            }
            let half = density * sum
            return x < 0 ? 0.5 - half : 0.5 + half
        }
        var fraction = size
        for k in stride(from: 60.0, through: 1, by: -1) { fraction = size + k / fraction }
        let tail = density / fraction
        return x < 0 ? tail : 1 - tail
    }

    /// The x with P(N(0, 1) ≤ x) = share, for 0 < share < 1, by bisection.
    static func normalQuantile(_ share: Double) -> Double {
        guard share > 0, share < 1 else { return .nan }
        var (low, high) = (-38.0, 38.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if normalShare(below: middle) < share { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
