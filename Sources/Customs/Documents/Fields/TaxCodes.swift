/// Knows taxes by their codes, their names and their rates.
struct TaxCodes: Sendable {
    struct Printed {
        let code: String
        let y: Double
        let repairs: Int
    }
    private let symbols: [FoldedName: String]
    private let rates: [String: Double]
    private let known: Set<String>
    /// Codes whose rate the tariff's positions tell.
    private let variable: Set<String>

    init(_ layout: Layout, _ tariff: Tariff) {
        symbols = Dictionary(layout.taxes.symbols.map { (FoldedName($0), $1) }, uniquingKeysWith: { a, _ in a })
        rates = Dictionary(
            tariff.taxes.compactMap { tax in tax.rate.map { (tax.code, $0) } }, uniquingKeysWith: { a, _ in a })
        known = Set(tariff.taxes.map(\.code))
        variable = Set(tariff.taxes.filter { $0.rate == nil }.map(\.code))
    }

    func read(_ words: [Int], _ sheet: Sheet, _ decoder: ValueDecoder) -> [Printed] {
        sheet.lines(words).compactMap { line in
            guard let zone = sheet.zone(of: line) else { return nil }
            for word in line {
                let text = sheet.words[word].text
                if let code = decoder.digits(text, 2...2), known.contains(code.value) || !decoder.isRecognised {
                    return .init(code: code.value, y: zone.centre.y, repairs: code.repairs)
                }
                if let code = symbols[FoldedName(text)] { return .init(code: code, y: zone.centre.y, repairs: 0) }
            }
            if let code = symbols[FoldedName(sheet.text(line))] {
                return .init(code: code, y: zone.centre.y, repairs: 0)
            }
            return nil
        }
    }

    /// The only tax of a rate, if there is only one.
    private func code(ofRate rate: Double) -> String? {
        let fitting = rates.filter { abs($0.value - rate) < 0.0005 }.map(\.key)
        return fitting.count == 1 && ![0, 5, 10, 20, 35].contains(rate) ? fitting[0] : nil
    }

    private func fits(_ code: String, _ rate: Double?) -> Bool? {
        guard let rate, let usual = rates[code] else { return nil }
        return abs(usual - rate) < 0.0005
    }

    /// Gives each row its code: the one printed beside it, else by order where rates agree, else by its rate.
    func settle(_ rows: inout [TaxGrid.Row], _ printed: [Printed], _ sheet: Sheet, ownsCodes: Bool) {
        let level = rows.map { row in
            printed.filter { abs($0.y - row.y) < 0.45 * sheet.unit }.min { abs($0.y - row.y) < abs($1.y - row.y) }
        }
        let rate = rows.map { $0.rate.flatMap { Double($0.value) } }
        let isLevel =
            level.count { $0 != nil } * 10 >= rows.count * 7
            && rows.indices.allSatisfy { k in level[k].map { fits($0.code, rate[k]) != false } ?? true }
        if isLevel {
            for k in rows.indices { rows[k].settledCode = level[k]?.code ?? rate[k].flatMap { code(ofRate: $0) } }
        } else {
            align(&rows, printed.map(\.code), rate, keepsOrder: ownsCodes)
        }
        // The first tax of an article is the duty, whose rate no list tells: the statistical fee follows it.
        for k in rows.indices where rows[k].settledCode == nil && variable.count == 1 {
            let isFirst = k == 0 || rows[k - 1].settledCode.map { $0 > "05" } ?? false
            if isFirst, k + 1 >= rows.count || rows[k + 1].settledCode == "03", let value = rate[k],
                [0, 5, 10, 20, 35].contains(value)
            {
                rows[k].settledCode = variable.first
            }
        }
    }

    /// Puts rows and codes side by side in order, leaving out either where rates forbid it.
    private func align(_ rows: inout [TaxGrid.Row], _ codes: [String], _ rates: [Double?], keepsOrder: Bool) {
        let (n, m) = (rows.count, codes.count)
        var best = Array(repeating: Array(repeating: 0.0, count: m + 1), count: n + 1)
        func gain(_ i: Int, _ j: Int) -> Double {
            switch fits(codes[j], rates[i]) {
            case true?: 3
            case false?: -4
            case nil:
                variable.contains(codes[j]) && (rates[i].map { [0, 5, 10, 20, 35].contains($0) } ?? true)
                    ? 1.5 : keepsOrder ? 0.6 : 0.3
            }
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
            for j in stride(from: m - 1, through: 0, by: -1) {
                best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + gain(i, j))
            }
        }
        var (i, j) = (0, 0)
        while i < n, j < m {
            if best[i][j] == best[i + 1][j + 1] + gain(i, j), gain(i, j) > 0 {
                rows[i].settledCode = codes[j]
                i += 1
                j += 1
            } else if best[i][j] == best[i + 1][j] {
                i += 1
            } else {
                j += 1
            }
        }
        let used = Set(rows.compactMap(\.settledCode))
        for k in rows.indices where rows[k].settledCode == nil {
            if let value = rates[k], let code = code(ofRate: value), !used.contains(code) { rows[k].settledCode = code }
        }
    }
}
