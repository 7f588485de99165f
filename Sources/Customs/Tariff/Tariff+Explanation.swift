extension Tariff {
    /// Why a total differs from what is due, when only the total is known: which taxes are missing or at which rate the
    /// duty must have been. Empty when they agree.
    ///
    /// The simplest cause that gives the total to the franc is taken; when two simplest ones do, none is.
    public func explain(total: Double, of article: TariffCase) -> [TariffFinding] {
        guard total.isFinite, let expectation = expected(article) else { return [] }
        let shortfall = expectation.total - total
        if abs(shortfall) <= Self.slack(expectation.lines.count) { return [] }
        var best: (cost: Int, cause: Cause)?
        var isTied = false
        for cause in causes(expectation) {
            let lines = recomputed(expectation, article, cause)
            let sum = lines.reduce(0) { $0 + $1.amount }
            guard abs(sum - total) <= Self.slack(lines.count) else { continue }
            if let found = best, found.cost <= cause.cost {
                if found.cost == cause.cost { isTied = true }
                continue
            }
            (best, isTied) = ((cause.cost, cause), false)
        }
        guard let cause = best?.cause, !isTied else { return [unexplained(expectation, total)] }
        return findings(
            expectation,
            declared: recomputed(expectation, article, cause).map {
                TaxLine(code: $0.code, base: $0.base, rate: $0.rate, amount: $0.amount)
            }
        ).filter { $0.kind != .wrongBase }
    }

    /// Each line may be rounded by half a franc.
    private static func slack(_ lines: Int) -> Double { Double(lines) * 0.5 + 1 }

    private struct Cause {
        var duty: Double
        var removed: Set<String>
        var added: Set<String>
        var cost: Int
    }

    /// The duties that the tariff knows.
    private static let duties: [Double] = [0, 5, 10, 20, 35]

    private func causes(_ expectation: TariffExpectation) -> [Cause] {
        let expectedDuty = expectation["01"]?.rate ?? 0
        let removable = expectation.lines.map(\.code).filter { $0 != "01" }
        var causes: [Cause] = []
        for duty in Set(Self.duties + [expectedDuty]).sorted() {
            for mask in 0..<(1 << min(removable.count, 10)) where mask.nonzeroBitCount <= 3 {
                let removed = Set(removable.indices.filter { mask >> $0 & 1 == 1 }.map { removable[$0] })
                for added in [[]] + optionalTaxes.map({ [$0] }) where expectation[added.first ?? ""] == nil {
                    let cost = (duty == expectedDuty ? 0 : 1) + removed.count + added.count
                    if cost > 0 { causes.append(Cause(duty: duty, removed: removed, added: Set(added), cost: cost)) }
                }
            }
        }
        return causes
    }

    private func recomputed(_ expectation: TariffExpectation, _ article: TariffCase, _ cause: Cause)
        -> [TariffExpectation.Line]
    {
        var lines: [TariffExpectation.Line] = []
        for tax in taxes where !cause.removed.contains(tax.code) {
            guard expectation[tax.code] != nil || cause.added.contains(tax.code) else { continue }
            let base = article.value + lines.reduce(0) { tax.base.contains($1.code) ? $0 + $1.amount : $0 }
            let rate = tax.rate ?? cause.duty
            lines.append(
                .init(code: tax.code, symbol: tax.symbol, base: base, rate: rate, amount: Self.amount(base, rate)))
        }
        return lines
    }

    private func unexplained(_ expectation: TariffExpectation, _ total: Double) -> TariffFinding {
        let shortfall = expectation.total - total
        return .init(
            kind: .unexplained, tax: nil, shortfall: shortfall,
            sentence: "La liquidation est de \(Self.francs(total)) ; le tarif donne \(Self.francs(expectation.total)).")
    }
}
