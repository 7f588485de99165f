/// Reads a table whose rows are articles.
struct ArticleTableReader {
    let layout: Layout
    let decoder: ValueDecoder
    let sheet: Sheet
    let labels: [Label]

    struct Table {
        var blocks: [ArticleBlock] = []
        var columns: [TableColumn] = []
        var labels: Set<Int> = []
        var words: Set<Int> = []
    }

    private func field(_ label: Label, _ name: String) -> Bool {
        label.anchors.contains { layout.anchors[$0].fields.first.map { layout.fields[$0].name } == name }
    }

    /// The table whose headings stand in one row with a heading of tariff codes, with two rows or more, or one when it is
    /// a table for sure.
    func table(_ claimed: [Bool], leastRows: Int) -> Table? {
        for code in labels.indices where field(labels[code], "code_sh") {
            let row = headings(beside: code)
            guard row.count >= 4 else { continue }
            guard let table = read(row, claimed) else { continue }
            if table.blocks.count >= leastRows || isWhole(row) { return table }
        }
        return nil
    }

    /// Whether the row says so much of an article that nothing of it stands elsewhere.
    private func isWhole(_ row: [Int]) -> Bool {
        guard row.count >= 6, row.contains(where: { field(labels[$0], "description") }) else { return false }
        return labels.indices.count {
            !row.contains($0) && !labels[$0].isTaxColumn
                && labels[$0].anchors.contains { layout.anchors[$0].level == .article }
        } <= 1
    }

    /// Labels of articles in one row with a heading.
    private func headings(beside code: Int) -> [Int] {
        let zone = labels[code].zone
        let reach = max(1.1 * zone.height, 1.4 * sheet.unit)
        let row = labels.indices.filter { index in
            let label = labels[index]
            return abs(label.zone.centre.y - zone.centre.y) < reach && !label.hasColon
                && (label.isTaxColumn
                    || label.anchors.contains { layout.anchors[$0].level != .declaration })
        }
        return row.sorted { labels[$0].zone.left < labels[$1].zone.left }
    }

    private func read(_ row: [Int], _ claimed: [Bool]) -> Table? {
        guard let zone = row.map({ labels[$0].zone }).reduce(nil as Zone?, { $0?.union($1) ?? $1 }) else { return nil }
        let end = self.end(below: zone, row)
        let words = sheet.words.indices.filter {
            !claimed[$0] && !sheet.words[$0].isOnColour && sheet.words[$0].zone.centre.y > zone.bottom
                && sheet.words[$0].zone.bottom < end
        }
        let table = TableColumns(sheet: sheet)
        let known = row.map { (zone: labels[$0].zone, label: labels[$0] as Label?) }
        let headings = (known + table.strangers(beside: known.map(\.zone), labels).map { ($0, nil) })
            .sorted { $0.zone.left < $1.zone.left }
        let edges = table.boundaries(
            headings.map(\.zone), top: zone.top, bottom: min(end, zone.bottom + 12 * sheet.unit), words: words)
        let columns = headings.indices.map {
            TableColumn(label: headings[$0].label, left: edges[$0], right: edges[$0 + 1])
        }
        return rows(columns, from: zone.bottom, to: end, words, Set(row))
    }

    /// The rows of a page that goes on with the columns of the page before.
    func continued(_ columns: [TableColumn], _ claimed: [Bool]) -> Table? {
        let words = sheet.words.indices.filter { !claimed[$0] }
        return rows(columns, from: 0, to: end(below: .init(left: 0, top: 0, right: 1, bottom: 0), []), words, [])
    }

    /// Where the next heading or total below the table stands.
    private func end(below zone: Zone, _ row: [Int]) -> Double {
        var end = 20.0
        for index in labels.indices where !row.contains(index) {
            let label = labels[index].zone
            guard label.top > zone.bottom + 0.4 * sheet.unit, label.overlapX(zone) > 0, !labels[index].meanings.isEmpty
            else { continue }
            // A short label within a description ends nothing.
            let stands =
                labels[index].hasColon || labels[index].isOnColour || labels[index].worth >= 9 || startsLine(index)
            if stands { end = min(end, label.top - 0.2 * sheet.unit) }
        }
        return end
    }

    private func startsLine(_ index: Int) -> Bool {
        guard let first = labels[index].words.first, sheet.previous[first] == nil else { return false }
        let zone = labels[index].zone
        return !sheet.words.indices.contains {
            sheet.words[$0].zone.right < zone.left && sheet.words[$0].zone.isLevel(with: zone)
        }
    }

