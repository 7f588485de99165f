import Reading

/// Puts what was read on pages together into declarations.
struct DraftAssembly {
    let layout: Layout
    private(set) var drafts: [DraftDeclaration] = []
    /// Weights and packages of a header are totals.
    private static let totals = [
        "poids_brut": "poids_brut_total", "poids_net": "poids_net_total", "nombre_colis": "nombre_colis_total",
    ]

    init(_ layout: Layout) { self.layout = layout }

    mutating func add(_ page: SheetReading, _ family: LayoutFamily) {
        if drafts.isEmpty || startsAnother(page) { drafts.append(DraftDeclaration()) }
        let index = drafts.count - 1
        if drafts[index].pages.isEmpty { drafts[index].family = family }
        drafts[index].pages.append(page.sheet.number)
        if page.sheet.source == .recognition { drafts[index].source = .recognition }
        for anchor in page.labels.flatMap(\.anchors) {
            for field in layout.anchors[anchor].fields { drafts[index].asked.insert(layout.fields[field].name) }
        }
        let numbers = addArticles(page, &drafts[index])
        addHeader(page, &drafts[index])
        addTaxes(page, numbers, &drafts[index])
        addUnread(page, numbers, &drafts[index])
    }

    private func addUnread(_ page: SheetReading, _ numbers: [Int], _ draft: inout DraftDeclaration) {
        let filled = page.blocks.filter { !$0.fields.isEmpty }
        for place in page.unread {
            let y = page.labels[place.label].zone.centre.y
            let level = layout.anchors[place.anchor].level
            var name = layout.fields[place.field].name
            if level != .declaration, let block = filled.lastIndex(where: { $0.top <= y && y < $0.bottom }),
                block < numbers.count
            {
                name = "articles.\(numbers[block]).\(name)"
            } else if level == .article {
                continue
            }
            guard draft.fields[name] == nil else { continue }
            let text = page.sheet.text(place.words).prefix(60)
            let reason =
                "« \(text) » (page \(page.sheet.number)) ne se lit pas comme \(layout.fields[place.field].kind.phrase)"
            draft.unread.append(.init(field: name, reason: reason))
        }
    }

    /// A page with another number than the declaration's, and a header of its own.
    private func startsAnother(_ page: SheetReading) -> Bool {
        guard let field = layout.index(of: "numero"), let found = page.header[field]?.first,
            let known = drafts.last?.fields["numero"], page.header.count >= 4
        else { return false }
        if found.value == known.value { return false }
        return page.sheet.source == .text || !Confusion.mayBe(found.value, known.value)
    }

    private func addHeader(_ page: SheetReading, _ draft: inout DraftDeclaration) {
        for (field, readings) in page.header.sorted(by: { $0.key < $1.key }) {
            for reading in readings {
                var name = layout.fields[field].name
                if let total = Self.totals[name] {
                    // A form of one article may have its weights among the header's boxes.
                    let own = draft.articles.count == 1 ? "articles.\(draft.articles[0]).\(name)" : nil
                    name = own.map { draft.fields[$0] == nil ? $0 : total } ?? total
                }
                draft.add(name, reading)
                for (other, value) in reading.decoded.others {
                    var part = reading
                    part.decoded.value = value
                    part.decoded.others = [:]
                    draft.add(other, part)
                }
            }
        }
    }

    /// Returns the numbers of the page's articles.
    private func addArticles(_ page: SheetReading, _ draft: inout DraftDeclaration) -> [Int] {
        var numbers: [Int] = []
        let numberField = layout.index(of: "numero")
        for block in page.blocks where !block.fields.isEmpty {
            let last = draft.articles.last ?? 0
            let printed = numberField.flatMap { block.fields[$0]?.first }.flatMap { Int($0.value) }
            var number = last + 1
            if let printed, printed > last, printed <= last + 1 || (last == 0 && page.sheet.source == .text) {
                number = printed
            }
            draft.articles.append(number)
            numbers.append(number)
            for (field, readings) in block.fields.sorted(by: { $0.key < $1.key }) {
                for reading in readings { addArticleField(field, reading, number, &draft) }
            }
        }
        if let last = draft.articles.last, page.blocks.isEmpty {
            for reading in page.orphans { addArticleField(reading.field, reading, last, &draft) }
        }
        return numbers
    }

    private func addArticleField(_ field: Int, _ reading: FieldReading, _ number: Int, _ draft: inout DraftDeclaration)
    {
        let name = layout.fields[field].name
        if name == "numero", Int(reading.value) != number { return }
        // « Autres » alone names no position of the tariff.
        if name == "libelle_tarif", FoldedName(reading.value).bytes.count < 8 { return }
        // The regime of the first article is the declaration's where its header has none.
        if name == "regime", draft.fields["regime"] == nil || number == draft.articles.first {
            draft.add("regime", reading)
            return
        }
        draft.add("articles.\(number).\(name)", reading)
    }

    private func addTaxes(_ page: SheetReading, _ numbers: [Int], _ draft: inout DraftDeclaration) {
        let parts = page.grids.indices.flatMap { grid in
            Self.parts(page.grids[grid].rows).map { TaxOwners.Part(grid: grid, rows: $0) }
        }
        let owners = TaxOwners(draft: draft, page: page, numbers: numbers).owners(of: parts)
        for (part, owner) in zip(parts, owners) {
            guard let owner = owner ?? (draft.articles.isEmpty ? 1 : nil) else { continue }
            for row in part.rows { addRow(row, owner, &draft) }
        }
        for (index, grid) in page.grids.enumerated() {
            let own = zip(parts, owners).filter { $0.0.grid == index }
            if let foot = grid.foot {
                if grid.hasArticleColumn || own.count > 1 {
                    draft.add("total_liquide", foot)
                } else if let owner = own.first?.1 {
                    draft.add("articles.\(owner).total_taxes", foot)
                }
            }
            draft.taxTotals += grid.totals
            if let total = grid.grandTotal, draft.fields["total_liquide"] == nil { draft.add("total_liquide", total) }
        }
    }

    /// Customs duty, with which the taxes of every article begin.
    private static let firstTax = "01"

    /// One list for several articles begins anew where a tax comes again, with the first tax, or where the next article is
    /// named twice.
    private static func parts(_ rows: [TaxGrid.Row]) -> [ArraySlice<TaxGrid.Row>] {
        var parts: [ArraySlice<TaxGrid.Row>] = []
        var (start, seen) = (0, Set<String>())
        var article: Int?
        for (k, row) in rows.enumerated() {
            let isNext =
                row.article != nil && article != nil && row.article != article && k + 1 < rows.count
                && rows[k + 1].article == row.article
            let isAgain = row.settledCode.map { seen.contains($0) } ?? false
            if isAgain || isNext || row.settledCode == firstTax, k > start {
                parts.append(rows[start..<k])
                (start, seen, article) = (k, [], nil)
            }
            if let code = row.settledCode { seen.insert(code) }
            article = article ?? row.article
        }
        parts.append(rows[start...])
        return parts
    }

    private func addRow(_ row: TaxGrid.Row, _ article: Int, _ draft: inout DraftDeclaration) {
        guard let code = row.settledCode else { return }
        let name = "taxes.\(article).\(code)"
        if draft.taxes[article]?.contains(code) != true { draft.taxes[article, default: []].append(code) }
        if let base = row.base { draft.add("\(name).base", base) }
        if let rate = row.rate { draft.add("\(name).taux", rate) }
        if let amount = row.amount { draft.add("\(name).montant", amount) }
    }
}
