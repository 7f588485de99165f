extension DeclarationControls {
    /// What the tariff has to know of an article.
    public func tariffCase(_ article: Article, _ declaration: Declaration) -> TariffCase? {
        guard let code = article.facts.text(fields.code) else { return nil }
        let day = declaration.facts.number(fields.registered)
        return TariffCase(
            code: code, value: article.facts.number(fields.caf),
            regime: article.facts.text(fields.regime) ?? declaration.facts.text(fields.regime),
            fiscalRegime: article.facts.text(fields.fiscalRegime), origin: article.facts.text(fields.origin),
            day: day.isNaN ? nil : Int(day), declared: Set(article.taxes.map(\.code)))
    }

    func taxes(_ article: Article, _ index: Int, _ declaration: Declaration, _ controls: inout [Control]) {
        guard let item = tariffCase(article, declaration), let expectation = tariff.expected(item) else { return }
        let total = article.facts.number(fields.paid)
        if total == 0, expectation.total > 0, expectation.effect == .common, article.taxes.isEmpty {
            controls.append(
                .init(
                    .noDuty, "Rien n’est liquidé alors que le tarif donne \(Tariff.francs(expectation.total)).",
                    articles: [index], shortfall: expectation.total))
            return
        }
        let findings =
            article.taxes.isEmpty
            ? tariff.explain(total: total, insteadOf: expectation, on: item.value)
            : tariff.findings(expectation, declared: article.taxes)
        for finding in findings where expectation.effect != .outside {
            let isRelieved =
                finding.shortfall > 0
                && (expectation.effect != .common || finding.tax.map(expectation.preferred.contains) ?? false)
            let note = isRelieved ? " Le régime peut l’expliquer (\(expectation.regime))." : ""
            controls.append(
                .init(
                    Self.code(finding.kind), finding.sentence + note, articles: [index], shortfall: finding.shortfall,
                    severity: isRelieved ? .low : nil))
        }
    }

    private static func code(_ kind: TariffFinding.Kind) -> Control.Code {
        switch kind {
        case .missingTax: .missingTax
        case .wrongRate: .wrongRate
        case .wrongBase: .wrongBase
        case .wrongAmount: .wrongAmount
        case .unexpectedTax: .unexpectedTax
        case .unexplained: .liquidation
        }
    }

    /// Whether the code's position exists, and whether the description speaks of another chapter.
    func position(_ article: Article, _ index: Int, _ memory: HeadingMemory, _ controls: inout [Control]) {
        guard let code = article.facts.text(fields.code) else { return }
        let chapter = String(code.prefix(2))
        if tariff.position(of: code) == nil {
            let message = "Le tarif enregistré ne connaît pas la position \(code) : ses droits ne sont pas contrôlés."
            controls.append(.init(.unknownPosition, message, articles: [index]))
        }
        guard let description = article.facts.text(fields.description), let nearest = memory.nearest(to: description)
        else { return }
        guard !nearest.prefix.hasPrefix(chapter), nearest.score >= 1,
            nearest.score > 2 * tariff.resemblance(of: description, toChapter: chapter)
        else { return }
        controls.append(
            .init(
                .descriptionOfOtherChapter,
                "La description évoque la position \(nearest.prefix) plutôt que le chapitre \(chapter).",
                articles: [index]))
    }
}
