import Reading

/// What the parts of a declaration say of one another: it chooses between readings, and says how sure they are.
///
/// A document's own text is never changed. Of a recognised page, a reading may give way to another value when that one
/// is printed elsewhere or follows from two others, and recognition may well have made the one of the other.
struct Consistency {
    let tariff: Tariff
    let layout: Layout
    private let rates: [String: Double]
    private let bases: [String: [String]]

    init(tariff: Tariff, layout: Layout) {
        (self.tariff, self.layout) = (tariff, layout)
        rates = Dictionary(
            tariff.taxes.compactMap { tax in tax.rate.map { (tax.code, $0) } }, uniquingKeysWith: { a, _ in a })
        bases = Dictionary(tariff.taxes.map { ($0.code, $0.base) }, uniquingKeysWith: { a, _ in a })
    }

    func settle(_ draft: inout DraftDeclaration) {
        for article in draft.articles {
            value(article, &draft)
            // Bases that are sums are settled by the taxes that they add up.
            for code in (draft.taxes[article] ?? []).filter(isPlain) { line(article, code, &draft) }
            compoundBases(article, &draft)
            for code in draft.taxes[article] ?? [] where !isPlain(code) { line(article, code, &draft) }
            total(article, &draft)
            weights(article, &draft)
        }
        totals(&draft)
        sums(&draft)
        header(&draft)
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
        for name in names { agree(name, with: first.key, "valeur en douane de l’article \(article)", &draft) }
    }

    /// Confirms a reading, or puts the agreed value in its place where recognition may have misread it.
    private func agree(_ name: String, with value: String, _ why: String, _ draft: inout DraftDeclaration) {
        guard var reading = draft.fields[name] else { return }
        if Self.isSame(reading.value, value) {
            reading.confirmations += 1
            reading.trace.append("confirmé : \(why)")
        } else if draft.source == .recognition, Self.mayBe(reading.value, value) {
            reading.trace.append("lu « \(reading.value) », mais \(why) : \(value)")
            reading.decoded.value = value
            reading.wasCorrected = true
            reading.confirmations += 1
        } else {
            reading.contradictions += 1
            reading.trace.append("ne s’accorde pas : \(why) serait \(value)")
        }
        draft.fields[name] = reading
    }

    static func isSame(_ a: String, _ b: String) -> Bool {
        a == b || (Double(a).flatMap { x in Double(b).map { abs(x - $0) < 1e-6 } } ?? false)
    }

