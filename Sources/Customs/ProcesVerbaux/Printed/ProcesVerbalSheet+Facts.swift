import Printing

/// What is declared, computed and found: none of it comes from a model.
extension ProcesVerbalSheet {
    var facts: [Block] {
        ActStyle.section("2", "Faits constatés") + act.cases.flatMap(facts) + said
    }

    private func facts(_ one: ProcesVerbal.Case) -> [Block] {
        var blocks = [ActStyle.heading("Déclaration n° \(one.number), version \(one.version)", before: 6)]
        blocks.append(ActStyle.form(one.particulars.map { ($0.label, $0.value) }))
        blocks.append(ActStyle.heading("Constatation du contrôle"))
        if let verdict = one.verdict {
            blocks.append(ActStyle.list(Self.pairs(of: verdict)))
        } else {
            blocks.append(
                ActStyle.small(
                    "Aucun verdict fondé sur un contrôle n’est enregistré : rien n’est constaté à ce jour sur cette "
                        + "déclaration."))
        }
        guard !one.remarks.isEmpty else { return blocks }
        blocks.append(ActStyle.heading("Incohérences relevées par le calcul"))
        let rows = one.remarks.map {
            PrintedTable.Row([ActStyle.cell($0.sentence), .init(StyledText($0.reference ?? "—", ActStyle.label))])
        }
        blocks.append(.table(PrintedTable([.init(4.2), .init(2)], rows: rows, before: 4)))
        return blocks
    }

    private static func pairs(of verdict: ProcesVerbal.Verdict) -> [(label: String, value: String)] {
        var pairs: [(label: String, value: String)] = [
            ("Verdict", verdict.result == "fraude" ? "Infraction constatée" : "Conforme"),
            ("Contrôle", evidence[verdict.evidence] ?? verdict.evidence),
            ("Vérificateur", "\(verdict.agent), le \(FrenchWords.stamp(verdict.given))"),
        ]
        if let type = verdict.fraudType { pairs.append(("Nature de l’infraction", type)) }
        if let amount = verdict.amount {
            pairs.append(("Droits et taxes redressés", "\(ActStyle.francs(amount)) FCFA"))
        }
        if let comments = verdict.comments { pairs.append(("Observations", comments)) }
        return pairs
    }

    private static let evidence = [
        "physique": "visite physique des marchandises", "documentaire": "contrôle documentaire",
        "a_posteriori": "contrôle a posteriori", "recours": "décision sur recours",
    ]

    /// What the agents and the person concerned have to say.
    private var said: [Block] {
        var blocks: [Block] = []
        if let statement = act.words.statement {
            blocks += [ActStyle.heading("Constatations des agents"), ActStyle.paragraph(statement, before: 3)]
        }
        blocks.append(ActStyle.heading("Déclarations de la personne concernée"))
        blocks.append(
            act.words.reply.map { ActStyle.paragraph($0, before: 3) } ?? ActStyle.small("Aucune n’a été recueillie."))
        return blocks
    }
}
