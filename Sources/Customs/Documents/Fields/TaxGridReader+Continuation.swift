import Reading

/// Tables of taxes that go on over a page.
extension TaxGridReader {
    /// The rows of a page without headings of its own, in the columns that the tables of the page before have.
    ///
    /// Nothing but their place says what the numbers are. So they prove it themselves: base times rate is the amount in
    /// half of the rows at least, else there is no table.
    func continued(_ before: [TaxGrid], _ claimed: [Bool]) -> Found {
        let free = sheet.words.indices.filter { !claimed[$0] && !sheet.words[$0].isOnColour }
        // Two scans of one form do not lie alike.
        let shifts = sheet.source == .text ? [0] : [0, -1, 1, -2, 2, -3, 3]
        var best = (proofs: 0, found: Found())
        for shift in shifts {
            var (proofs, found) = (0, Found())
            for (place, grid) in before.enumerated() {
                proofs += goOn(with: grid, Double(shift) * sheet.unit, free, isFirst: place == 0, &found)
            }
            if proofs > best.proofs { best = (proofs, found) }
        }
        return best.found
    }

    /// Adds one table's rows; returns how many of them prove what they are.
    private func goOn(
        with before: TaxGrid, _ shift: Double, _ free: [Int], isFirst: Bool, _ found: inout Found
    ) -> Int {
        let columns = before.columns.mapValues { ($0.lowerBound + shift)...($0.upperBound + shift) }
        guard let bases = columns[.base], let rates = columns[.taux], let amounts = columns[.montant] else { return 0 }
        func words(_ range: ClosedRange<Double>?) -> [Int] {
            guard let range else { return [] }
            return free.filter { range.contains(sheet.words[$0].zone.centre.x) }
        }
        let all = self.rows(words(bases), words(rates), words(amounts))
        let (rows, proofs) = proven(all, pitch: pitch(of: before))
        guard let first = rows.first, let last = rows.last else { return 0 }
        let edges = [bases, rates, amounts]
        let zone = Zone(
            left: edges.map(\.lowerBound).min() ?? 0, top: first.y - sheet.unit,
            right: edges.map(\.upperBound).max() ?? 1, bottom: last.y + sheet.unit)
        var grid = TaxGrid(zone: zone)
        (grid.rows, grid.columns) = (rows, columns)
        func beside(_ words: [Int]) -> [Int] {
            words.filter { (zone.top...zone.bottom).contains(sheet.words[$0].zone.centre.y) }
        }
        if let column = columns[.article] {
            grid.hasArticleColumn = true
            let numbers = beside(words(column))
            assignArticles(&grid, numbers)
            found.words.formUnion(numbers)
        }
        // Tables side by side may share their codes.
        let codeWords = beside(words(columns[.code]))
        codes.settle(&grid.rows, codes.read(codeWords, sheet, decoder), sheet, ownsCodes: isFirst)
        found.words.formUnion(codeWords)
        for row in grid.rows {
            for reading in [row.base, row.rate, row.amount] { found.words.formUnion(reading?.decoded.words ?? []) }
        }
        found.grids.append(grid)
        return proofs
    }

    private func pitch(of grid: TaxGrid) -> Double {
        let gaps = zip(grid.rows, grid.rows.dropFirst()).map { $1.y - $0.y }.sorted()
        return gaps.isEmpty ? 2 * sheet.unit : max(gaps[gaps.count / 2], sheet.unit)
    }

    /// The rows from the first that proves itself to the last, with those that stand close by.
    private func proven(_ rows: [TaxGrid.Row], pitch: Double) -> (rows: [TaxGrid.Row], proofs: Int) {
        let proofs = rows.indices.filter { isProven(rows[$0]) }
        guard var first = proofs.first, var last = proofs.last else { return ([], 0) }
        while first > 0, rows[first].y - rows[first - 1].y < 1.8 * pitch { first -= 1 }
        while last + 1 < rows.count, rows[last + 1].y - rows[last].y < 1.8 * pitch { last += 1 }
        guard proofs.count * 2 >= last - first + 1 else { return ([], 0) }
        return (Array(rows[first...last]), proofs.count)
    }

    private func isProven(_ row: TaxGrid.Row) -> Bool {
        guard let base = row.base.flatMap({ Double($0.value) }), let rate = row.rate.flatMap({ Double($0.value) }),
            let amount = row.amount.flatMap({ Double($0.value) }), amount > 0
        else { return false }
        return abs(base * rate / 100 - amount) <= 1
    }
}
