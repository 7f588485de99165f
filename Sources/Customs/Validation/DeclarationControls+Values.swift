import Platform

extension DeclarationControls {
    /// CAF = FOB + freight + insurance, and the invoice in its currency against the FOB value.
    func values(_ declaration: Declaration, _ controls: inout [Control]) {
        let total = { (announced: Int?, summed: Int?) in
            let value = declaration.facts.number(announced)
            return value.isNaN ? declaration.articles.reduce(0) { $0 + $1.facts.number(summed) } : value
        }
        let (caf, fob) = (total(fields.totalCAF, fields.caf), total(fields.totalFOB, fields.fob))
        if caf < fob {
            controls.append(
                .init(
                    .cafBelowFOB,
                    "La valeur CAF (\(Tariff.francs(caf))) est inférieure à la valeur FOB (\(Tariff.francs(fob)))."))
        }
        let (freight, insurance) = (
            declaration.facts.number(fields.freight), declaration.facts.number(fields.insurance)
        )
        let other = declaration.facts.number(fields.otherCosts)
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
        let (invoice, exchange) = (declaration.facts.number(fields.invoice), declaration.facts.number(fields.exchange))
        if declaration.facts.text(fields.currency) == "EUR", exchange.isFinite, abs(exchange - 655.957) > 0.001 {
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
        var earlier: (name: String, day: Double)?
        for (name, slot) in [
            ("date_embarquement", fields.shipped), ("date_arrivee", fields.arrived),
            ("date_enregistrement", fields.registered),
        ] {
            let day = declaration.facts.number(slot)
            if day.isNaN { continue }
            if let earlier, earlier.day > day {
                let labels = [earlier.name, name].map { vocabulary[$0]?.label.lowercased() ?? $0 }
                controls.append(.init(.dateOrder, "\(labels[0]) : elle suit « \(labels[1]) »."))
            }
            earlier = (name, day)
        }
        let registered = declaration.facts.number(fields.registered)
        guard !registered.isNaN, let year = Int(declaration.key.year) else { return }
        let found = CivilDate(daysSinceEpoch: Int(registered)).year
        if found != year {
            controls.append(.init(.yearOfDate, "La déclaration est de \(year), sa date d’enregistrement de \(found)."))
        }
    }

    func identity(_ declaration: Declaration, _ controls: inout [Control]) {
        if !declaration.unasked.contains("ninea"), declaration.facts.text(fields.ninea) == nil {
            controls.append(.init(.missingNINEA, "Le NINEA manque."))
        }
        if let container = declaration.facts.text(fields.container), !ContainerNumber.isValid(container.utf8.span) {
            controls.append(.init(.container, "La clé du numéro de conteneur « \(container) » est fausse."))
        }
        if !declaration.divergent.isEmpty {
            let labels = declaration.divergent.map { vocabulary[$0]?.label ?? $0 }.joined(separator: ", ")
            controls.append(.init(.divergentHeader, "Les lignes de la déclaration ne s’accordent pas sur : \(labels)."))
        }
    }
}
