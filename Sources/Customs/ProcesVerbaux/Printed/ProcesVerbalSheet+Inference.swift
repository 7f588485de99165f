import Printing

/// What a model made of it, under a notice that it proves nothing.
extension ProcesVerbalSheet {
    var inference: [Block] {
        let notice = Block.framed(
            [
                .paragraph(
                    Paragraph(StyledText(act.inferenceNotice, ActStyle.body.italic), .justified, leading: 1.1))
            ], .init(ground: Ink(0xfdf6e0), bar: ActStyle.yellow))
        return ActStyle.section("4", "Indications du système d’aide à la décision") + [notice]
            + act.cases.flatMap { inference($0.number, $0.inference) }
    }

    private func inference(_ number: String, _ one: ProcesVerbal.Inference) -> [Block] {
        let percent = { (value: Double) in ValueFormat.text(value, kind: .nombre, unit: "part") }
        var pairs: [(label: String, value: String)] = [
            ("Voie proposée", Self.lanes[one.lane] ?? one.lane),
            ("Probabilité estimée", one.probability.map(percent) ?? "aucune : aucun modèle n’a parlé"),
            ("Seuils", "\(percent(one.low)) et \(percent(one.high))"), ("Modèle", one.model ?? "aucun"),
            ("Jour de l’analyse", FrenchWords.day(of: one.day)),
        ]
        for (place, reason) in one.reasons.enumerated() { pairs.append((place == 0 ? "Motifs" : "", reason)) }
        for (place, sentence) in one.contributions.enumerated() {
            pairs.append((place == 0 ? "Ce qui a le plus pesé" : "", sentence))
        }
        if let isolation = one.isolation { pairs.append(("Caractère inhabituel", isolation)) }
        pairs += [("Décision", one.decision), ("Empreinte de la décision", "SHA-256 \(one.recordHash)")]
        return [ActStyle.heading("Déclaration n° \(number)", before: 10), ActStyle.list(pairs)]
    }

    private static let lanes = [
        "conforme": "conforme", "zone_grise": "zone grise : contrôle documentaire", "fraude": "contrôle physique",
    ]
}
