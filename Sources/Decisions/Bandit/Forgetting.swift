/// How what was learned fades: by half in so many days. The factors are made by multiplications alone, so that they are
/// the same to the last bit on every machine.
public struct Forgetting: Sendable, Equatable {
    public let halfLife: Int
    private let factors: [Double]

    /// A half-life of 1 to 3,650 days.
    public init(halfLife: Int = 45) throws(DecisionError) {
        guard 1...3650 ~= halfLife else { throw DecisionError(.badPolicy, "une demi-vie va de 1 à 3650 jours") }
        self.init(unchecked: halfLife)
    }

    static let standard = Forgetting(unchecked: 45)

    private init(unchecked halfLife: Int) {
        self.halfLife = halfLife
        var (low, high) = (0.0, 1.0)
        for _ in 0..<64 {
            let middle = (low + high) / 2
            if Self.power(middle, halfLife) < 0.5 { low = middle } else { high = middle }
        }
        // After forty half-lives 1e-12 is left, which counts as nothing.
        var (factors, factor) = ([Double](), 1.0)
        factors.reserveCapacity(40 * halfLife)
        for day in 0..<40 * halfLife {
            // Whole half-lives are exact.
            factor = day.isMultiple(of: halfLife) ? Self.power(0.5, day / halfLife) : factor * low
            factors.append(factor)
        }
        self.factors = factors
    }

    /// What is left after so many days; all of it for days that have not come.
    @inline(__always)
    public func factor(after days: Int) -> Double {
        days <= 0 ? 1 : days < factors.count ? factors[days] : 0
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
