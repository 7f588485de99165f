import Printing

/// The end of the act: place, signatures, and the hash they were given to.
extension ProcesVerbalSheet {
    var closing: [Block] {
        let place = act.place.map { "à \($0)" } ?? "au \(act.office.prefix(1).lowercased())\(act.office.dropFirst())"
        let end =
            "Le présent procès-verbal rapporte les faits de la partie 2 tels qu’ils figurent aux registres du bureau. "
            + "Fait \(place), les jour, mois et an que dessus."
        var boxes = act.agents.enumerated().map { rank, agent in
            box(rank == 0 ? "L’agent rédacteur" : "Le second agent", agent.name, signature(rank))
        }
        boxes.append(box("La personne concernée", "Nom, qualité, signature :", nil))
        return [
            .together(
                [
                    ActStyle.section("5", "Clôture et signatures"), [ActStyle.paragraph(end)],
                    [
                        .gap(10),
                        .beside(Array(boxes.map { [Block.Column(1, [$0])] }.joined(separator: [.init(0.06, [])]))),
                        .gap(8),
                        .paragraph(
                            Paragraph(
                                StyledText("Empreinte SHA-256 du contenu : ", ActStyle.label)
                                    + StyledText(hash, ActStyle.hash))),
                        ActStyle.small(
                            "Le code de la première page porte le numéro et cette empreinte ; le registre du bureau rend "
                                + "le même document, octet pour octet.", before: 2),
                    ],
                ].flatMap(\.self))
        ]
    }

    /// When this agent signed; nil when they did not.
    private func signature(_ rank: Int) -> String? {
        guard standing.agents.indices.contains(rank) else { return nil }
        let given = standing.signatures.first { $0.agent == standing.agents[rank] }?.given
        return given.map { "Signé électroniquement\nle \(FrenchWords.stamp($0))" } ?? "Non signé\n\u{a0}"
    }

    private func box(_ title: String, _ name: String, _ signature: String?) -> Block {
        .framed(
            [
                .paragraph(Paragraph(StyledText(title, ActStyle.label))),
                .paragraph(Paragraph(StyledText(name, ActStyle.cell.bold), before: 2)),
                .paragraph(
                    Paragraph(
                        // Two lines in each box, so that they are of one height.
                        StyledText(signature ?? "\u{a0}\n\u{a0}", ActStyle.cell.inked(ActStyle.green)), before: 6)),
                .gap(14), .paragraph(Paragraph(StyledText("\u{a0}", ActStyle.cell))),
            ], .init(ground: ActStyle.ground, bar: ActStyle.green, padding: 7))
    }
}
