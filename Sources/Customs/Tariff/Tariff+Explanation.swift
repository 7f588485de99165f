extension Tariff {
    /// Why a total differs from what is due, when only the total is known: which taxes are missing or at which rate the
    /// duty must have been. Empty when they agree.
    ///
    /// The simplest cause that gives the total to the franc is taken; when two simplest ones do, none is.
    public func explain(total: Double, of article: TariffCase) -> [TariffFinding] {
        expected(article).map { explain(total: total, insteadOf: $0, on: article.value) } ?? []
    }

    /// The same for what is known to be due on a value.
    func explain(total: Double, insteadOf expectation: TariffExpectation, on value: Double) -> [TariffFinding] {
        guard total.isFinite, abs(expectation.total - total) > Self.slack(expectation.lines.count) else { return [] }
        let search = CauseSearch(self, expectation, value: value)
        guard let cause = search.simplest(giving: total) else { return [unexplained(expectation, total)] }
        let lines = search.lines(cause).map { TaxLine(code: $0.code, base: $0.base, rate: $0.rate, amount: $0.amount) }
        // Another duty changes other taxes' bases: that is no cause of its own.
        return findings(expectation, declared: lines).filter { $0.kind != .wrongBase }
    }

    /// Each line may be rounded by half a franc.
    static func slack(_ lines: Int) -> Double { Double(lines) * 0.5 + 1 }

    private func unexplained(_ expectation: TariffExpectation, _ total: Double) -> TariffFinding {
        .init(
            kind: .unexplained, tax: nil, shortfall: expectation.total - total,
            sentence: "La liquidation est de \(Self.francs(total)) ; le tarif donne \(Self.francs(expectation.total)).")
    }
}
