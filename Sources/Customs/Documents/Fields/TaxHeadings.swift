/// Finds the headings of tables of taxes.
struct TaxHeadings {
    /// A label of a row, and the column that it heads.
    typealias Item = (label: Int, column: TaxLabels.Column?)

    let layout: Layout
    let sheet: Sheet
    let labels: [Label]

    private func column(_ label: Label) -> TaxLabels.Column? {
        for column in [TaxLabels.Column.base, .taux, .montant, .code, .article, .total] where label.isTax(column) {
            return column
        }
        return nil
    }

    /// Labels in one row among which two of base, rate and amount are.
    func rows() -> [[Item]] {
        var rows: [[Item]] = []
        var used: Set<Int> = []
        for index in labels.indices where !used.contains(index) {
            guard let kind = column(labels[index]), [.base, .taux, .montant].contains(kind), !labels[index].hasColon
            else { continue }
            let zone = labels[index].zone
            let row = labels.indices.filter {
                abs(labels[$0].zone.centre.y - zone.centre.y) < max(0.9 * zone.height, 0.9 * sheet.unit)
                    && !labels[$0].hasColon
            }
            let items = row.map { ($0, column(labels[$0])) }.sorted { labels[$0.0].zone.left < labels[$1.0].zone.left }
            let kinds = Set(items.compactMap(\.1)).intersection([.base, .taux, .montant])
            guard kinds.count >= 2, !items.contains(where: { isArticleCode($0.0) }) else { continue }
            used.formUnion(row)
            rows.append(items)
        }
        return rows
    }

    private func isArticleCode(_ label: Int) -> Bool {
        labels[label].anchors.contains { layout.anchors[$0].fields.first.map { layout.fields[$0].name } == "code_sh" }
    }

    /// Tables side by side: a new one begins where a heading comes again, and after the amounts.
    func groups(_ row: [Item]) -> [[Item]] {
        let amountEnds = row.count { $0.column == .montant } > 1
        var groups: [[Item]] = []
        var current: [Item] = []
        var seen: Set<TaxLabels.Column> = []
        func close() {
            let kinds = Set(current.compactMap(\.column)).intersection([.base, .taux, .montant])
            if kinds.count >= 2 { groups.append(current) }
            (current, seen) = ([], [])
        }
        for item in row {
            let isAgain = item.column.map { !seen.insert($0).inserted } ?? false
            if isAgain || (amountEnds && current.last?.column == .montant) {
                close()
                seen = item.column.map { [$0] } ?? []
            }
            current.append(item)
        }
        close()
        return groups
    }

    /// Headings of columns that several tables share, a little above or beside the row.
    func shared(around row: [Item]) -> [Item] {
        guard let zone = row.map({ labels[$0.label].zone }).reduce(nil as Zone?, { $0?.union($1) ?? $1 }) else {
            return []
        }
        let inRow = Set(row.map(\.label))
        return labels.indices.compactMap { index in
            guard !inRow.contains(index), let column = column(labels[index]),
                [.code, .article, .total].contains(column)
            else { return nil }
            let label = labels[index].zone
            let isNear = label.centre.y > zone.top - 5 * sheet.unit && label.centre.y < zone.bottom + 1.5 * sheet.unit
            guard isNear, column == .article || !labels[index].hasColon else { return nil }
            return (index, column)
        }
    }

    /// The labels with headings that were not read: tables side by side have the same columns.
    func completed() -> [Label] {
        var added: [Label] = []
        for row in rows() {
            let groups = groups(row)
            for group in groups {
                let kinds = group.compactMap(\.column)
                guard let whole = groups.first(where: { Set($0.compactMap(\.column)).isStrictSuperset(of: kinds) })
                else { continue }
                for item in whole {
                    guard let column = item.column, [.base, .taux, .montant].contains(column), !kinds.contains(column),
                        let twin = twin(of: item, from: whole, in: group)
                    else { continue }
                    added.append(twin)
                }
            }
        }
        return added.isEmpty
            ? labels : (labels + added).sorted { ($0.zone.top, $0.zone.left) < ($1.zone.top, $1.zone.left) }
    }

    /// A heading of one table at its place in another, by the columns that both have.
    private func twin(of item: Item, from whole: [Item], in group: [Item]) -> Label? {
        let shifts = group.compactMap { own in
            own.column.flatMap { column in
                whole.first { $0.column == column }.map {
                    labels[own.label].zone.centre.x - labels[$0.label].zone.centre.x
                }
            }
        }
        guard shifts.count >= 2, let least = shifts.min(), let most = shifts.max(), most - least < 3 * sheet.unit else {
            return nil
        }
        let shift = (least + most) / 2
        var label = labels[item.label]
        label.zone.left += shift
        label.zone.right += shift
        let isTaken = labels.contains { $0.zone.overlapX(label.zone) > 0 && $0.zone.overlapY(label.zone) > 0 }
        guard !isTaken, label.zone.left > 0, label.zone.right < 1 else { return nil }
        return label.moved(
            to: label.zone,
            words: sheet.words.indices.filter {
                label.zone.contains(sheet.words[$0].zone.centre.x, sheet.words[$0].zone.centre.y)
            })
    }
}
