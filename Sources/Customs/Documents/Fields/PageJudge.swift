/// Says which pages are of a declaration, and which family of forms they are.
struct PageJudge {
    let layout: Layout
    private let titles: [FoldedName]

    init(_ layout: Layout) {
        self.layout = layout
        titles = layout.foreign.values.flatMap(\.self).map { FoldedName($0) }
    }

    private func names(_ labels: [Label]) -> Set<String> {
        Set(labels.flatMap(\.anchors).compactMap { layout.anchors[$0].fields.first.map { layout.fields[$0].name } })
    }

    /// Fields that only declarations have labels for.
    private static let own: Set<String> = [
        "regime", "ninea", "code_sh", "bureau", "bureau_frontiere", "numero_repertoire", "valeur_caf", "nb_articles",
        "ppm_destinataire", "declarant_code", "regime_fiscal", "article_manifeste", "total_liquide", "manifeste",
        "numero", "quantite_complementaire", "date_enregistrement", "pays_provenance",
    ]

    func isDeclaration(_ sheet: Sheet, _ labels: [Label]) -> Bool {
        let own = names(labels).intersection(Self.own).count
        let taxes = Set(labels.flatMap(\.meanings).compactMap { if case .tax(let c) = $0 { c } else { nil } })
        let hasTaxes = taxes.isSuperset(of: [.base, .montant])
        if isForeign(sheet) { return own >= 8 || (hasTaxes && own >= 3) }
        return own >= 2 || hasTaxes || (own >= 1 && sheet.words.count < 60)
    }

    /// Whether a page can begin a declaration.
    func isFirst(_ labels: [Label]) -> Bool { names(labels).intersection(Self.own).count >= 5 }

    /// The title of another paper, among the first lines.
    func isForeign(_ sheet: Sheet) -> Bool {
        let limit = 0.22 / sheet.aspect
        for chain in sheet.chains {
            guard let first = chain.first, sheet.words[first].zone.top < limit, chain.count <= 6 else { continue }
            let name = FoldedName(sheet.text(chain))
            let size = sheet.words[first].zone.height
            if titles.contains(name), size > 1.1 * sheet.unit || !sheet.words[chain[chain.count - 1]].hasColon {
                return size > 1.25 * sheet.unit || chain.count >= 2
            }
        }
        return false
    }

    func family(_ labels: [Label]) -> LayoutFamily {
        let printed = Set(labels.flatMap { $0.anchors })
        var best: (family: LayoutFamily, share: Double)?
        for family in layout.families {
            let wanted = family.signature.compactMap { label in
                layout.anchors.indices.first { layout.anchors[$0].labels.contains(label) }
            }
            let found = wanted.count(where: printed.contains)
            guard found >= family.leastLabels, !wanted.isEmpty else { continue }
            let share = Double(found) / Double(wanted.count)
            if share > best?.share ?? 0 { best = (family, share) }
        }
        return best?.family ?? .unknown
    }
}
