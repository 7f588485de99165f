public import Reading

/// Reads declarations from the pages of a document, whatever form they are printed on.
///
/// It looks for labels that the layouts know, for values beside them, and for tables of articles and of taxes; then the
/// redundancy of a declaration decides between readings and says how sure they are. What cannot be read is missing.
public struct DocumentReader: Sendable {
    let layout: Layout
    let dictionary: LabelDictionary
    let countries: CountryTable
    let tariff: Tariff
    let vocabulary: Vocabulary
    private let controls: DeclarationControls

    public init(_ layout: Layout, countries: CountryTable, tariff: Tariff, vocabulary: Vocabulary) {
        (self.layout, self.countries, self.tariff, self.vocabulary) = (layout, countries, tariff, vocabulary)
        controls = DeclarationControls(vocabulary, tariff)
        dictionary = LabelDictionary(layout)
    }

    /// Everything that reading documents needs, from the configuration.
    public static func load(from configuration: ConfigurationDirectory) throws(CustomsError) -> DocumentReader {
        DocumentReader(
            try .load(from: configuration), countries: try .load(from: configuration),
            tariff: try .load(from: configuration), vocabulary: try .load(from: configuration))
    }

    /// The declarations of a document, in the order of their pages; one without values when there is none.
    public func read(_ pages: [DocumentPage], rereading: (any PageRereading)? = nil) -> [DocumentExtraction] {
        let sheets = pages.map { Sheet($0) }
        let labels = sheets.map { LabelFinder.labels(dictionary, on: $0) }
        let judge = PageJudge(layout)
        let chosen = sheets.indices.filter { judge.isDeclaration(sheets[$0], labels[$0]) }
        guard chosen.contains(where: { judge.isFirst(labels[$0]) }) else { return [DocumentExtraction()] }
        let family = judge.family(chosen.flatMap { labels[$0] })
        let style = NumberStyle(chosen.map { sheets[$0] })
        var assembly = DraftAssembly(layout)
        // A page without a label may go on with the tables of the page before.
        let candidates = sheets.indices.filter {
            chosen.contains($0) || ($0 > chosen[0] && !judge.isForeign(sheets[$0]) && !sheets[$0].words.isEmpty)
        }
        let completed = candidates.map { index in
            let sheet = sheets[index]
            let rows = RowCompletion(dictionary: dictionary, sheet: sheet).complete(labels[index], family.rows)
            return Candidate(
                sheet: sheet, labels: TaxHeadings(layout: layout, sheet: sheet, labels: rows).completed(),
                isChosen: chosen.contains(index))
        }
        let look = rereading.map { CloseLook(rereading: $0) }
        let readings = read(completed, style, look)
        for reading in readings { assembly.add(reading, family) }
        return assembly.drafts.map { draft in
            let own = readings.filter { draft.pages.contains($0.sheet.number) }
            let settled = settle(draft, own, style, look)
            return isBlank(settled) ? DocumentExtraction() : extraction(settled, sheets)
        }
    }

    /// Whether nobody has filled the form in: what recognition makes of its labels is no declaration.
    private func isBlank(_ draft: DraftDeclaration) -> Bool {
        guard draft.source == .recognition else { return false }
        let typed = draft.fields.keys.count { name in
            let last = name.split(separator: ".").last.map(String.init) ?? name
            return layout.kind(of: last).map { !$0.isText } ?? true
        }
        return typed < Self.leastValues
    }
    private static let leastValues = 3

    /// Puts in what no label stands for, lets the parts check one another, and looks again where they disagree.
    private func settle(
        _ draft: DraftDeclaration, _ pages: [SheetReading], _ style: NumberStyle, _ look: CloseLook?
    ) -> DraftDeclaration {
        var first = draft
        complete(&first, pages)
        TaxTotals.place(&first)
        let checks = Consistency(tariff: tariff)
        var settled = first
        checks.settle(&settled)
        guard let look, draft.source == .recognition else { return settled }
        let second = SecondReading(look: look, layout: layout, sheets: pages.map(\.sheet)) { decoder(style, $0) }
        settled = second.revise(first, settled: settled)
        checks.settle(&settled)
        return settled
    }

    func decoder(_ style: NumberStyle, _ sheet: Sheet) -> ValueDecoder {
        ValueDecoder(layout: layout, countries: countries, style: style, isRecognised: sheet.source == .recognition)
    }

    /// A page that may be read.
    private struct Candidate {
        let sheet: Sheet
        let labels: [Label]
        /// Whether its labels are a declaration's; else it is read only if it goes on with a table of taxes.
        let isChosen: Bool
    }

