import Reading

/// Reads all there is to read on one page.
struct SheetReader {
    let layout: Layout
    let dictionary: LabelDictionary
    let codes: TaxCodes
    let decoder: ValueDecoder
    let look: CloseLook?

    /// `leastRows` is how many rows make a table of articles; `columns` are those of a page before, `taxes` the tables of
    /// taxes of the page before.
    func read(
        _ sheet: Sheet, _ labels: [Label], leastRows: Int, columns: [TableColumn], taxes: [TaxGrid] = []
    ) -> SheetReading {
        var reading = SheetReading(sheet, labels)
        var used: Set<Int> = []
        let reader = TaxGridReader(layout: layout, decoder: decoder, codes: codes, sheet: sheet, labels: labels)
        var grids = reader.grids(reading.claimed)
        if grids.grids.isEmpty { grids = reader.continued(taxes, reading.claimed) }
        reading.grids = grids.grids
        used.formUnion(grids.labels)
        for word in grids.words { reading.claimed[word] = true }
        readTable(&reading, leastRows, columns, &used)
        let strangers = self.strangers(sheet, labels, reading.claimed)
        readFeet(&reading, &used, strangers)
        var anchors = AnchorReader(layout, decoder, sheet, labels, strangers)
        var offers = anchors.read(claimed: &reading.claimed) { used.contains($0) }
        reading.unread = anchors.unread(offers, claimed: reading.claimed) { used.contains($0) }
        lookAgain(&reading, anchors, &offers)
        if !reading.hasTable { reading.blocks = blocks(sheet, labels, used) }
        place(offers, &reading)
        findBareCodes(&reading)
        return reading
    }

    private func readTable(
        _ reading: inout SheetReading, _ leastRows: Int, _ columns: [TableColumn], _ used: inout Set<Int>
    ) {
        let reader = ArticleTableReader(layout: layout, decoder: decoder, sheet: reading.sheet, labels: reading.labels)
        var table = reader.table(reading.claimed, leastRows: leastRows)
        if table == nil, !columns.isEmpty, reading.grids.isEmpty || reading.labels.count < 8 {
            table = reader.continued(columns, reading.claimed)
        }
        guard let table else { return }
        reading.hasTable = true
        reading.columns = table.columns
        reading.blocks = table.blocks
        used.formUnion(table.labels)
        for word in table.words { reading.claimed[word] = true }
    }

    /// Text that is a label for the eye though the dictionary does not know it: on a coloured ground, before a colon,
    /// after a box number.
    private func strangers(_ sheet: Sheet, _ labels: [Label], _ claimed: [Bool]) -> [Zone] {
        var zones: [Zone] = []
        for chain in sheet.chains {
            var words = chain.filter { !claimed[$0] }
            guard let first = words.first else { continue }
            if let colon = words.firstIndex(where: { sheet.words[$0].hasColon }) {
                words = Array(words[...colon])
            } else if !sheet.words[first].isOnColour {
                guard words.count >= 2, let number = Int(sheet.words[first].text), 1...54 ~= number,
                    isLabelCase(sheet.text(Array(words.dropFirst())))
                else { continue }
            }
            if words.count <= 8, words.contains(where: { sheet.words[$0].text.contains(where: \.isLetter) }),
                let zone = sheet.zone(of: words)
            {
                zones.append(zone)
            }
        }
        return zones
    }

    /// Mixed case, as labels are printed; what is filled in is in capitals.
    private func isLabelCase(_ text: String) -> Bool {
        let lower = text.count(where: \.isLowercase), upper = text.count(where: \.isUppercase)
        return lower >= 4 && lower > 2 * upper && !text.contains(where: \.isNumber)
    }

