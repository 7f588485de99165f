/// Fills `DerivedFacts` from the tariff, article by article; one for each thread, since it remembers descriptions.
public final class TariffFacts {
    private let tariff: Tariff
    private let schema: FactSchema
    private let slots: Slots
    private let memory: HeadingMemory

    public init(_ tariff: Tariff, vocabulary: Vocabulary, memory: HeadingMemory? = nil) {
        self.tariff = tariff
        self.memory = memory ?? HeadingMemory(tariff)
        schema = DerivedFacts.schema(after: vocabulary)
        slots = Slots(schema)
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
        if let description = facts.text(slots.description) { facts.set(slots.nearDuty, nearestDuty(description)) }
        let (effect, _) = tariff.effect(
            ofRegime: declaration.facts.text(slots.regime), fiscal: facts.text(slots.fiscalRegime))
        facts.set(slots.effect, effect.rawValue)
        guard let code = facts.text(slots.code) else { return facts }
        let value = facts.number(slots.customsValue)
        let asked = TariffCase(
            code: code, value: value.isNaN ? facts.number(slots.caf) : value,
            regime: declaration.facts.text(slots.regime), fiscalRegime: facts.text(slots.fiscalRegime),
            origin: facts.text(slots.origin), day: Int(exactly: declaration.facts.number(slots.date)),
            declared: Set(article.taxes.map(\.code)))
        let position = tariff.position(of: code, on: asked.day)
        if let position {
            facts.set(slots.positionLabel, position.label)
            facts.set(slots.duty, position.duty ?? .nan)
        }
        if let (minimum, isPerUnit) = tariff.administered.minimum(
            of: code, origin: asked.origin, unit: facts.text(slots.unit), on: asked.day)
        {
            facts.set(isPerUnit ? slots.unitMinimum : slots.weightMinimum, minimum)
        }
        guard let duty = position?.duty, let expected = tariff.expected(asked, duty: duty) else { return facts }
        facts.set(slots.total, expected.total)
        facts.set(slots.rate, 100 * expected.total / facts.number(slots.caf))
        if let tax = suspect(expected, asked, article, facts) { facts.set(slots.suspect, tax) }
        return facts
    }

    /// The tax of the largest shortfall; of a total alone, the one tax that alone explains it.
    private func suspect(
        _ expected: TariffExpectation, _ asked: TariffCase, _ article: Article, _ facts: Facts
    ) -> String? {
        guard expected.effect == .common else { return nil }
        guard !article.taxes.isEmpty else {
            return soleCause(of: facts.number(slots.paid), instead: expected, value: asked.value)
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
                guard abs(sum(expected, value, line, at: rate) - total) <= slack else { continue }
                if let cause, cause != line.code { return nil }
                cause = line.code
            }
        }
        return cause
    }

    private static let duty = "01"
    private static let duties: [Double] = [0, 5, 10, 20, 35]

    /// What is due when one tax has another rate.
    private func sum(
        _ expected: TariffExpectation, _ value: Double, _ changed: TariffExpectation.Line, at rate: Double
    ) -> Double {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: Tariff.mostTaxes) { amounts in
            var (sum, computed) = (0.0, UInt32(0))
            for line in expected.lines {
                let rate = line.place == changed.place ? rate : line.rate
                sum += tariff.amount(of: line.place, at: rate, on: value, after: computed, amounts)
                computed |= 1 << UInt32(line.place)
            }
            return sum
        }
    }

    private func nearestDuty(_ description: String) -> Double {
        memory.nearest(to: description).flatMap { tariff.position(of: $0.prefix)?.duty } ?? .nan
    }

    /// Where the fields lie that are read or filled; nil for one that the office does not have.
    private struct Slots {
        let description: Int?, regime: Int?, fiscalRegime: Int?, code: Int?, origin: Int?, unit: Int?, date: Int?
        let customsValue: Int?, caf: Int?, paid: Int?
        let nearDuty: Int?, effect: Int?, positionLabel: Int?, duty: Int?, unitMinimum: Int?, weightMinimum: Int?
        let total: Int?, rate: Int?, suspect: Int?

        init(_ schema: FactSchema) {
            let slot = { (name: String) in schema[name]?.slot }
            (description, regime, fiscalRegime) = (slot("description"), slot("regime"), slot("regime_fiscal"))
            (code, origin, unit) = (slot("code_sh"), slot("pays_origine"), slot("unite"))
            (date, customsValue) = (slot("date_enregistrement"), slot("valeur_douane"))
            (caf, paid) = (slot("valeur_caf"), slot("montant_liquidation"))
            (nearDuty, effect) = (slot("droit_proche"), slot("effet_regime"))
            (positionLabel, duty) = (slot("libelle_position"), slot("droit_attendu"))
            (unitMinimum, weightMinimum) = (slot("minimum_unite"), slot("minimum_kg"))
            (total, rate) = (slot("liquidation_attendue"), slot("tei_attendu"))
            suspect = slot("taxe_en_cause")
        }
    }
}

extension Facts {
    fileprivate mutating func set(_ slot: Int?, _ value: Double) { if let slot { numbers[slot] = value } }
    fileprivate mutating func set(_ slot: Int?, _ value: String) { if let slot { texts[slot] = value } }
}

extension DerivedFacts {
    /// The fields of articles: those of the vocabulary in their places, then the derived ones.
    public static func schema(after vocabulary: Vocabulary) -> FactSchema {
        FactSchema(vocabulary.fields.map { ($0.name, $0.kind.factKind) } + fields)
    }
}

extension FeatureSet {
    /// Compiles `pack` for the office's vocabulary and the tariff's facts.
    public convenience init(
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
