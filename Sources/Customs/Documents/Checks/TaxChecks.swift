import Reading

/// What the taxes of an article say of one another, and their totals of them.
struct TaxChecks {
    private let rates: [String: Double]
    private let bases: [String: [String]]

    init(_ tariff: Tariff) {
        rates = Dictionary(
            tariff.taxes.compactMap { tax in tax.rate.map { (tax.code, $0) } }, uniquingKeysWith: { a, _ in a })
        bases = Dictionary(tariff.taxes.map { ($0.code, $0.base) }, uniquingKeysWith: { a, _ in a })
    }

    func settle(_ article: Int, _ draft: inout DraftDeclaration) {
        value(article, &draft)
        // Bases that are sums are settled by the taxes that they add up.
        for code in (draft.taxes[article] ?? []).filter(isPlain) { line(article, code, &draft) }
        compoundBases(article, &draft)
        for code in draft.taxes[article] ?? [] where !isPlain(code) { line(article, code, &draft) }
        total(article, &draft)
    }

    private func caf(_ article: Int) -> String { "articles.\(article).valeur_caf" }
    private func tax(_ article: Int, _ code: String, _ part: String) -> String { "taxes.\(article).\(code).\(part)" }
    private func isPlain(_ code: String) -> Bool { bases[code]?.isEmpty ?? false }

    static func amount(_ base: Double, _ rate: Double) -> Double { (base * rate / 100 + 1e-7).rounded() }

    /// The article's customs value is printed once, and again as the base of most taxes.
    private func value(_ article: Int, _ draft: inout DraftDeclaration) {
        let codes = (draft.taxes[article] ?? []).filter(isPlain)
        let names = [caf(article)] + codes.map { tax(article, $0, "base") }
        var votes: [String: Double] = [:]
        for name in names {
            for reading in [draft.fields[name]].compactMap(\.self) + (draft.others[name] ?? []) {
                votes[reading.value, default: 0] += 0.5 + 0.5 * reading.legibility
            }
        }
        for (value, _) in votes {
            guard let number = Double(value) else { continue }
            for code in codes {
                guard let amount = draft.number(tax(article, code, "montant")), amount > 20 else { continue }
                let rate = rates[code] ?? draft.number(tax(article, code, "taux"))
                if let rate, abs(Self.amount(number, rate) - amount) <= 1 { votes[value, default: 0] += 1.5 }
            }
        }
        let best = votes.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        guard let first = best.first, first.value >= 1.7, best.count == 1 || first.value > 1.3 * best[1].value else {
            return
        }
        for name in names { draft.agree(name, with: first.key, "valeur en douane de l’article \(article)") }
    }

    /// Base, rate and amount of one tax.
    private func line(_ article: Int, _ code: String, _ draft: inout DraftDeclaration) {
        let (baseName, rateName, amountName) = (
            tax(article, code, "base"), tax(article, code, "taux"), tax(article, code, "montant")
        )
        if let usual = rates[code], let rate = draft.number(rateName) {
            if abs(usual - rate) < 0.0005 {
                draft.confirm([rateName], "taux de la taxe \(code)")
            } else if let base = draft.number(baseName), let amount = draft.number(amountName),
                abs(Self.amount(base, usual) - amount) <= 1, abs(Self.amount(base, rate) - amount) > 1
            {
                draft.agree(rateName, with: String(usual), "montant et base de la taxe \(code)")
            }
        }
        guard let base = draft.number(baseName), let rate = draft.number(rateName),
            let amount = draft.number(amountName)
        else { return }
        let expected = Self.amount(base, rate)
        if abs(expected - amount) <= 1 {
            draft.confirm([baseName, rateName, amountName], "base × taux = montant")
            return
        }
        let baseIsSure = (draft.fields[baseName]?.confirmations ?? 0) > 0
        if draft.source == .recognition, baseIsSure, let read = draft.fields[amountName]?.value,
            Misreading.mayBe(read, String(Int(expected)))
        {
            draft.agree(amountName, with: String(Int(expected)), "base × taux")
        } else {
            draft.contradict(
                baseIsSure ? [rateName, amountName] : [baseName, rateName, amountName], "base × taux ≠ montant")
            guard draft.source == .text, expected < 1e15, amount < 1e15 else { return }
            // What a document prints of itself is no misreading.
            let message =
                "Taxe \(code) : \(Tariff.francs(base)) à \(draft.fields[rateName]?.value ?? "?") % font \(Tariff.francs(expected)), le document porte \(Tariff.francs(amount))."
            draft.controls.append(.init(.wrongAmount, message, articles: [article], shortfall: expected - amount))
        }
    }

