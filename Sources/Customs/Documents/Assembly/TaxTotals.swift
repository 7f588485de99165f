/// Gives the totals of single taxes to their taxes.
///
/// Their rows are often set in another pitch than the codes beside them: the total that equals the sum of a tax over all
/// articles is that tax's, whatever code stands next to it.
enum TaxTotals {
    static func place(_ draft: inout DraftDeclaration) {
        let sums = self.sums(draft)
        let fitting = draft.taxTotals.map { total -> [String] in
            guard let value = Double(total.reading.value) else { return [] }
            return sums.filter { abs($0.value - value) <= 1 }.map(\.key)
        }
        var placed: [(code: String, reading: FieldReading)] = []
        for (total, codes) in zip(draft.taxTotals, fitting) {
            if let code = total.code, codes.isEmpty || codes.contains(code) {
                placed.append((code, total.reading))
            } else if codes.count == 1 {
                var reading = total.reading
                reading.trace.append("somme de la taxe \(codes[0])")
                placed.append((codes[0], reading))
            }
        }
        // What only stands near a code gives way to what equals its sum.
        placed.sort { isSum($0, sums) && !isSum($1, sums) }
        for (code, reading) in placed where draft.fields["totaux.\(code)"] == nil {
            draft.fields["totaux.\(code)"] = reading
        }
    }

    private static func isSum(_ total: (code: String, reading: FieldReading), _ sums: [String: Double]) -> Bool {
        guard let sum = sums[total.code], let value = Double(total.reading.value) else { return false }
        return abs(sum - value) <= 1
    }

    /// Of each tax that was read wherever it is printed.
    private static func sums(_ draft: DraftDeclaration) -> [String: Double] {
        var sums: [String: Double] = [:]
        for (article, codes) in draft.taxes {
            for code in codes { sums[code, default: 0] += draft.number("taxes.\(article).\(code).montant") ?? .nan }
        }
        return sums.filter { $0.value.isFinite && $0.value < 1e15 }
    }
}
