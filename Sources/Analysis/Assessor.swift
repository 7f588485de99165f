public import Customs
import Platform
import Trees

/// Looks at declarations with an office's models: controls, features, probability, explanation. One for each thread.
public final class Assessor {
    private let packs: ChapterPacks
    private let models: ChapterModels
    private let controls: DeclarationControls
    private let strongest: Int
    private let memory: HeadingMemory
    private let tariffFacts: TariffFacts
    private let workspace = FeatureWorkspace()

    /// - Parameter strongest: how many contributions of a prediction are put into words.
    public init(_ office: Office, _ models: ChapterModels, strongest: Int = DeclarationAnalysis.strongest) {
        (packs, self.models, self.strongest) = (office.packs, models, strongest)
        controls = DeclarationControls(office.vocabulary, office.reader.tariff)
        memory = HeadingMemory(office.reader.tariff)
        tariffFacts = TariffFacts(office.reader.tariff, vocabulary: office.vocabulary, memory: memory)
    }

    /// What the last declaration tells the past, to be recorded when it is kept.
    public var observations: HistoryObservations { workspace.observations }

    /// - Parameter asked: the chapter whose model is to speak; nil: that of the dominant article.
    public func assess(
        _ declaration: Declaration, chapter asked: String? = nil, history: any HistoryReader
    ) -> Assessment {
        let start = Instant.now()
        let own = declaration.chapter(in: packs.vocabulary)
        var assessment = Assessment(
            key: declaration.key, chapter: own, controls: controls.run(declaration, memory: memory))
        look(&assessment, declaration, models[asked ?? own], packs.set(for: asked ?? own), history)
        assessment.milliseconds = (Instant.now() - start).milliseconds
        return assessment
    }

    private func look(
        _ assessment: inout Assessment, _ declaration: Declaration, _ model: ChapterModel?, _ pack: FeatureSet?,
        _ history: any HistoryReader
    ) {
        guard let features = model?.features ?? pack else {
            assessment.silence = .noPack
            return
        }
        let values = features.evaluate(
            articles: tariffFacts.articles(of: declaration), declaration: declaration.facts, history: history,
            in: workspace)
        assessment.features = (features, values)
        guard let model else {
            assessment.silence = .noModel
            return
        }
        assessment.isolation = model.isolation(of: values)
        let explained = try? model.explain(cells: model.cells(of: values))
        let probability = explained.map { model.scorer.probability(ofMargin: $0.margin) } ?? .nan
        guard let (_, base, shap) = explained, probability >= 0, probability <= 1 else {
            assessment.silence = .brokenModel
            return
        }
        assessment.prediction = .init(
            model: model.manifest.name, version: model.manifest.version, fingerprint: model.fingerprint,
            probability: probability,
            explanation: features.explain(
                values, shap: shap, baseValue: base, method: ChapterModel.method, strongest: strongest,
                history: history, in: workspace))
    }
}