    /// « Total » below a table of taxes.
    private func readFeet(_ reading: inout SheetReading, _ used: inout Set<Int>, _ strangers: [Zone]) {
        let surroundings = Surroundings(reading.sheet, reading.labels, strangers)
        for (index, label) in reading.labels.enumerated()
        where !used.contains(index) && label.isTax(.total) && label.anchors.isEmpty {
            let grid = reading.grids.indices.filter {
                reading.grids[$0].zone.top < label.zone.top && reading.grids[$0].zone.overlapX(label.zone) > -0.05
            }.max { reading.grids[$0].zone.top < reading.grids[$1].zone.top }
            guard let grid else { continue }
            let line = surroundings.right(of: label, free: reading.claimed.map { !$0 }).words
            guard let value = decoder.find(.montant, in: line, of: reading.sheet).last,
                let zone = reading.sheet.zone(of: value.words)
            else { continue }
            used.insert(index)
            for word in value.words { reading.claimed[word] = true }
            reading.grids[grid].foot = FieldReading(
                field: -1, decoded: value, page: reading.sheet.number, zone: zone, placement: 0.92,
                legibility: reading.sheet.legibility(value),
                trace: ["« \(value.raw) » à droite de « \(label.name) », sous le tableau des taxes"])
        }
    }

    /// Has places whose words were not understood, and cells of taxes that are empty, looked at again.
    private func lookAgain(_ reading: inout SheetReading, _ anchors: AnchorReader, _ offers: inout [AnchorReader.Offer])
    {
        guard let look, reading.sheet.source == .recognition else { return }
        let sheet = reading.sheet
        let places = reading.unread.compactMap { place in
            sheet.zone(of: place.words).map { CloseLook.Place(zone: $0, kind: layout.fields[place.field].kind) }
        }
        let found = look.read(places, of: sheet, decoder)
        for (place, found) in zip(reading.unread, found) {
            if let found { offers.append(anchors.offer(place, found.value, found.confidence)) }
        }
        reading.unread = zip(reading.unread, found).filter { $1 == nil }.map(\.0)
        for grid in reading.grids.indices { fillCells(&reading.grids[grid], sheet, look) }
    }

    private func fillCells(_ grid: inout TaxGrid, _ sheet: Sheet, _ look: CloseLook) {
        var cells: [(row: Int, column: TaxLabels.Column, place: CloseLook.Place)] = []
        for (k, row) in grid.rows.enumerated() {
            let missing: [(TaxLabels.Column, Bool)] = [
                (.base, row.base == nil), (.taux, row.rate == nil), (.montant, row.amount == nil),
            ]
            for (column, isMissing) in missing where isMissing {
                guard let range = grid.columns[column] else { continue }
                let zone = Zone(
                    left: range.lowerBound, top: row.y - 0.7 * sheet.unit, right: range.upperBound,
                    bottom: row.y + 0.7 * sheet.unit)
                cells.append((k, column, .init(zone: zone, kind: .montant, isRate: column == .taux)))
            }
        }
        for (cell, found) in zip(cells, look.read(cells.map(\.place), of: sheet, decoder)) {
            guard let found else { continue }
            let reading = FieldReading(
                field: -1, decoded: found.value, page: sheet.number, zone: cell.place.zone, placement: 0.9,
                legibility: 0.95 * found.confidence,
                trace: ["« \(found.value.raw) » lu de près dans le tableau des taxes"])
            switch cell.column {
            case .base: grid.rows[cell.row].base = reading
            case .taux: grid.rows[cell.row].rate = reading
            default: grid.rows[cell.row].amount = reading
            }
        }
    }

    private func name(_ label: Label) -> Set<String> {
        Set(label.anchors.compactMap { layout.anchors[$0].fields.first.map { layout.fields[$0].name } })
    }

