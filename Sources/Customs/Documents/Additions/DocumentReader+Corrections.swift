public import Reading

extension DocumentReader {
    /// The labels that corrections show, at most one a value. `known` is all that the declaration says.
    public func sightings(
        of corrected: [CorrectedValue], known: [String], on pages: [DocumentPage]
    ) -> [LabelSighting] {
        let sheets = pages.map { Sheet($0) }
        let style = NumberStyle(sheets)
        let judge = PageJudge(layout)
        let read = sheets.compactMap { sheet -> LabelProposer.Page? in
            let labels = LabelFinder.labels(dictionary, on: sheet)
            guard judge.isDeclaration(sheet, labels) else { return nil }
            return .init(sheet, labels, decoder(style, sheet))
        }
        let proposer = LabelProposer(
            layout: layout, dictionary: dictionary,
            known: (known + corrected.map(\.value)).map { FoldedName($0) }.filter { !$0.isEmpty })
        return corrected.prefix(Self.mostCorrections).compactMap { proposer.sighting(of: $0, on: read) }
    }

    /// The same reader with labels of an office's own.
    public func adding(_ additions: [LayoutAddition]) -> DocumentReader {
        DocumentReader(layout.adding(additions), countries: countries, tariff: tariff, vocabulary: vocabulary)
    }

    private static let mostCorrections = 40
}
