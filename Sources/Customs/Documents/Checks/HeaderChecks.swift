import Reading

/// What the header of a declaration says of itself, and what its articles say of it.
struct HeaderChecks {
    let tariff: Tariff

    func settle(_ draft: inout DraftDeclaration) {
        sums(&draft)
        values(&draft)
        counts(&draft)
        days(&draft)
        offices(&draft)
        codes(&draft)
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
                if !settleSum(of: names, is: total, off: announced - sum, &draft) {
                    draft.contradict([total], "les articles font une autre somme")
                }
            }
        }
    }

    /// One article: the header repeats its values. The surer of two readings that may be one decides.
    private func settleTwins(_ a: String, _ b: String, _ draft: inout DraftDeclaration) {
        guard draft.source == .recognition, let first = draft.fields[a], let second = draft.fields[b],
            Misreading.mayBe(first.value, second.value) || Misreading.mayBe(second.value, first.value)
        else { return draft.contradict([a, b], "l’en-tête et l’article diffèrent") }
        let strength = { (r: FieldReading) in Double(r.confirmations - r.contradictions) + r.legibility }
        let (winner, loser) = strength(first) >= strength(second) ? (first, b) : (second, a)
        guard abs(strength(first) - strength(second)) > 0.5 else {
            return draft.contradict([a, b], "l’en-tête et l’article diffèrent")
        }
        draft.agree(loser, with: winner.value, "même valeur dans l’en-tête et l’article")
    }

    private func values(_ draft: inout DraftDeclaration) {
        if let value = draft.number("valeur_caf"), let fob = draft.number("valeur_fob"),
            let freight = draft.number("fret"), let insurance = draft.number("assurance")
        {
            let sum = fob + freight + insurance + (draft.number("autres_frais") ?? 0)
            if abs(sum - value) <= 2 {
                draft.confirm(["valeur_caf", "valeur_fob", "fret", "assurance"], "CAF = FOB + fret + assurance")
            } else {
                _ = settleSum(of: ["valeur_fob", "fret", "assurance"], is: "valeur_caf", off: value - sum, &draft)
            }
        }
        if let invoice = draft.number("facture"), let exchange = draft.number("taux_change"),
            let fob = draft.number("valeur_fob"), fob > 0, abs(invoice * exchange / fob - 1) < 0.001
        {
            draft.confirm(["facture", "taux_change", "valeur_fob"], "facture × taux de change = FOB")
        }
        if draft.number("taux_change") == 655.957 { draft.confirm(["taux_change"], "parité de l’euro") }
    }

    private func counts(_ draft: inout DraftDeclaration) {
        guard let count = draft.number("nb_articles") else { return }
        if Int(count) == draft.articles.count {
            draft.confirm(["nb_articles"], "nombre d’articles lus")
            draft.confirm(draft.articles.map { "articles.\($0).numero" }, nil)
        } else {
            draft.contradict(["nb_articles"], "\(draft.articles.count) articles lus")
        }
    }

    private func days(_ draft: inout DraftDeclaration) {
        guard let date = draft.fields["date_enregistrement"] else { return }
        // A year that was taken from the day says nothing of it.
        let year = draft.fields["annee"].flatMap { $0.zone == date.zone ? nil : $0.value }
        let years = [
            year, draft.fields["manifeste"].map { String($0.value.prefix(4)) },
            draft.fields["date_arrivee"].map { String($0.value.prefix(4)) },
        ].compactMap(\.self)
        if years.contains(String(date.value.prefix(4))) {
            draft.confirm(["date_enregistrement", "annee"], "même année")
        }
        guard let arrival = draft.fields["date_arrivee"]?.value else { return }
        if arrival <= date.value {
            draft.confirm(["date_arrivee"], "arrivée avant l’enregistrement")
        } else {
            draft.contradict(["date_arrivee", "date_enregistrement"], "arrivée après l’enregistrement")
        }
    }

    private func offices(_ draft: inout DraftDeclaration) {
        let offices = ["bureau", "bureau_frontiere"].compactMap { draft.fields[$0]?.value }
        if let manifest = draft.fields["manifeste"]?.value.split(separator: " "), manifest.count == 3,
            offices.contains(String(manifest[1]))
        {
            let same = ["bureau", "bureau_frontiere"].filter { draft.fields[$0]?.value == String(manifest[1]) }
            draft.confirm(["manifeste"] + same, "même bureau")
        } else if offices.count == 2, offices[0] == offices[1] {
            draft.confirm(["bureau", "bureau_frontiere"], "même bureau")
        }
    }

    private func codes(_ draft: inout DraftDeclaration) {
        if let container = draft.fields["conteneur"]?.value, ContainerNumber.isValid(container.utf8.span) {
            draft.confirm(["conteneur"], "clé du conteneur")
        }
        for article in draft.articles {
            let name = "articles.\(article).code_sh"
            guard let code = draft.fields[name]?.value, let position = tariff.position(of: code) else { continue }
            // The tariff knows the first digits; the last are as sure as their print.
            let isLegible = (draft.fields[name]?.legibility ?? 0) >= 0.9
            if position.prefix.utf8.count >= (isLegible ? 4 : 8) { draft.confirm([name], "position du tarif") }
        }
    }

    /// A sum that does not come out: if one reading alone may be a misreading of what would make it come out, it is.
    private func settleSum(
        of parts: [String], is total: String, off difference: Double, _ draft: inout DraftDeclaration
    ) -> Bool {
        let names = parts + [total]
        let possible = names.compactMap { name -> (name: String, value: String)? in
            guard draft.source == .recognition, let reading = draft.fields[name], let read = Double(reading.value)
            else {
                return nil
            }
            let meant = read + (name == total ? -difference : difference)
            guard meant >= 0, meant < 1e12 else { return nil }
            guard let value = Self.text(meant, like: reading.value) else { return nil }
            return Misreading.mayBe(reading.value, value) ? (name, value) : nil
        }
        // What other checks have confirmed does not give way where something else may.
        let open = possible.filter { (draft.fields[$0.name]?.confirmations ?? 0) < 2 }
        guard let only = open.first, open.count == 1 else { return false }
        draft.agree(only.name, with: only.value, "la somme est juste ainsi")
        draft.confirm(names.filter { $0 != only.name }, "somme")
        return true
    }

    /// With as many decimals as the reading; nil when it takes more.
    private static func text(_ value: Double, like reading: String) -> String? {
        let decimals = reading.firstIndex(of: ".").map { reading.distance(from: $0, to: reading.endIndex) - 1 } ?? 0
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let units = (value * scale).rounded()
        guard abs(units - value * scale) < 0.001, units < 1e15 else { return nil }
        guard decimals > 0 else { return String(Int(units)) }
        let fraction = String(Int(units) % Int(scale))
        return "\(Int(units) / Int(scale))." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
}
