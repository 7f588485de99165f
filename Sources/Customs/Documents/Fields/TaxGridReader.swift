/// Finds tables of taxes and reads their rows.
struct TaxGridReader {
    let layout: Layout
    let decoder: ValueDecoder
    let codes: TaxCodes
    let sheet: Sheet
    let labels: [Label]

    struct Found {
        var grids: [TaxGrid] = []
        var labels: Set<Int> = []
        var words: Set<Int> = []
    }
    private typealias Item = TaxHeadings.Item

    func grids(_ claimed: [Bool]) -> Found {
        var found = Found()
        let headings = TaxHeadings(layout: layout, sheet: sheet, labels: labels)
        for row in headings.rows() {
            let groups = headings.groups(row)
            guard !groups.isEmpty else { continue }
            let shared = headings.shared(around: row)
            var isFirst = true
            for group in groups {
                read(group, row, shared, isFirst: isFirst, claimed, &found)
                isFirst = false
            }
            found.labels.formUnion(row.map(\.label))
            found.labels.formUnion(shared.map(\.label))
        }
        return found
    }

    private func read(
        _ group: [Item], _ row: [Item], _ shared: [Item], isFirst: Bool, _ claimed: [Bool], _ found: inout Found
    ) {
        guard let zone = group.map({ labels[$0.label].zone }).reduce(nil as Zone?, { $0?.union($1) ?? $1 }) else {
            return
        }
        let end = self.end(below: zone, Set(row.map(\.label)).union(shared.map(\.label)))
        // Coloured letters among black numbers are a stamp's.
        let body = sheet.words.indices.filter {
            let word = sheet.words[$0].zone
            return !claimed[$0] && !sheet.words[$0].isOnColour && word.centre.y > zone.bottom && word.centre.y < end
        }
        let places = columns(group, row, zone, end, body)
        var grid = TaxGrid(zone: .init(left: zone.left, top: zone.top, right: zone.right, bottom: end))
        grid.columns = places
        func words(_ column: TaxLabels.Column) -> [Int] {
            guard let place = places[column] else { return [] }
            return body.filter { place.contains(sheet.words[$0].zone.centre.x) }
        }
        grid.rows = rows(words(.base), words(.taux), words(.montant))
        guard !grid.rows.isEmpty else { return }
        let bottom = grid.rows[grid.rows.count - 1].y + 2.2 * sheet.unit
        var codeWords = words(.code)
        if places[.article] != nil {
            grid.hasArticleColumn = true
            assignArticles(&grid, words(.article))
        } else if let label = group.first(where: { $0.column == .code }) {
            // A heading that was not read: numbers of articles stand left of the codes.
            let left = codeWords.filter {
                sheet.words[$0].zone.right < labels[label.label].zone.left - 1.5 * sheet.unit
                    && Int(sheet.words[$0].text) != nil
            }
            if left.count * 2 > grid.rows.count, left.count >= 3 {
                grid.hasArticleColumn = true
                grid.columns[.article] = span(left)
                assignArticles(&grid, left)
                found.words.formUnion(left)
                codeWords.removeAll(where: left.contains)
            }
        }
        if codeWords.isEmpty, let label = shared.first(where: { $0.column == .code }) {
            let place = around(labels[label.label].zone, left: nil, right: row.first.map { labels[$0.label].zone })
            codeWords = body.filter {
                place.contains(sheet.words[$0].zone.centre.x) && sheet.words[$0].zone.centre.y < bottom + 4 * sheet.unit
            }
            if !codeWords.isEmpty { grid.columns[.code] = place }
        }
        let printed = codes.read(codeWords, sheet, decoder)
        codes.settle(&grid.rows, printed, sheet, ownsCodes: isFirst)
        grid.article = title(zone, shared, claimed, &found)
        if let label = shared.first(where: { $0.column == .total }), isFirst {
            totals(labels[label.label].zone, row, body, printed, &grid, &found)
        }
        found.words.formUnion(codeWords)
        for row in grid.rows {
            for reading in [row.base, row.rate, row.amount] { found.words.formUnion(reading?.decoded.words ?? []) }
        }
        found.words.formUnion(words(.article))
        found.grids.append(grid)
    }

