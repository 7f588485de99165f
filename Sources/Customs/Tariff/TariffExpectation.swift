/// What the tariff makes due on one article.
public struct TariffExpectation: Sendable, Equatable {
    public struct Line: Sendable, Equatable {
        /// Among the tariff's taxes.
        let place: Int
        public let code: String
        public let symbol: String
        public let base: Double, rate: Double, amount: Double
    }
    /// In the tariff's order; taxes that are exempted or not due are left out.
    public let lines: [Line]
    /// The sum of the lines.
    public let total: Double
    /// What the regime, the origin or the preference may change of it.
    public let effect: Tariff.Effect
    /// The effect in French: « admission temporaire ».
    public let regime: String
    /// Taxes that an origin's preference may remove.
    public let preferred: [String]

    public subscript(_ code: String) -> Line? { lines.first { $0.code == code } }
}

/// What the tariff has to know of an article.
public struct TariffCase: Sendable {
    public var code: String
    /// The customs value in FCFA.
    public var value: Double
    public var regime: String?
    public var fiscalRegime: String?
    public var origin: String?
    public var day: Int?
    /// Codes of the taxes that the declaration shows: some are due only then.
    public var declared: Set<String> = []

    public init(
        code: String, value: Double, regime: String? = nil, fiscalRegime: String? = nil, origin: String? = nil,
        day: Int? = nil, declared: Set<String> = []
    ) {
        (self.code, self.value, self.regime, self.fiscalRegime) = (code, value, regime, fiscalRegime)
        (self.origin, self.day, self.declared) = (origin, day, declared)
    }
}

extension Tariff {
    /// Nil when the value is missing or the tariff does not know the position's duty.
    public func expected(_ article: TariffCase) -> TariffExpectation? {
        position(of: article.code, on: article.day)?.duty.flatMap { expected(article, duty: $0) }
    }

    /// The same for goods whose duty is known otherwise.
    func expected(_ article: TariffCase, duty: Double) -> TariffExpectation? {
        guard article.value.isFinite, article.value >= 0 else { return nil }
        let exempted = exemptions.filter { $0.validity.contains(article.day) && article.code.hasPrefix($0.prefix) }
            .flatMap(\.taxes)
        let lines = lines(value: article.value, duty: duty) { place in
            taxes[place].validity.contains(article.day) && !exempted.contains(taxes[place].code)
                && (taxes[place].due == .toujours || article.declared.contains(taxes[place].code))
        }
        let (effect, label) = effect(ofRegime: article.regime, fiscal: article.fiscalRegime)
        let preferred = preferences.filter { article.origin.map($0.countries.contains) ?? false }.flatMap(\.taxes)
        return TariffExpectation(
            lines: lines, total: lines.reduce(0) { $0 + $1.amount }, effect: effect, regime: label, preferred: preferred
        )
    }

    /// The lines of some taxes, in their order.
    func lines(value: Double, duty: Double, _ isDue: (_ place: Int) -> Bool) -> [TariffExpectation.Line] {
        var lines: [TariffExpectation.Line] = []
        lines.reserveCapacity(taxes.count)
        for place in taxes.indices where isDue(place) {
            let base = value + lines.reduce(0) { bases[place] >> UInt32($1.place) & 1 == 1 ? $0 + $1.amount : $0 }
            let rate = rates[place].isNaN ? duty : rates[place]
            lines.append(
                .init(
                    place: place, code: taxes[place].code, symbol: taxes[place].symbol, base: base, rate: rate,
                    amount: Self.amount(base, rate)))
        }
        return lines
    }

    /// What a tax amounts to after others, whose bits are `computed`; `amounts` has a place for each.
    @inline(__always)
    func amount(
        of place: Int, at rate: Double, on value: Double, after computed: UInt32,
        _ amounts: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        var base = value
        var included = bases[place] & computed
        while included != 0 {
            base += amounts[included.trailingZeroBitCount]
            included &= included - 1
        }
        amounts[place] = Self.amount(base, rate)
        return amounts[place]
    }

    /// Half a franc counts as one.
    static func amount(_ base: Double, _ rate: Double) -> Double { (base * rate / 100 + 0.5).rounded(.down) }
}
