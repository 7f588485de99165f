public import Crypto
extension DeclarationFile {
    /// The declaration at `index`, in the order of the file's first rows.
    public func declaration(_ index: Int) -> Declaration {
        let rows = groups.rows(of: index)
        let articles = rows.map { Article(facts: values(ofRow: $0)) }
        guard let first = rows.first else {
            return Declaration(
                key: .init(year: "", office: "", number: ""), facts: Facts(for: vocabulary.schema), articles: [])
        }
        // The article of highest value speaks for the declaration where no sum and no header does.
        var facts = articles[assembly.dominant(articles)].facts
        var divergent: [Int] = []
        for (slot, field) in store.numberFields.enumerated() {
            let place = vocabulary.schema.fields[field].slot
            if assembly.isAdditive[field] {
                facts.numbers[place] = Self.sum(store.numbers(rows, slot))
            } else if assembly.isHeader[field] {
                let values = store.numbers(rows, slot)
                let first = values.first { !$0.isNaN } ?? .nan
                facts.numbers[place] = first
                if values.contains(where: { !$0.isNaN && $0 != first }) { divergent.append(field) }
            }
        }
        for (slot, field) in store.textFields.enumerated() where assembly.isHeader[field] {
            let filled = rows.first { !store.range($0, slot).isEmpty } ?? first
            facts.texts[vocabulary.schema.fields[field].slot] =
                articles[filled == first ? 0 : place(of: filled, in: rows)]
                .facts.texts[vocabulary.schema.fields[field].slot]
            let isDivergent = rows.contains {
                !store.range($0, slot).isEmpty && !store.haveEqualTexts($0, filled, slot)
            }
            if isDivergent { divergent.append(field) }
        }
        assembly.compute(&facts, articles)
        return Declaration(
            key: key(of: index), facts: facts, articles: articles,
            divergent: divergent.sorted().map { vocabulary.fields[$0].name }, unasked: unasked)
    }

    private func place(of row: Int, in rows: ArraySlice<Int>) -> Int {
        (rows.firstIndex(of: row) ?? rows.startIndex) - rows.startIndex
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

    /// Knows the declaration again, in whatever order its articles come and whatever controls found since: SHA-256 of
    /// all that was declared.
    public func fingerprint(of index: Int) -> Digest {
        let names = Set(store.textFields + store.numberFields).sorted().filter { vocabulary.fields[$0].level != .issue }
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
        return SHA256.hash(sorted.joined())
    }
}

extension DeclarationFile {
    /// The day of registration, in days since 1970-01-01.
    public func day(of index: Int) -> Int32? {
        guard let field = vocabulary.index(of: "date_enregistrement"),
            let slot = store.numberFields.firstIndex(of: field)
        else { return nil }
        let rows = groups.rows(of: index).lazy
        return rows.map { store.number($0, slot) }.first { !$0.isNaN }.flatMap { Int32(exactly: $0) }
    }

    /// `ANNEE/BUREAU/NUMERO`, of the first row.
    public func key(of index: Int) -> Declaration.Key {
        guard let row = groups.rows(of: index).first else { return .init(year: "", office: "", number: "") }
        func part(_ name: String) -> String {
            guard let field = vocabulary.index(of: name) else { return "" }
            if let constant = constants[field] { return constant }
            return store.textFields.firstIndex(of: field).flatMap { store.text(row, $0) } ?? ""
        }
        return .init(year: part("annee"), office: part("bureau"), number: part("numero"))
    }
}