    /// VAT and others are computed on the value and on other taxes.
    private func compoundBases(_ article: Int, _ draft: inout DraftDeclaration) {
        guard let value = draft.number(caf(article)) else { return }
        for code in draft.taxes[article] ?? [] {
            guard let added = bases[code], !added.isEmpty else { continue }
            var sum = value
            for other in added { sum += draft.number(tax(article, other, "montant")) ?? 0 }
            let name = tax(article, code, "base")
            guard let base = draft.number(name), sum < 1e15 else { continue }
            if abs(base - sum) <= 1 {
                draft.confirm([name, caf(article)], "base de la taxe \(code) = valeur + taxes")
            } else if draft.source == .recognition, let read = draft.fields[name]?.value,
                Misreading.mayBe(read, String(Int(sum))), let rate = draft.number(tax(article, code, "taux")),
                let amount = draft.number(tax(article, code, "montant")), abs(Self.amount(sum, rate) - amount) <= 1
            {
                draft.agree(name, with: String(Int(sum)), "valeur + taxes")
            } else {
                draft.contradict([name], "la valeur et les taxes font \(Int(sum))")
            }
        }
    }

    private func sumOfTaxes(_ article: Int, _ draft: DraftDeclaration) -> Double? {
        guard let codes = draft.taxes[article], !codes.isEmpty else { return nil }
        var sum = 0.0
        for code in codes {
            guard let amount = draft.number(tax(article, code, "montant")) else { return nil }
            sum += amount
        }
        return sum < 1e15 ? sum : nil
    }

    private func total(_ article: Int, _ draft: inout DraftDeclaration) {
        let name = "articles.\(article).total_taxes"
        guard let sum = sumOfTaxes(article, draft), let read = draft.number(name) else { return }
        let amounts = (draft.taxes[article] ?? []).map { tax(article, $0, "montant") }
        if abs(sum - read) <= 1 {
            draft.confirm(amounts + [name], "somme des taxes de l’article")
        } else if draft.source == .recognition, amounts.allSatisfy({ (draft.fields[$0]?.confirmations ?? 0) > 0 }) {
            draft.agree(name, with: String(Int(sum)), "somme des taxes de l’article")
        }
    }

    /// Totals of each tax, and of all.
    func totals(_ draft: inout DraftDeclaration) {
        var byCode: [String: (sum: Double, names: [String])] = [:]
        var all = 0.0
        var isWhole = !draft.articles.isEmpty
        for article in draft.articles {
            if draft.taxes[article] == nil { isWhole = false }
            for code in draft.taxes[article] ?? [] {
                let name = tax(article, code, "montant")
                guard let amount = draft.number(name) else {
                    isWhole = false
                    byCode[code] = (.nan, [])
                    continue
                }
                all += amount
                var entry = byCode[code] ?? (0, [])
                entry.sum += amount
                entry.names.append(name)
                byCode[code] = entry
            }
        }
        for (code, entry) in byCode.sorted(by: { $0.key < $1.key }) {
            guard let total = draft.number("totaux.\(code)"), entry.sum.isFinite, entry.sum < 1e15 else { continue }
            if abs(total - entry.sum) <= 1 {
                draft.confirm(entry.names + ["totaux.\(code)"], "total de la taxe \(code)")
            } else if entry.names.allSatisfy({ (draft.fields[$0]?.confirmations ?? 0) > 0 }) {
                draft.agree("totaux.\(code)", with: String(Int(entry.sum)), "somme de la taxe \(code)")
            }
        }
        guard let total = draft.number("total_liquide"), isWhole, all < 1e15 else { return }
        if abs(total - all) <= Double(draft.articles.count) {
            draft.confirm(["total_liquide"], "somme de toutes les taxes")
            for entry in byCode.values { draft.confirm(entry.names, nil) }
        } else if byCode.values.allSatisfy({ $0.names.allSatisfy { (draft.fields[$0]?.confirmations ?? 0) > 0 } }) {
            draft.agree("total_liquide", with: String(Int(all)), "somme de toutes les taxes")
        }
    }
}
