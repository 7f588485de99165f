/// Fills `DerivedFacts` from the tariff, article by article; one for each thread, since it remembers descriptions.
public final class TariffFacts {
    private let tariff: Tariff
    private let schema: FactSchema
    private let memory: HeadingMemory

    public init(_ tariff: Tariff, vocabulary: Vocabulary, memory: HeadingMemory? = nil) {
        self.tariff = tariff
        self.memory = memory ?? HeadingMemory(tariff)
        schema = DerivedFacts.schema(after: vocabulary)
    }

    /// The articles' facts with what the tariff says of each, ready for `FeatureSet.evaluate`.
    public func articles(of declaration: Declaration) -> [Facts] {
        declaration.articles.map { facts(of: $0, in: declaration) }
    }

    private func facts(of article: Article, in declaration: Declaration) -> Facts {
        var facts = article.facts
        // The derived fields come after the others of their kind.
        facts.numbers += repeatElement(.nan, count: max(0, schema.numberCount - facts.numbers.count))
        facts.texts += repeatElement(nil, count: max(0, schema.textCount - facts.texts.count))
        if let description = text("description", facts) { set("droit_proche", nearestDuty(description), &facts) }
        let (effect, _) = tariff.effect(
            ofRegime: text("regime", declaration.facts), fiscal: text("regime_fiscal", facts))
        set("effet_regime", effect.rawValue, &facts)
        guard let code = text("code_sh", facts) else { return facts }
        let day = number("date_enregistrement", declaration.facts)
        var asked = TariffCase(code: code, value: number("valeur_douane", facts))
        if asked.value.isNaN { asked.value = number("valeur_caf", facts) }
        asked.regime = text("regime", declaration.facts)
        asked.fiscalRegime = text("regime_fiscal", facts)
        asked.origin = text("pays_origine", facts)
        asked.day = Int(exactly: day)
        asked.declared = Set(article.taxes.map(\.code))
        if let position = tariff.position(of: code, on: asked.day) {
            set("libelle_position", position.label, &facts)
            set("droit_attendu", position.duty ?? .nan, &facts)
        }
        if let (minimum, isPerUnit) = tariff.administered.minimum(
            of: code, origin: asked.origin, unit: text("unite", facts), on: asked.day)
        {
            set(isPerUnit ? "minimum_unite" : "minimum_kg", minimum, &facts)
        }
        guard let expected = tariff.expected(asked) else { return facts }
        set("liquidation_attendue", expected.total, &facts)
        set("tei_attendu", 100 * expected.total / number("valeur_caf", facts), &facts)
        if let tax = suspect(expected, asked, article, facts) { set("taxe_en_cause", tax, &facts) }
        return facts
    }

    /// The tax of the largest shortfall; of a total alone, the one tax that alone explains it.
    private func suspect(
        _ expected: TariffExpectation, _ asked: TariffCase, _ article: Article, _ facts: Facts
    ) -> String? {
        guard expected.effect == .common else { return nil }
        guard !article.taxes.isEmpty else {
            return soleCause(of: number("montant_liquidation", facts), instead: expected, value: asked.value)
        }
        // Of equals the first, as the tariff orders them.
        return tariff.findings(expected, declared: article.taxes).reduce(nil as TariffFinding?) { worst, finding in
            finding.shortfall > worst?.shortfall ?? 0 && finding.tax != nil ? finding : worst
        }?.tax
    }

    /// The tax without which, or the duty with another of whose rates, the tariff gives `total`; nil when none does, or
    /// more than one. Causes that come together are for `Tariff.explain`, which takes its time.
    private func soleCause(of total: Double, instead expected: TariffExpectation, value: Double) -> String? {
        // Each line may be rounded by half a franc.
        let slack = Double(expected.lines.count) * 0.5 + 1
        guard expected.total - total > slack else { return nil }
        var cause: String?
        for line in expected.lines {
            for rate in line.code == Self.duty ? Self.duties : [0] where rate < line.rate {
                guard abs(sum(expected, value, line.code, at: rate) - total) <= slack else { continue }
                if let cause, cause != line.code { return nil }
                cause = line.code
            }
        }
        return cause
    }

    private static let duty = "01"
    private static let duties: [Double] = [0, 5, 10, 20, 35]

    /// What is due when one tax has another rate.
    private func sum(_ expected: TariffExpectation, _ value: Double, _ code: String, at rate: Double) -> Double {
        var amounts: [(code: String, amount: Double)] = []
        for line in expected.lines {
            let taxed = tariff.taxes.first { $0.code == line.code }?.base ?? []
            let base = amounts.reduce(value) { taxed.contains($1.code) ? $0 + $1.amount : $0 }
            amounts.append((line.code, Tariff.amount(base, line.code == code ? rate : line.rate)))
        }
        return amounts.reduce(0) { $0 + $1.amount }
    }

    private func nearestDuty(_ description: String) -> Double {
        memory.nearest(to: description).flatMap { tariff.position(of: $0.prefix)?.duty } ?? .nan
    }

    private func number(_ name: String, _ facts: Facts) -> Double {
        guard let slot = schema[name]?.slot, slot < facts.numbers.count else { return .nan }
        return facts.numbers[slot]
    }

    private func text(_ name: String, _ facts: Facts) -> String? {
        guard let slot = schema[name]?.slot, slot < facts.texts.count else { return nil }
        return facts.texts[slot]
    }

    private func set(_ name: String, _ value: Double, _ facts: inout Facts) {
        if let field = schema[name] { facts.numbers[field.slot] = value }
    }

    private func set(_ name: String, _ value: String, _ facts: inout Facts) {
        if let field = schema[name] { facts.texts[field.slot] = value }
    }
}

extension DerivedFacts {
    /// The fields of articles: those of the vocabulary in their places, then the derived ones.
    public static func schema(after vocabulary: Vocabulary) -> FactSchema {
        FactSchema(vocabulary.fields.map { ($0.name, $0.kind.factKind) } + fields)
    }
}

extension FeatureSet {
    /// Compiles `pack` for the office's vocabulary and the tariff's facts.
    public init(
        _ pack: ChapterPack, vocabulary: Vocabulary, after others: HistoryNeeds = HistoryNeeds()
    ) throws(CustomsError) {
        try self.init(
            pack, articles: DerivedFacts.schema(after: vocabulary), declaration: vocabulary.schema, after: others,
            unit: { name in
                switch vocabulary[name]?.level {
                case .article, nil: .article
                case .declaration: .declaration
                case .issue: nil
                }
            })
    }
}
