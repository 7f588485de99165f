extension DeclarationFile {
    /// The declaration at `index`, in the order of the file's first rows.
    public func declaration(_ index: Int) -> Declaration {
        let rows = groups.rows(of: index)
        let articles = rows.map { Article(facts: values(ofRow: $0)) }
        var facts = Facts(for: vocabulary.schema)
        var divergent: [String] = []
        let dominant = articles.isEmpty ? nil : articles[Self.dominant(articles, vocabulary)]
        for (field, description) in vocabulary.fields.enumerated() where !description.isComputed {
            let slot = vocabulary.schema.fields[field].slot
            if description.isAdditive {
                facts.numbers[slot] = Self.sum(articles.lazy.map { $0.facts.numbers[slot] })
            } else if description.level == .article {
                guard let dominant else { continue }
                if description.kind.factKind == .texte {
                    facts.texts[slot] = dominant.facts.texts[slot]
                } else {
                    facts.numbers[slot] = dominant.facts.numbers[slot]
                }
            } else if Self.setHeader(&facts, slot, isText: description.kind.factKind == .texte, articles) {
                divergent.append(description.name)
            }
        }
        compute(&facts, articles)
        let part = { (name: String) in vocabulary.schema[name].flatMap { facts.texts[$0.slot] } ?? "" }
        let key = Declaration.Key(year: part("annee"), office: part("bureau"), number: part("numero"))
        return Declaration(key: key, facts: facts, articles: articles, divergent: divergent, unasked: unasked)
    }

    /// One row's values; texts that were damaged by a wrong encoding are mended, as the file's warnings tell.
    func values(ofRow row: Int) -> Facts {
        var facts = Facts(for: vocabulary.schema)
        for (slot, field) in store.numberFields.enumerated() {
            facts.numbers[vocabulary.schema.fields[field].slot] = store.number(row, slot)
        }
        for (slot, field) in store.textFields.enumerated() {
            let text = store.text(row, slot)
            facts.texts[vocabulary.schema.fields[field].slot] = text.map { Mojibake.repaired($0) ?? $0 }
        }
        for (field, text) in constants where vocabulary.fields[field].kind.factKind == .texte {
            facts.texts[vocabulary.schema.fields[field].slot] = text
        }
        return facts
    }

    /// The article of highest CAF value, else of highest declared value; the first of equals.
    static func dominant(_ articles: [Article], _ vocabulary: Vocabulary) -> Int {
        for name in ["valeur_caf", "valeur_declaree"] {
            guard let slot = vocabulary.schema[name]?.slot else { continue }
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

    /// The sum of what is known; missing when nothing is. Thousandths are the finest that weights have.
    static func sum(_ values: some Sequence<Double>) -> Double {
        var (sum, isKnown) = (0.0, false)
        for value in values where !value.isNaN {
            sum += value
            isKnown = true
        }
        guard isKnown else { return .nan }
        return abs(sum) < 1e12 ? (sum * 1e6).rounded() / 1e6 : sum
    }

    /// Takes the first value that is there; true when another row says something else.
    private static func setHeader(_ facts: inout Facts, _ slot: Int, isText: Bool, _ articles: [Article]) -> Bool {
        if isText {
            let values = articles.compactMap { $0.facts.texts[slot] }
            facts.texts[slot] = values.first
            return values.contains { $0 != values[0] }
        }
        let values = articles.map { $0.facts.numbers[slot] }.filter { !$0.isNaN }
        facts.numbers[slot] = values.first ?? .nan
        return values.contains { $0 != values[0] }
    }

    private func compute(_ facts: inout Facts, _ articles: [Article]) {
        func number(_ name: String) -> Double { vocabulary.schema[name].map { facts.numbers[$0.slot] } ?? .nan }
        func set(_ name: String, _ value: Double) {
            if let field = vocabulary.schema[name] { facts.numbers[field.slot] = value }
        }
        func distinct(_ name: String) -> Double {
            guard let slot = vocabulary.schema[name]?.slot else { return .nan }
            let count = Set(articles.compactMap { $0.facts.texts[slot] }).count
            return count == 0 ? .nan : Double(count)
        }
        let caf = number("valeur_caf")
        set("taux_effectif", caf > 0 ? 100 * number("montant_liquidation") / caf : .nan)
        set("articles_lus", Double(articles.count))
        set("codes_sh_distincts", distinct("code_sh"))
        set("origines_distinctes", distinct("pays_origine"))
        set("regimes_distincts", distinct("regime"))
    }

    /// Knows the declaration again, in whatever order its articles come: SHA-256 of all its values.
    public func fingerprint(of index: Int) -> Fingerprint? {
        let names = Set(store.textFields + store.numberFields).sorted()
        let articles = groups.rows(of: index).map { row in
            var bytes: [UInt8] = []
            for field in names {
                bytes += Array(vocabulary.fields[field].name.utf8) + [0]
                if let slot = store.textFields.firstIndex(of: field) {
                    bytes += store.bytes[store.range(row, slot)]
                } else if let slot = store.numberFields.firstIndex(of: field) {
                    withUnsafeBytes(of: store.number(row, slot).bitPattern.littleEndian) { bytes += $0 }
                }
                bytes.append(0)
            }
            return bytes
        }
        let sorted = articles.sorted { $0.lexicographicallyPrecedes($1) }
        return Fingerprint(of: Array(sorted.joined()).span)
    }
}

/// How a past control ended, as a history file tells it.
public enum PastOutcome: Sendable, Equatable { case conforming, fraud }

extension DeclarationFile {
    /// Nil when the file does not say, or not in a known way. Fraud in one article is fraud.
    public func outcome(named name: String, of index: Int) -> PastOutcome? {
        guard index < declarationCount, let place = mapping?.outcomes.firstIndex(where: { $0.name == name }) else { return nil }
        let values = groups.rows(of: index).map { store.outcome($0, place) }
        return values.contains(2) ? .fraud : values.contains(1) ? .conforming : nil
    }

    /// What the outcomes are evidence of.
    public var outcomeProvenance: String? { mapping?.file?.provenance }
}
