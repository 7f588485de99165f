extension DocumentExtraction {
    /// The declaration as the rest of the domain knows it, the same that a row of a file would give; nil when the
    /// document has no declaration's number.
    public func declaration(_ vocabulary: Vocabulary) -> Declaration? {
        guard let number = values["numero"]?.value else { return nil }
        let date = values["date_enregistrement"]?.value
        let year = values["annee"]?.value ?? date.map { String($0.prefix(4)) } ?? ""
        return assembled(vocabulary, .init(year: year, office: values["bureau"]?.value ?? "", number: number))
    }

    /// What was read, under the key that is known of it.
    func assembled(_ vocabulary: Vocabulary, _ key: Declaration.Key) -> Declaration {
        let assembly = DeclarationAssembly(vocabulary)
        let articles = self.articles.map { article($0, vocabulary) }
        var facts = articles.isEmpty ? Facts(for: vocabulary.schema) : articles[assembly.dominant(articles)].facts
        for (index, field) in vocabulary.fields.enumerated() where !field.isComputed {
            if field.level == .declaration {
                set(&facts, field, index, values[field.documentName]?.value, vocabulary)
            } else if assembly.isAdditive[index] {
                let slot = vocabulary.schema.fields[index].slot
                facts.numbers[slot] = DeclarationFile.sum(articles.lazy.map { $0.facts.numbers[slot] })
            }
        }
        if let slot = assembly.year { facts.texts[slot] = key.year.isEmpty ? nil : key.year }
        assembly.compute(&facts, articles)
        let unasked = Set(vocabulary.fields.filter { !asked.contains($0.documentName) }.map(\.name))
        return Declaration(key: key, facts: facts, articles: articles, unasked: unasked)
    }

    private func article(_ number: Int, _ vocabulary: Vocabulary) -> Article {
        var facts = Facts(for: vocabulary.schema)
        let taxes = self.taxes(of: number)
        for (index, field) in vocabulary.fields.enumerated() where !field.isComputed {
            let own = values["articles.\(number).\(field.documentName)"]?.value
            if field.level == .article {
                set(&facts, field, index, own, vocabulary)
            } else {
                // What the header says holds for its articles, unless an article says otherwise.
                set(&facts, field, index, own ?? values[field.documentName]?.value, vocabulary)
            }
        }
        if let paid = vocabulary.schema["montant_liquidation"]?.slot, facts.numbers[paid].isNaN, !taxes.isEmpty {
            // One amount that is missing makes the sum unknown.
            facts.numbers[paid] = taxes.reduce(0) { $0 + $1.amount }
        }
        return Article(facts: facts, taxes: taxes)
    }

    private func taxes(of article: Int) -> [TaxLine] {
        let prefix = "taxes.\(article)."
        let codes = Set(values.keys.lazy.filter { $0.hasPrefix(prefix) }.map { String($0.split(separator: ".")[2]) })
        return codes.sorted().map { code in
            let number = { (part: String) in values["\(prefix)\(code).\(part)"].flatMap { Double($0.value) } ?? .nan }
            return TaxLine(code: code, base: number("base"), rate: number("taux"), amount: number("montant"))
        }
    }

    private func set(_ facts: inout Facts, _ field: Field, _ index: Int, _ value: String?, _ vocabulary: Vocabulary) {
        guard let value else { return }
        let slot = vocabulary.schema.fields[index].slot
        switch field.kind.factKind {
        case .texte: facts.texts[slot] = value
        case .date: facts.numbers[slot] = DateText.read(value.utf8.span).map(Double.init) ?? .nan
        case .nombre, .booleen: facts.numbers[slot] = Double(value) ?? .nan
        }
    }
}
