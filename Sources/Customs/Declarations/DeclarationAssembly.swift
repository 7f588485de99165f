/// What must be known of the vocabulary to make declarations of articles, looked up once.
struct DeclarationAssembly: Sendable {
    /// By field.
    let isAdditive: [Bool]
    let isHeader: [Bool]
    /// Places among the facts' texts.
    let year: Int?, office: Int?, number: Int?
    let code: Int?, origin: Int?, regime: Int?
    /// Places among the facts' numbers.
    let caf: Int?, paid: Int?, rate: Int?, count: Int?
    let codes: Int?, origins: Int?, regimes: Int?
    /// What tells the dominant article, the best first.
    let values: [Int]

    init(_ vocabulary: Vocabulary) {
        let slot = { (name: String) in vocabulary.schema[name]?.slot }
        isAdditive = vocabulary.fields.map(\.isAdditive)
        isHeader = vocabulary.fields.map { $0.level != .article && !$0.isAdditive && !$0.isComputed }
        (year, office, number) = (slot("annee"), slot("bureau"), slot("numero"))
        (code, origin, regime) = (slot("code_sh"), slot("pays_origine"), slot("regime"))
        (caf, paid, rate) = (slot("valeur_caf"), slot("montant_liquidation"), slot("taux_effectif"))
        (count, codes) = (slot("articles_lus"), slot("codes_sh_distincts"))
        (origins, regimes) = (slot("origines_distinctes"), slot("regimes_distincts"))
        values = ["valeur_caf", "valeur_devise"].compactMap(slot)
    }

    /// The article of highest CAF value, else of highest declared value; the first of equals.
    func dominant(_ articles: [Article]) -> Int {
        for slot in values {
            var best: Int?
            for (index, article) in articles.enumerated() {
                let value = article.facts.numbers[slot]
                if value.isNaN { continue }
                if let found = best, articles[found].facts.numbers[slot] >= value { continue }
                best = index
            }
            if let best { return best }
        }
        return 0
    }

    /// Sets what a declaration's articles amount to: the effective rate, and how many of what there are.
    func compute(_ facts: inout Facts, _ articles: [Article]) {
        func set(_ slot: Int?, _ value: Double) { if let slot { facts.numbers[slot] = value } }
        func distinct(_ slot: Int?) -> Double {
            guard let slot else { return .nan }
            if articles.count == 1 { return articles[0].facts.texts[slot] == nil ? .nan : 1 }
            let count = Set(articles.compactMap { $0.facts.texts[slot] }).count
            return count == 0 ? .nan : Double(count)
        }
        if let caf, let paid {
            // Articles of which only one of the two is known would make the ratio wrong.
            let known = articles.filter { !$0.facts.numbers[caf].isNaN && !$0.facts.numbers[paid].isNaN }
            let value = DeclarationFile.sum(known.lazy.map { $0.facts.numbers[caf] })
            set(rate, value > 0 ? 100 * DeclarationFile.sum(known.lazy.map { $0.facts.numbers[paid] }) / value : .nan)
        }
        set(count, Double(articles.count))
        set(codes, distinct(code))
        set(origins, distinct(origin))
        set(regimes, distinct(regime))
    }
}