    private func end(below zone: Zone, _ used: Set<Int>) -> Double {
        var end = 20.0
        for index in labels.indices where !used.contains(index) {
            let label = labels[index]
            guard label.zone.top > zone.bottom + 0.5 * sheet.unit, label.zone.overlapX(zone) > 0 else { continue }
            end = min(end, label.zone.top - 0.1 * sheet.unit)
        }
        return end
    }

    /// Where each column of a group stands.
    private func columns(_ group: [Item], _ row: [Item], _ zone: Zone, _ end: Double, _ body: [Int])
        -> [TaxLabels.Column: ClosedRange<Double>]
    {
        let table = TableColumns(sheet: sheet)
        let cells = self.cells(group, row, table)
        let headings = cells.map(\.zone)
        let (left, right) = (min(zone.left, headings[0].left), max(zone.right, headings[headings.count - 1].right))
        let near = body.filter {
            let word = sheet.words[$0].zone
            return word.centre.x > left - 12 * sheet.unit && word.centre.x < right + 12 * sheet.unit
        }
        var edges = table.boundaries(
            headings, top: zone.top, bottom: min(end, zone.bottom + 10 * sheet.unit), words: near)
        // The neighbours' headings bound the outer columns.
        if let first = group.first, let place = row.firstIndex(where: { $0.label == first.label }), place > 0 {
            let before = labels[row[place - 1].label].zone
            edges[0] = max(
                edges[0],
                table.boundaries(
                    [before, headings[0]], top: zone.top, bottom: min(end, zone.bottom + 10 * sheet.unit), words: body)[
                        1])
        }
        var places: [TaxLabels.Column: ClosedRange<Double>] = [:]
        for (k, cell) in cells.enumerated() where edges[k] < edges[k + 1] {
            if let column = cell.column, places[column] == nil { places[column] = edges[k]...edges[k + 1] }
        }
        return places
    }

    /// The group's headings from left to right, with those in between and beside that nobody knows.
    private func cells(
        _ group: [Item], _ row: [Item], _ table: TableColumns
    ) -> [(zone: Zone, column: TaxLabels.Column?)] {
        let own = group.map { (zone: labels[$0.label].zone, column: $0.column) }
        guard let first = group.first, let last = group.last,
            let start = row.firstIndex(where: { $0.label == first.label }),
            let end = row.firstIndex(where: { $0.label == last.label })
        else { return own }
        let left = start > 0 ? labels[row[start - 1].label].zone.right : -1
        let right = end + 1 < row.count ? labels[row[end + 1].label].zone.left : 9
        let strangers = table.strangers(beside: row.map { labels[$0.label].zone }, labels)
            .filter { $0.left > left && $0.right < right }
        return (own + strangers.map { ($0, nil) }).sorted { $0.zone.left < $1.zone.left }
    }

    private func span(_ words: [Int]) -> ClosedRange<Double>? {
        sheet.zone(of: words).map { $0.left...max($0.left, $0.right) }
    }

    private func around(_ zone: Zone, left: Zone?, right: Zone?) -> ClosedRange<Double> {
        let from = zone.left - 3 * sheet.unit
        let to = min(zone.right + 3 * sheet.unit, right?.left ?? 9)
        return from...max(from, to)
    }

    /// Rows of numbers that stand level with one another.
    func rows(_ bases: [Int], _ rates: [Int], _ amounts: [Int]) -> [TaxGrid.Row] {
        let inBase = Set(bases), inRate = Set(rates)
        var rows: [TaxGrid.Row] = []
        for line in sheet.lines(bases + rates + amounts) {
            let base = number(line.filter(inBase.contains)) { decoder.amount($0) }
            let rate = number(line.filter(inRate.contains)) { decoder.rate($0) }
            let amount = number(line.filter { !inBase.contains($0) && !inRate.contains($0) }) { decoder.amount($0) }
            let count = [base, rate, amount].count { $0 != nil }
            guard count >= 2, let zone = sheet.zone(of: line) else { continue }
            rows.append(.init(base: base, rate: rate, amount: amount, y: zone.centre.y))
        }
        return rows
    }

    private func number(_ words: [Int], _ decode: (String) -> Decoded?) -> FieldReading? {
        // A speck or the rest of a line beside a number is no part of it.
        let digits = words.filter { sheet.words[$0].text.contains(where: \.isNumber) }
        guard let (value, words) = read(words, decode) ?? (digits.count < words.count ? read(digits, decode) : nil),
            let zone = sheet.zone(of: words)
        else { return nil }
        return FieldReading(
            field: -1, decoded: value, page: sheet.number, zone: zone, placement: 0.96,
            legibility: sheet.legibility(value), trace: ["« \(value.raw) » dans le tableau des taxes"])
    }

