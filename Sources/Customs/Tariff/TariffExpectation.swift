/// What the tariff makes due on one article.
public struct TariffExpectation: Sendable, Equatable {
    public struct Line: Sendable, Equatable {
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
        var lines: [TariffExpectation.Line] = []
        for tax in taxes where tax.validity.contains(article.day) && !exempted.contains(tax.code) {
            if tax.due == .siDeclaree, !article.declared.contains(tax.code) { continue }
            let base = article.value + lines.reduce(0) { tax.base.contains($1.code) ? $0 + $1.amount : $0 }
            let rate = tax.rate ?? duty
            lines.append(
                .init(code: tax.code, symbol: tax.symbol, base: base, rate: rate, amount: Self.amount(base, rate)))
        }
        let (effect, label) = effect(ofRegime: article.regime, fiscal: article.fiscalRegime)
        let preferred = preferences.filter { article.origin.map($0.countries.contains) ?? false }.flatMap(\.taxes)
        return TariffExpectation(
            lines: lines, total: lines.reduce(0) { $0 + $1.amount }, effect: effect, regime: label, preferred: preferred
        )
    }

    /// Half a franc counts as one.
    static func amount(_ base: Double, _ rate: Double) -> Double { (base * rate / 100 + 0.5).rounded(.down) }
}