    /// Articles that are blocks of labelled boxes: each begins where its labels come again.
    private func blocks(_ sheet: Sheet, _ labels: [Label], _ used: Set<Int>) -> [ArticleBlock] {
        let seeds = self.seeds(labels, used)
        var tops: [Double] = []
        for index in seeds {
            let zone = labels[index].zone
            let opening = labels.indices.filter {
                let names = name(labels[$0])
                return !used.contains($0) && !names.isDisjoint(with: ["numero", "nombre_colis", "description"])
                    && labels[$0].anchors.contains { layout.anchors[$0].level != .declaration }
                    && labels[$0].zone.top < zone.bottom && labels[$0].zone.top > zone.top - 4.5 * sheet.unit
            }
            let top = (opening.map { labels[$0].zone.top } + [zone.top]).min() ?? zone.top
            if let last = tops.last, top - last < 2 * sheet.unit { continue }
            tops.append(top - 0.6 * sheet.unit)
        }
        let blocks = tops.indices.map {
            ArticleBlock(top: tops[$0], bottom: $0 + 1 < tops.count ? tops[$0 + 1] : 20)
        }
        // A box of the header that is called like one of an article's makes no article.
        let kinds = blocks.map { block in articleFields(labels, used) { block.top <= $0 && $0 < block.bottom } }
        guard let most = kinds.max(), most >= 4 else { return blocks }
        return zip(blocks, kinds).filter { $1 >= 2 }.map(\.0)
    }

    /// How many fields of articles have labels at some heights of the page.
    private func articleFields(_ labels: [Label], _ used: Set<Int>, _ isWithin: (Double) -> Bool) -> Int {
        let found = labels.indices.filter { index in
            !used.contains(index) && isWithin(labels[index].zone.centre.y)
                && labels[index].anchors.contains { layout.anchors[$0].level == .article }
        }
        return Set(found.flatMap { name(labels[$0]) }).count
    }

    /// The labels that tell the articles apart: tariff codes, or those of another field that were read more often.
    private func seeds(_ labels: [Label], _ used: Set<Int>) -> [Int] {
        let fields = ["code_sh", "regime_fiscal", "article_manifeste", "pays_origine", "quantite_complementaire"]
        var best: [Int] = []
        for field in fields {
            let found = labels.indices.filter { index in
                !used.contains(index) && labels[index].box != "16"
                    && labels[index].anchors.contains {
                        layout.anchors[$0].level == .article
                            && layout.anchors[$0].fields.first.map { layout.fields[$0].name } == field
                    }
            }
            if found.count > best.count { best = found }
        }
        return best
    }

    /// A tariff code whose label was not read: nothing else has ten digits like it.
    private func findBareCodes(_ reading: inout SheetReading) {
        guard let field = layout.index(of: "code_sh") else { return }
        let sheet = reading.sheet
        for block in reading.blocks.indices where reading.blocks[block].fields[field] == nil {
            let (top, bottom) = (reading.blocks[block].top, reading.blocks[block].bottom)
            let words = sheet.words.indices.filter {
                !reading.claimed[$0] && sheet.words[$0].zone.centre.y > top && sheet.words[$0].zone.centre.y < bottom
            }
            let found = sheet.lines(words).flatMap { decoder.find(.tariffCode, in: $0, of: sheet, limit: 2) }
            guard found.count == 1, let value = found.first, value.repairs <= 1, let zone = sheet.zone(of: value.words)
            else { continue }
            for word in value.words { reading.claimed[word] = true }
            reading.blocks[block].fields[field] = [
                FieldReading(
                    field: field, decoded: value, page: sheet.number, zone: zone, placement: 0.8,
                    legibility: sheet.legibility(value), trace: ["« \(value.raw) » a la forme d’un code tarifaire"])
            ]
        }
    }

    /// Gives what was read to the declaration or to one of its articles.
    private func place(_ offers: [AnchorReader.Offer], _ reading: inout SheetReading) {
        for offer in offers {
            let level = layout.anchors[offer.anchor].level
            let y = reading.labels[offer.label].zone.centre.y
            var block = reading.blocks.lastIndex { $0.top <= y && y < $0.bottom }
            if reading.hasTable { block = level == .article && reading.blocks.count == 1 ? 0 : nil }
            if block == nil, level == .article, reading.blocks.count == 1 { block = 0 }
            for value in offer.readings {
                let isHeaderOnly = ["conteneur", "ninea"].contains(layout.fields[value.field].name)
                if level == .declaration || isHeaderOnly || (level == .both && block == nil) {
                    reading.header[value.field, default: []].append(value)
                } else if let block {
                    reading.blocks[block].fields[value.field, default: []].append(value)
                } else {
                    reading.orphans.append(value)
                }
            }
        }
    }
}
