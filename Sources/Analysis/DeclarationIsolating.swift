import Customs
public import Trees

/// Gives a package an isolation forest, from the files of declarations that its model was trained on.
public struct DeclarationIsolating {
    private let office: Office
    private let package: ModelPackage

    public init(_ office: Office, _ package: ModelPackage) {
        (self.office, self.package) = (office, package)
    }

    /// The past is built from the files as when the model was trained: other files, another order of time or another pack
    /// give other rows, and are refused.
    ///
    /// - Parameter later: what the training was given as `--valid`.
    public func extend(
        from files: [Office.Source], later: [Office.Source] = [], progress: (Int) -> Void = { _ in }
    ) throws -> ModelPackage {
        let chapter = package.manifest.chapter
        guard let set = office.packs.sets[chapter] else {
            throw AnalysisError("chapitre_sans_pack", "il n’y a pas de pack pour le chapitre \(chapter)")
        }
        var replay = Replay(office, history: History(needs: office.packs.needs), chapter: chapter)
        let columns = Set(package.manifest.columns.map(\.name))
        func rows(_ sources: [Office.Source]) throws -> TrainingTable? {
            var table = FeatureTable(set, vocabulary: office.vocabulary)
            replay.run(
                sources.map(\.file),
                each: { moment in if moment.features.chapter == chapter { table.append(moment) } },
                progress: progress)
            return table.count == 0 ? nil : try table.table(keeping: columns)
        }
        guard let table = try rows(files) else { throw LearningError(.otherRows, package.manifest.name) }
        return try package.isolated(on: table, later: later.isEmpty ? nil : rows(later))
    }
}