    private func rows(
        _ columns: [TableColumn], from top: Double, to end: Double, _ words: [Int], _ used: Set<Int>
    ) -> Table? {
        guard let codeColumn = columns.firstIndex(where: { $0.label.map { field($0, "code_sh") } ?? false }) else {
            return nil
        }
        func cell(_ column: Int, _ from: Double, _ to: Double) -> [Int] {
            words.filter {
                let zone = sheet.words[$0].zone
                return zone.centre.x > columns[column].left && zone.centre.x < columns[column].right
                    && zone.centre.y > from && zone.centre.y < to
            }
        }
        let keys = sheet.lines(cell(codeColumn, top, end)).filter {
            !decoder.find(.tariffCode, in: $0, of: sheet, limit: 1).isEmpty
        }.compactMap { sheet.zone(of: $0) }
        guard !keys.isEmpty else { return nil }
        let limits = self.limits(keys, top, end, words, columns)
        var table = Table()
        table.columns = columns
        table.labels = used
        for k in keys.indices {
            var block = ArticleBlock(top: limits[k], bottom: limits[k + 1])
            for column in columns.indices {
                let words = cell(column, limits[k], limits[k + 1])
                if let readings = read(words, columns[column], limits[k]) {
                    for reading in readings {
                        block.fields[reading.field, default: []].append(reading)
                        table.words.formUnion(reading.decoded.words)
                    }
                }
            }
            table.blocks.append(block)
        }
        return table
    }

    /// Where rows begin and end: at the lines between them, else at the widest white.
    private func limits(
        _ keys: [Zone], _ top: Double, _ end: Double, _ words: [Int], _ columns: [TableColumn]
    ) -> [Double] {
        var limits = [top]
        for (a, b) in zip(keys, keys.dropFirst()) {
            let ruled = sheet.horizontals.filter {
                $0.centre.y > a.centre.y && $0.centre.y < b.centre.y && $0.overlapX(a) > 0
            }
            if let line = ruled.first {
                limits.append(line.centre.y)
                continue
            }
            let zones = words.map { sheet.words[$0].zone }.filter { $0.bottom > a.top && $0.top < b.bottom }
            limits.append(widestWhite(a, b, zones))
        }
        let pitch = keys.count > 1 ? (keys[keys.count - 1].top - keys[0].top) / Double(keys.count - 1) : 6 * sheet.unit
        let last = keys[keys.count - 1]
        let line = sheet.horizontals.filter { $0.centre.y > last.centre.y && $0.overlapX(last) > 0 }.map(\.centre.y)
            .min()
        limits.append(min(end, line ?? (last.bottom + max(1.5 * pitch, 4 * sheet.unit))))
        return limits
    }

    private func widestWhite(_ a: Zone, _ b: Zone, _ zones: [Zone]) -> Double {
        let sorted = zones.sorted { $0.top < $1.top }
        var best = (gap: -Double.infinity, y: b.top - 0.3 * sheet.unit)
        var bottom = a.bottom
        for zone in sorted where zone.centre.y > a.centre.y {
            let gap = zone.top - bottom
            // Of equal whites the last: a wrapped text stands above the next row's beginning.
            if gap > best.gap - 0.05 * sheet.unit, zone.top <= b.top + 0.5 * b.height {
                best = (max(gap, best.gap), (zone.top + bottom) / 2)
            }
            bottom = max(bottom, zone.bottom)
        }
        return min(best.y, b.centre.y)
    }

    private func read(_ words: [Int], _ column: TableColumn, _ top: Double) -> [FieldReading]? {
        guard let label = column.label, !words.isEmpty,
            let anchor = label.anchors.first(where: { layout.anchors[$0].level != .declaration })
        else { return nil }
        var lines = sheet.lines(words)
        var readings: [FieldReading] = []
        for field in layout.anchors[anchor].fields {
            let kind = layout.fields[field].kind
            var value: Decoded?
            if kind.isText {
                let all = lines.flatMap(\.self)
                value = decoder.decode(.texte, sheet.text(all))
                value?.words = all
            } else {
                for k in lines.indices where value == nil {
                    value = decoder.find(kind, in: lines[k], of: sheet, limit: 1).first
                    if let found = value { lines[k].removeAll { found.words.contains($0) } }
                }
            }
            guard let value, let zone = sheet.zone(of: value.words) else { continue }
            readings.append(
                FieldReading(
                    field: field, decoded: value, page: sheet.number, zone: zone, placement: 0.96,
                    legibility: sheet.legibility(value),
                    trace: ["« \(value.raw) » dans la colonne « \(label.name) »"]))
        }
        return readings
    }
}