    /// Whether recognition may have made the first of the second: a wrong digit, or groups of digits lost or won.
    static func mayBe(_ read: String, _ meant: String) -> Bool {
        let (a, b) = (read.filter { $0 != "." }, meant.filter { $0 != "." })
        if a == b { return true }
        if Confusion.mayBe(a, b) { return true }
        guard a.count >= 2, b.count >= 2 else { return false }
        return b.hasSuffix(a) || b.hasPrefix(a) || (a.hasSuffix(b) && b.count >= 3) || (a.hasPrefix(b) && b.count >= 3)
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
                agree(rateName, with: String(usual), "montant et base de la taxe \(code)", &draft)
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
            Self.mayBe(read, String(Int(expected)))
        {
            agree(amountName, with: String(Int(expected)), "base × taux", &draft)
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
                Self.mayBe(read, String(Int(sum))), let rate = draft.number(tax(article, code, "taux")),
                let amount = draft.number(tax(article, code, "montant")), abs(Self.amount(sum, rate) - amount) <= 1
            {
                agree(name, with: String(Int(sum)), "valeur + taxes", &draft)
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
            agree(name, with: String(Int(sum)), "somme des taxes de l’article", &draft)
        }
    }

    /// Net does not exceed gross.
    private func weights(_ article: Int, _ draft: inout DraftDeclaration) {
        let (net, gross) = ("articles.\(article).poids_net", "articles.\(article).poids_brut")
        guard let a = draft.number(net), let b = draft.number(gross) else { return }
        if a > b {
            draft.contradict([net, gross], "le poids net dépasse le poids brut")
        } else if a > 0.3 * b {
            draft.fields[net]?.confirmations += 1
            draft.fields[gross]?.confirmations += 1
        }
    }

    private func totals(_ draft: inout DraftDeclaration) {
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
                agree("totaux.\(code)", with: String(Int(entry.sum)), "somme de la taxe \(code)", &draft)
            }
        }
        guard let total = draft.number("total_liquide"), isWhole, all < 1e15 else { return }
        if abs(total - all) <= Double(draft.articles.count) {
            draft.confirm(["total_liquide"], "somme de toutes les taxes")
            for entry in byCode.values { draft.confirm(entry.names, nil) }
        } else if byCode.values.allSatisfy({ $0.names.allSatisfy { (draft.fields[$0]?.confirmations ?? 0) > 0 } }) {
            agree("total_liquide", with: String(Int(all)), "somme de toutes les taxes", &draft)
        }
    }

    /// Totals of the header against their articles.
    private func sums(_ draft: inout DraftDeclaration) {
        let pairs = [
            ("valeur_fob", "valeur_fob"), ("valeur_caf", "valeur_caf"), ("nombre_colis_total", "nombre_colis"),
            ("poids_brut_total", "poids_brut"), ("poids_net_total", "poids_net"),
        ]
        for (total, part) in pairs {
            guard let announced = draft.number(total), !draft.articles.isEmpty else { continue }
            let names = draft.articles.map { "articles.\($0).\(part)" }
            let values = names.compactMap { draft.number($0) }
            guard values.count == names.count else { continue }
            let sum = values.reduce(0, +)
            let tolerance = part.hasPrefix("valeur") ? Double(values.count) + 0.5 : 0.0011 * Double(values.count)
            if abs(sum - announced) <= tolerance {
                draft.confirm(names + [total], "somme des articles")
            } else if names.count == 1 {
                settleTwins(total, names[0], &draft)
            } else {
                draft.contradict([total], "les articles font une autre somme")
            }
        }
    }

    /// One article: the header repeats its values. The surer of two readings that may be one decides.
    private func settleTwins(_ a: String, _ b: String, _ draft: inout DraftDeclaration) {
        guard draft.source == .recognition, let first = draft.fields[a], let second = draft.fields[b],
            Self.mayBe(first.value, second.value) || Self.mayBe(second.value, first.value)
        else { return draft.contradict([a, b], "l’en-tête et l’article diffèrent") }
        let strength = { (r: FieldReading) in Double(r.confirmations - r.contradictions) + r.legibility }
        let (winner, loser) = strength(first) >= strength(second) ? (first, b) : (second, a)
        guard abs(strength(first) - strength(second)) > 0.5 else {
            return draft.contradict([a, b], "l’en-tête et l’article diffèrent")
        }
        agree(loser, with: winner.value, "même valeur dans l’en-tête et l’article", &draft)
    }

    private func header(_ draft: inout DraftDeclaration) {
        if let caf = draft.number("valeur_caf"), let fob = draft.number("valeur_fob"),
            let freight = draft.number("fret"), let insurance = draft.number("assurance")
        {
            let sum = fob + freight + insurance + (draft.number("autres_frais") ?? 0)
            let names = ["valeur_caf", "valeur_fob", "fret", "assurance"]
            if abs(sum - caf) <= 2 { draft.confirm(names, "CAF = FOB + fret + assurance") }
        }
        if let invoice = draft.number("facture"), let exchange = draft.number("taux_change"),
            let fob = draft.number("valeur_fob"), fob > 0, abs(invoice * exchange / fob - 1) < 0.001
        {
            draft.confirm(["facture", "taux_change", "valeur_fob"], "facture × taux de change = FOB")
        }
        if draft.number("taux_change") == 655.957 { draft.confirm(["taux_change"], "parité de l’euro") }
        if let count = draft.number("nb_articles") {
            if Int(count) == draft.articles.count {
                draft.confirm(["nb_articles"], "nombre d’articles lus")
                draft.confirm(draft.articles.map { "articles.\($0).numero" }, nil)
            } else {
                draft.contradict(["nb_articles"], "\(draft.articles.count) articles lus")
            }
        }
        if let date = draft.fields["date_enregistrement"]?.value {
            let years = [
                draft.fields["annee"]?.value, draft.fields["manifeste"].map { String($0.value.prefix(4)) },
                draft.fields["date_arrivee"].map { String($0.value.prefix(4)) },
            ].compactMap(\.self)
            if years.contains(String(date.prefix(4))) { draft.confirm(["date_enregistrement", "annee"], "même année") }
            if let arrival = draft.fields["date_arrivee"]?.value {
                if arrival <= date {
                    draft.confirm(["date_arrivee"], "arrivée avant l’enregistrement")
                } else {
                    draft.contradict(["date_arrivee", "date_enregistrement"], "arrivée après l’enregistrement")
                }
            }
        }
        if let container = draft.fields["conteneur"]?.value, ContainerNumber.isValid(container.utf8.span) {
            draft.confirm(["conteneur"], "clé du conteneur")
        }
        let offices = ["bureau", "bureau_frontiere"].compactMap { draft.fields[$0]?.value }
        if let manifest = draft.fields["manifeste"]?.value.split(separator: " "), manifest.count == 3,
            offices.contains(String(manifest[1]))
        {
            draft.confirm(
                ["manifeste"]
                    + ["bureau", "bureau_frontiere"].filter { draft.fields[$0]?.value == String(manifest[1]) },
                "même bureau")
        } else if offices.count == 2, offices[0] == offices[1] {
            draft.confirm(["bureau", "bureau_frontiere"], "même bureau")
        }
        for article in draft.articles {
            let name = "articles.\(article).code_sh"
            guard let code = draft.fields[name]?.value, let position = tariff.position(of: code) else { continue }
            if position.prefix.utf8.count >= 4 { draft.confirm([name], "position du tarif") }
        }
    }
}

extension DraftDeclaration {
    mutating func confirm(_ names: [String], _ why: String?) {
        for name in names {
            fields[name]?.confirmations += 1
            if let why { fields[name]?.trace.append("confirmé : \(why)") }
        }
    }

    mutating func contradict(_ names: [String], _ why: String) {
        for name in names {
            fields[name]?.contradictions += 1
            fields[name]?.trace.append("contredit : \(why)")
        }
    }
}