    /// Pages with tables of several rows first: they tell whether a single row elsewhere is one too.
    private func read(_ pages: [Candidate], _ style: NumberStyle, _ look: CloseLook?) -> [SheetReading] {
        let codes = TaxCodes(layout, tariff)
        var readings: [SheetReading] = []
        var columns: [TableColumn] = []
        for page in pages {
            let last = readings.last.flatMap { $0.sheet.number == page.sheet.number - 1 ? $0 : nil }
            let taxes = last?.grids ?? []
            guard page.isChosen || !taxes.isEmpty else { continue }
            let reader = SheetReader(
                layout: layout, dictionary: dictionary, codes: codes, decoder: decoder(style, page.sheet), look: look)
            let reading = reader.read(
                page.sheet, page.labels, leastRows: columns.isEmpty ? 2 : 1, columns: columns, taxes: taxes)
            guard page.isChosen || !reading.grids.isEmpty else { continue }
            if !reading.columns.isEmpty { columns = reading.columns }
            readings.append(reading)
        }
        return readings
    }

    private func complete(_ draft: inout DraftDeclaration, _ own: [SheetReading]) {
        if draft.family.countsPages, let first = own.first, let count = pageCount(first) {
            draft.add("nb_feuillets", count)
        }
        if draft.family.takesYearFromDate, draft.fields["annee"] == nil, var year = draft.fields["date_enregistrement"]
        {
            year.decoded.value = String(year.value.prefix(4))
            year.trace.append("année de la date d’enregistrement")
            draft.fields["annee"] = year
        }
        if draft.fields["conteneur"] == nil, let container = own.lazy.compactMap(bareContainer).first {
            draft.fields["conteneur"] = container
        }
    }

    /// A container number without a label: its check digit tells it.
    private func bareContainer(_ page: SheetReading) -> FieldReading? {
        guard let field = layout.index(of: "conteneur") else { return nil }
        let sheet = page.sheet
        let decoder = decoder(NumberStyle(decimal: nil), sheet)
        for word in sheet.words.indices where !page.claimed[word] {
            guard var value = decoder.decode(.conteneur, sheet.words[word].text),
                ContainerNumber.isValid(value.value.utf8.span)
            else { continue }
            value.words = [word]
            return FieldReading(
                field: field, decoded: value, page: sheet.number, zone: sheet.words[word].zone, placement: 0.9,
                legibility: sheet.legibility(value), trace: ["« \(value.raw) » a la clé d’un numéro de conteneur"],
                confirmations: 1)
        }
        return nil
    }

    /// A number that stands alone in the upper right corner.
    private func pageCount(_ page: SheetReading) -> FieldReading? {
        let sheet = page.sheet
        let corner = sheet.words.indices.filter {
            let zone = sheet.words[$0].zone
            return !page.claimed[$0] && zone.left > 0.9 && zone.bottom < 0.055 / sheet.aspect
        }
        guard corner.count == 1, let word = corner.first, sheet.words[word].text.count <= 3,
            sheet.words[word].text.allSatisfy({ $0.isASCII && $0.isNumber }),
            let field = layout.index(of: "nb_feuillets")
        else { return nil }
        let value = Decoded(value: sheet.words[word].text, raw: sheet.words[word].text, words: [word])
        return FieldReading(
            field: field, decoded: value, page: sheet.number, zone: sheet.words[word].zone, placement: 0.9,
            legibility: sheet.words[word].confidence, trace: ["« \(value.raw) » seul dans le coin supérieur droit"])
    }

    private func extraction(_ draft: DraftDeclaration, _ sheets: [Sheet]) -> DocumentExtraction {
        var extraction = DocumentExtraction()
        extraction.layout = draft.family.name
        extraction.pages = draft.pages
        extraction.articles = draft.articles
        extraction.unread = draft.unread
        extraction.asked = draft.asked
        for (name, reading) in draft.fields {
            guard let sheet = sheets.first(where: { $0.number == reading.page }) else { continue }
            extraction.values[name] = .init(
                value: reading.value, raw: reading.decoded.raw,
                confidence: Confidence.of(reading, sheet.source), page: reading.page,
                box: reading.zone.box(aspect: sheet.aspect), source: sheet.source, trace: reading.trace)
        }
        let key = Declaration.Key(
            year: draft.fields["annee"]?.value ?? "", office: draft.fields["bureau"]?.value ?? "",
            number: draft.fields["numero"]?.value ?? "")
        if !draft.articles.isEmpty { extraction.controls = controls.run(extraction.assembled(vocabulary, key)) }
        // The tariff may have judged the same line already.
        let judged = extraction.controls.filter { $0.code == .wrongAmount }.flatMap(\.articles)
        extraction.controls += draft.controls.filter { judged.isEmpty || !$0.articles.contains(where: judged.contains) }
        return extraction
    }
}
