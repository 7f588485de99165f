import Customs
public import Decisions
public import Trees

/// Ranks the same declarations with several models of one chapter, and with rules.
public struct DeclarationComparing {
    private let office: Office
    private let models: [ChapterModel]
    private let rules: [Formula]

    /// - Parameters:
    ///   - packages: the one that serves first.
    ///   - criteria: the office's rules; those that the chapter's features cannot answer are left out.
    public init(
        _ office: Office, _ packages: [ModelPackage], criteria: [Criterion] = []
    ) throws(AnalysisError) {
        guard let chapter = packages.first?.manifest.chapter,
            packages.allSatisfy({ $0.manifest.chapter == chapter })
        else { throw AnalysisError("modeles_differents", "ces modèles ne sont pas du même chapitre") }
        var models: [ChapterModel] = []
        for package in packages { models.append(try ChapterModel(package, office.packs)) }
        (self.office, self.models) = (office, models)
        let features = models[0].features
        let schema = CriterionFacts.schema(features)
        rules = criteria.filter { $0.chapters.isEmpty || $0.chapters.contains(chapter) }.compactMap {
            try? Formula.compile(
                $0.formula, schema: schema, expecting: .booleen, library: features.library, unit: .declaration)
        }
    }

    /// On declarations that are later than those of which any of the models is made: of files that they learned from,
    /// the last part, which measured them. The past is built from all of them, as when models are trained.
    public func compare(
        _ sources: [Office.Source], progress: (Int) -> Void = { _ in }
    ) throws -> ModelComparison {
        let chapter = models[0].manifest.chapter
        let last = try lastDay()
        var table = FeatureTable(models[0].features, vocabulary: office.vocabulary)
        var held: [Double] = []
        let workspace = FormulaWorkspace()
        var replay = Replay(office, history: History(needs: office.packs.needs), chapter: chapter)
        replay.run(
            sources.map(\.file),
            each: { moment in
                guard moment.features.chapter == chapter, let day = moment.day, Int(day) > last, moment.outcome != nil
                else { return }
                table.append(moment)
                let facts = CriterionFacts.facts(
                    moment.values, isolation: models[0].isolation(of: moment.values)?.rank)
                held.append(Double(rules.count { $0.holds(for: facts, in: workspace, on: day) == true }))
            }, progress: progress)
        guard table.count > 0 else {
            throw AnalysisError(
                "rien_a_mesurer",
                "aucune déclaration du chapitre \(chapter) dont l’issue est connue n’est plus tardive que ce dont ces "
                    + "modèles sont faits")
        }
        let columns = models.reduce(into: Set<String>()) { $0.formUnion($1.manifest.columns.map(\.name)) }
        return try ModelComparison(
            models.map(\.scorer), rules: rules.isEmpty ? nil : held, on: table.table(keeping: columns))
    }

    private func lastDay() throws(AnalysisError) -> Int {
        var last = Int.min
        for model in models {
            guard let day = model.manifest.lastDayOfItsMaking else {
                throw AnalysisError(
                    "modele_sans_periode",
                    "modèle \(model.manifest.name) \(model.manifest.version) : il ne dit pas de quels jours il a appris"
                )
            }
            last = max(last, day)
        }
        return last
    }
}