    private func read(_ words: [Int], _ decode: (String) -> Decoded?) -> (value: Decoded, words: [Int])? {
        guard !words.isEmpty, words.count <= 6, var value = decode(sheet.text(words)) else { return nil }
        value.words = words
        return (value, words)
    }

    func assignArticles(_ grid: inout TaxGrid, _ words: [Int]) {
        for k in grid.rows.indices {
            let near = words.filter { abs(sheet.words[$0].zone.centre.y - grid.rows[k].y) < 0.7 * sheet.unit }
            if !near.isEmpty, let value = decoder.integer(sheet.text(near)), let number = Int(value.value), number > 0 {
                grid.rows[k].article = number
            }
        }
    }

    /// The number after « Article : » above a table.
    private func title(_ zone: Zone, _ shared: [Item], _ claimed: [Bool], _ found: inout Found) -> Int? {
        for item in shared where item.column == .article {
            let label = labels[item.label].zone
            guard label.centre.x > zone.left - 6 * sheet.unit, label.centre.x < zone.right, label.bottom < zone.bottom
            else {
                continue
            }
            let right = sheet.words.indices.filter {
                let word = sheet.words[$0].zone
                return !claimed[$0] && word.isLevel(with: label) && word.left > label.right - 0.3 * sheet.unit
                    && word.left < label.right + 8 * sheet.unit
            }
            guard let word = right.min(by: { sheet.words[$0].zone.left < sheet.words[$1].zone.left }),
                let value = decoder.integer(sheet.words[word].text), let number = Int(value.value), number < 1000
            else { continue }
            found.words.insert(word)
            return number
        }
        return nil
    }

    /// The declaration's totals beside the tables, and the grand total that stands below without a label.
    private func totals(
        _ label: Zone, _ row: [Item], _ body: [Int], _ printed: [TaxCodes.Printed], _ grid: inout TaxGrid,
        _ found: inout Found
    ) {
        let left = row.map { labels[$0.label].zone.right }.filter { $0 < label.left }.max() ?? label.left
        let words = sheet.words.indices.filter {
            let word = sheet.words[$0].zone
            return !found.words.contains($0) && word.centre.x > (left + label.left) / 2 && word.centre.y > label.bottom
                && word.centre.x < label.right + 4 * sheet.unit
                && (body.contains($0) || word.centre.y < label.bottom + 40 * sheet.unit)
        }
        guard !words.isEmpty, row.allSatisfy({ labels[$0.label].zone.right < label.left + sheet.unit }) else { return }
        var numbers: [FieldReading] = []
        for line in sheet.lines(words) {
            if line.contains(where: { sheet.words[$0].text.uppercased().hasPrefix("REPORT") }) { continue }
            if let reading = number(line, { decoder.amount($0) }) { numbers.append(reading) }
        }
        guard !numbers.isEmpty else { return }
        // The grand total is set apart, and as large as all others together.
        if numbers.count > 1, let last = numbers.last, let total = Double(last.value) {
            let sum = numbers.dropLast().reduce(0) { $0 + (Double($1.value) ?? 0) }
            let pitch =
                (numbers[numbers.count - 2].zone.centre.y - numbers[0].zone.centre.y)
                / Double(max(1, numbers.count - 2))
            let gap = last.zone.centre.y - numbers[numbers.count - 2].zone.centre.y
            if abs(total - sum) <= Double(numbers.count)
                || (numbers.count > 2 && gap > 2.2 * pitch && total >= 0.6 * sum)
            {
                grid.grandTotal = last
                numbers.removeLast()
            }
        }
        for (k, reading) in numbers.enumerated() {
            let near = printed.min { abs($0.y - reading.zone.centre.y) < abs($1.y - reading.zone.centre.y) }
            let isLevel = near.map { abs($0.y - reading.zone.centre.y) < 0.7 * sheet.unit } ?? false
            let code = isLevel ? near?.code : numbers.count == printed.count ? printed[k].code : nil
            grid.totals.append((code, reading))
        }
        for reading in numbers { found.words.formUnion(reading.decoded.words) }
        found.words.formUnion(grid.grandTotal?.decoded.words ?? [])
    }
}
