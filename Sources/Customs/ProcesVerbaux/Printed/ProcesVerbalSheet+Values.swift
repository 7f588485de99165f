import Printing

/// Declared beside estimated values, and what follows for duties and taxes.
extension ProcesVerbalSheet {
    var values: [Block] {
        var blocks = ActStyle.section("3", "Valeurs déclarées et valeurs estimées")
        blocks.append(
            ActStyle.small(
                "Montants en FCFA. Une valeur administrée est un minimum fixé par l’office. Une valeur tirée "
                    + "d’opérations comparables est la médiane de leurs prix au kilogramme net, appliquée au poids "
                    + "déclaré : elle est une estimation, et non une constatation.", before: 0, keepsWithNext: true))
        for one in act.cases {
            if act.cases.count > 1 { blocks.append(ActStyle.heading("Déclaration n° \(one.number)")) }
            blocks.append(valueTable(one.articles))
            if one.articles.contains(where: { !$0.taxes.isEmpty || $0.reserve != nil }) {
                blocks.append(ActStyle.heading("Droits et taxes, par article"))
                blocks.append(taxTable(one.articles))
            }
        }
        return blocks + totals
    }

    private func valueTable(_ articles: [ArticleAppraisal]) -> Block {
        let rows = articles.map { article in
            let goods =
                StyledText(article.code ?? "sans code SH", ActStyle.cell.bold)
                + StyledText(article.description.map { "\n\($0)" } ?? "", ActStyle.cell)
            let estimate =
                StyledText(article.estimate.map { ActStyle.francs($0.value) } ?? "non estimée", ActStyle.cell)
                + StyledText("\n" + (article.estimate.map(Self.basis) ?? article.unestimated ?? ""), ActStyle.note)
            return PrintedTable.Row([
                ActStyle.cell("\(article.rank)"), .init(goods), ActStyle.cell(article.origin ?? "—"),
                ActStyle.cell(article.netWeight.map { ValueFormat.decimal($0, 3) } ?? "—"),
                ActStyle.cell(ActStyle.francs(article.declared)), .init(estimate),
                ActStyle.cell(ActStyle.francs(article.difference)),
            ])
        }
        return .table(
            PrintedTable(
                [
                    .init(0.7), .init(4.2), .init(1.2), .init(1.5, .right), .init(1.8, .right), .init(2.9, .right),
                    .init(1.8, .right),
                ],
                head: ActStyle.headRow([
                    "Art.", "Code SH et désignation", "Origine", "Net (kg)", "Déclarée", "Estimée", "Écart",
                ]), rows: rows, before: 5))
    }

    private static func basis(_ estimate: ValueEstimate) -> String {
        let price = "\(ValueFormat.decimal(estimate.unitPrice, 2)) par \(estimate.unit)"
        return switch estimate.basis {
        case .administered: "valeur administrée, \(price)"
        case .comparable: "médiane de \(estimate.operations ?? 0) opérations, \(price)"
        }
    }

    private func taxTable(_ articles: [ArticleAppraisal]) -> Block {
        var rows: [PrintedTable.Row] = []
        for article in articles where !article.taxes.isEmpty || article.reserve != nil {
            let title = ["Article \(article.rank)", article.code, article.reserve].compactMap(\.self)
            rows.append(
                .init(
                    [ActStyle.cell(title.joined(separator: ", "), bold: true, span: 6)], ground: ActStyle.ground,
                    keepsWithNext: !article.taxes.isEmpty))
            rows += article.taxes.map { Self.row($0, $0.rate.map { "\(ValueFormat.decimal($0, 2)) %" } ?? "") }
        }
        return taxes(rows, before: 4)
    }

    private static func row(_ tax: TaxShortfall, _ rate: String, bold: Bool = false) -> PrintedTable.Row {
        .init([
            ActStyle.cell(tax.code), ActStyle.cell(tax.symbol), ActStyle.cell(rate),
            ActStyle.cell(ActStyle.francs(tax.onDeclared)), ActStyle.cell(ActStyle.francs(tax.onEstimate)),
            ActStyle.cell(ActStyle.francs(tax.amount), bold: true),
        ])
    }

    private func taxes(_ rows: [PrintedTable.Row], before: Double) -> Block {
        .table(
            PrintedTable(
                [.init(0.7), .init(1.6), .init(1, .right), .init(2, .right), .init(2, .right), .init(2, .right)],
                head: ActStyle.headRow(["Taxe", "Sigle", "Taux", "Sur le déclaré", "Sur l’estimé", "Insuffisance"]),
                rows: rows, before: before))
    }

    /// Over all declarations, tax by tax.
    private var totals: [Block] {
        var blocks: [Block] = []
        let sums = act.shortfalls
        if !sums.isEmpty {
            var rows = sums.map { Self.row($0, "") }
            let total = [\TaxShortfall.onDeclared, \.onEstimate, \.amount].map { path in
                ActStyle.cell(ActStyle.francs(sums.reduce(0) { $0 + $1[keyPath: path] }), bold: true)
            }
            rows.append(.init([ActStyle.cell("Total", bold: true, span: 3)] + total, ground: ActStyle.ground))
            blocks += [ActStyle.heading("Insuffisance de droits et taxes, par taxe"), taxes(rows, before: 4)]
            blocks.append(
                ActStyle.small(
                    "Calculée avec le tarif de l’office au jour de l’enregistrement, sur les articles dont la valeur "
                        + "estimée dépasse la valeur déclarée ; les articles sous réserve n’y entrent pas."))
        } else {
            blocks.append(ActStyle.small("Aucune insuffisance de droits et taxes ne se déduit de ces valeurs."))
        }
        if let adjusted = act.adjusted {
            let text =
                StyledText("Droits et taxes redressés selon les verdicts rendus : ", ActStyle.body)
                + StyledText("\(ActStyle.francs(adjusted)) FCFA", ActStyle.body.bold)
            blocks.append(.paragraph(Paragraph(text, before: 8)))
        }
        return blocks
    }
}
