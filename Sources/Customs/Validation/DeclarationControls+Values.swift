import Platform

extension DeclarationControls {
    /// CAF = FOB + freight + insurance, and the invoice in its currency against the FOB value.
    func values(_ declaration: Declaration, _ controls: inout [Control]) {
        let total = { (announced: String, summed: String) in
            let value = number(declaration.facts, announced)
            return value.isNaN ? declaration.articles.reduce(0) { $0 + number($1.facts, summed) } : value
        }
        let (caf, fob) = (total("valeur_caf_totale", "valeur_caf"), total("valeur_fob_totale", "valeur_fob"))
        if caf < fob {
            controls.append(
                .init(
                    .cafBelowFOB,
                    "La valeur CAF (\(Tariff.francs(caf))) est inférieure à la valeur FOB (\(Tariff.francs(fob)))."))
        }
        let (freight, insurance) = (number(declaration.facts, "fret"), number(declaration.facts, "assurance"))
        let other = number(declaration.facts, "autres_frais")
        let sum = fob + freight + insurance + (other.isNaN ? 0 : other)
        if sum.isFinite, caf.isFinite, abs(caf - sum) > 2 {
            controls.append(
                .init(
                    .cafDiffers,
                    "FOB, fret et assurance font \(Tariff.francs(sum)), la valeur CAF est \(Tariff.francs(caf)).",
                    shortfall: sum - caf))
        }
        invoice(declaration, fob, &controls)
    }

    private func invoice(_ declaration: Declaration, _ fob: Double, _ controls: inout [Control]) {
        let (invoice, exchange) = (number(declaration.facts, "facture"), number(declaration.facts, "taux_change"))
        if text(declaration.facts, "devise") == "EUR", exchange.isFinite, abs(exchange - 655.957) > 0.001 {
            controls.append(
                .init(.currency, "L’euro vaut 655,957 FCFA, le taux déclaré est \(Self.plain(exchange))."))
        }
        let converted = invoice * exchange
        guard invoice > 0, converted.isFinite, fob > 0, abs(converted - fob) > max(2, 0.005 * fob) else { return }
        controls.append(
            .init(
                .invoiceDiffers,
                "La facture convertie fait \(Tariff.francs(converted)), la valeur FOB est \(Tariff.francs(fob))."))
    }

    func dates(_ declaration: Declaration, _ controls: inout [Control]) {
        let names = ["date_embarquement", "date_arrivee", "date_enregistrement"]
        let known = names.compactMap { name in
            let day = number(declaration.facts, name)
            return day.isNaN ? nil : (name, Int(day))
        }
        for (earlier, later) in zip(known, known.dropFirst()) where earlier.1 > later.1 {
            let labels = [earlier.0, later.0].map { vocabulary[$0]?.label.lowercased() ?? $0 }
            controls.append(.init(.dateOrder, "\(labels[0]) : elle suit « \(labels[1]) »."))
        }
        let registered = number(declaration.facts, "date_enregistrement")
        guard !registered.isNaN, let year = Int(declaration.key.year) else { return }
        let found = CivilDate(daysSinceEpoch: Int(registered)).year
        if found != year {
            controls.append(.init(.yearOfDate, "La déclaration est de \(year), sa date d’enregistrement de \(found)."))
        }
    }

    func identity(_ declaration: Declaration, _ controls: inout [Control]) {
        if !declaration.unasked.contains("ninea"), text(declaration.facts, "ninea") == nil {
            controls.append(.init(.missingNINEA, "Le NINEA manque."))
        }
        if let container = text(declaration.facts, "conteneur"), !ContainerNumber.isValid(container.utf8.span) {
            controls.append(.init(.container, "La clé du numéro de conteneur « \(container) » est fausse."))
        }
        if !declaration.divergent.isEmpty {
            let labels = declaration.divergent.map { vocabulary[$0]?.label ?? $0 }.joined(separator: ", ")
            controls.append(.init(.divergentHeader, "Les lignes de la déclaration ne s’accordent pas sur : \(labels)."))
        }
    }
}
