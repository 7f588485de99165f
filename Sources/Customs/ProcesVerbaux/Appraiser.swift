/// Compares declared values with what the office's minimum values, or comparable operations, make them out to be.
public struct Appraiser: Sendable {
    private let tariff: Tariff
    private let schema: FactSchema
    /// Fewer comparable operations say nothing.
    private let leastOperations: Int

    /// In FCFA: beyond, a franc is no longer told from the next.
    private static let mostCounted = 1e15

    public init(_ tariff: Tariff, _ vocabulary: Vocabulary, leastOperations: Int) {
        (self.tariff, schema, self.leastOperations) = (tariff, vocabulary.schema, leastOperations)
    }

    /// - Parameter peers: for each article, the comparable operations' prices for a net kilogram; nil when none is known.
    public func appraise(_ declaration: Declaration, peers: [HistoryPeers?]) -> [ArticleAppraisal] {
        declaration.articles.enumerated().map { place, article in
            appraise(article, rank: place + 1, declaration, peers.indices.contains(place) ? peers[place] : nil)
        }
    }

    private func appraise(
        _ article: Article, rank: Int, _ declaration: Declaration, _ peers: HistoryPeers?
    ) -> ArticleAppraisal {
        let facts = article.facts
        let declared = number("valeur_douane", facts) ?? number("valeur_caf", facts)
        let (estimate, unestimated) = estimate(of: facts, declared, declaration, peers)
        var taxes: [TaxShortfall] = []
        var reserve: String?
        var isOwed = false
        if let declared, let estimate, estimate.value > declared {
            (taxes, reserve, isOwed) = self.taxes(article, declaration, declared, estimate.value)
        }
        return ArticleAppraisal(
            rank: rank, code: text("code_sh", facts), description: text("description", facts),
            origin: text("pays_origine", facts), netWeight: number("poids_net", facts), declared: declared,
            liquidated: number("montant_liquidation", facts), estimate: estimate, unestimated: unestimated,
            taxes: taxes, reserve: reserve, isOwed: isOwed)
    }

    /// The office's minimum before comparable operations: it is a text, they are an indication.
    private func estimate(
        of facts: Facts, _ declared: Double?, _ declaration: Declaration, _ peers: HistoryPeers?
    ) -> (ValueEstimate?, String?) {
        if let declared, declared >= Self.mostCounted { return (nil, "la valeur déclarée dépasse ce qui se compte") }
        let weight = number("poids_net", facts).flatMap { $0 > 0 ? $0 : nil }
        if let code = text("code_sh", facts),
            let (minimum, isPerUnit) = tariff.administered.minimum(
                of: code, origin: text("pays_origine", facts), unit: text("unite", facts), on: day(of: declaration)),
            let quantity = isPerUnit ? number("quantite_complementaire", facts) : weight,
            minimum * quantity < Self.mostCounted
        {
            let unit = isPerUnit ? text("unite", facts) ?? "unité" : "kg"
            let value = (minimum * quantity).rounded()
            return (ValueEstimate(value: value, basis: .administered, unitPrice: minimum, unit: unit), nil)
        }
        guard let weight else { return (nil, "le poids net manque") }
        guard let peers, peers.median.isFinite, peers.median > 0 else {
            return (nil, "aucune opération comparable n’est connue")
        }
        guard peers.count >= leastOperations else {
            return (nil, "\(peers.count) opérations comparables seulement, sur \(leastOperations) requises")
        }
        let value = (peers.median * weight).rounded()
        guard value < Self.mostCounted else { return (nil, "l’estimation dépasse ce qui se compte") }
        return (
            ValueEstimate(
                value: value, basis: .comparable, unitPrice: peers.median, unit: "kg", operations: peers.count), nil
        )
    }

    private func taxes(
        _ article: Article, _ declaration: Declaration, _ declared: Double, _ estimate: Double
    ) -> ([TaxShortfall], String?, Bool) {
        guard let code = text("code_sh", article.facts) else { return ([], "sans code SH, rien n’est calculé", false) }
        var asked = TariffCase(code: code, value: declared)
        asked.regime = text("regime", declaration.facts)
        asked.fiscalRegime = text("regime_fiscal", article.facts)
        asked.origin = text("pays_origine", article.facts)
        asked.day = day(of: declaration)
        asked.declared = Set(article.taxes.map(\.code))
        var other = asked
        other.value = estimate
        guard let low = tariff.expected(asked), let high = tariff.expected(other) else {
            return ([], "le tarif de l’office ne donne pas le droit de la position \(code)", false)
        }
        let taxes = zip(low.lines, high.lines).map { low, high in
            TaxShortfall(
                code: low.code, symbol: low.symbol, rate: low.rate, onDeclared: low.amount, onEstimate: high.amount)
        }
        return (taxes, reserve(low), low.effect == .common && low.preferred.isEmpty)
    }

    private func reserve(_ expectation: TariffExpectation) -> String? {
        switch expectation.effect {
        case .relief: "sous réserve du régime : \(expectation.regime)"
        case .suspension: "droits suspendus : \(expectation.regime)"
        case .outside: "hors champ : \(expectation.regime)"
        case .common:
            expectation.preferred.isEmpty
                ? nil
                : "sous réserve de l’origine, qui peut exempter de \(expectation.preferred.joined(separator: ", "))"
        }
    }

    private func day(of declaration: Declaration) -> Int? {
        number("date_enregistrement", declaration.facts).flatMap { Int(exactly: $0) }
    }

    private func number(_ name: String, _ facts: Facts) -> Double? {
        schema[name].map { facts.numbers[$0.slot] }.flatMap { $0.isFinite ? $0 : nil }
    }

    private func text(_ name: String, _ facts: Facts) -> String? { schema[name].flatMap { facts.texts[$0.slot] } }
}
