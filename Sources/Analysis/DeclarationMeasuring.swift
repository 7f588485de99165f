import Customs
public import Trees

/// Measures a package on declarations whose outcome is known.
public struct DeclarationMeasuring {
    private let office: Office
    private let package: ModelPackage
    private let model: ChapterModel

    public init(_ office: Office, _ package: ModelPackage) throws(AnalysisError) {
        (self.office, self.package) = (office, package)
        model = try ChapterModel(package, office.packs)
    }

    /// What the package's past does not know yet is learned from `history`; of `data` only what was declared becomes
    /// known, day by day, not what its controls found.
    public func measure(_ data: [Office.Source], history: [Office.Source]) throws -> Measures {
        let chapter = package.manifest.chapter
        var replay = Replay(office, history: try package.history(office.packs), chapter: chapter)
        let known = Set(package.manifest.origin?.sources ?? [])
        let columns = Set(package.manifest.columns.map(\.name))
        func rows(_ sources: [Office.Source], learnsOutcomes: Bool) -> FeatureTable {
            var table = FeatureTable(model.features, vocabulary: office.vocabulary)
            replay.run(sources.map(\.file), learnsOutcomes: learnsOutcomes) { moment in
                if moment.features.chapter == chapter { table.append(moment) }
            }
            return table
        }
        var encoder = model.scorer.encoder
        let between = rows(history.filter { !known.contains($0.fingerprint) }, learnsOutcomes: true)
        if between.count > 0 { encoder = try encoder.learning(between.table(keeping: columns)) }
        let table = rows(data, learnsOutcomes: false)
        guard table.count > 0 else {
            throw AnalysisError("rien_a_mesurer", "aucune déclaration du chapitre \(chapter) n’a d’issue connue")
        }
        return try model.scorer.measure(table.table(keeping: columns), encodedBy: encoder)
    }
}
