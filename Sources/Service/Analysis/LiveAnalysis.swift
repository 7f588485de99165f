import Analysis
import Customs
import Decisions
import Platform

/// What an instance knows while it serves: models, the past, policies, what the bandit has learned. Under its service's
/// lock: many may look at declarations at once, one alone may change what is known.
final class LiveAnalysis {
    let office: Office
    let models: ChapterModels
    private let stake: Stake
    private let key: DrawKey
    private let newTrader: [String: Int]
    /// For what is remembered, which one alone may change.
    private let tariffFacts: TariffFacts
    private let remembering = FeatureWorkspace()
    /// Packages that were trained together share one past; the last is that of whoever has none.
    private(set) var pasts: [Past]
    private let pastByChapter: [String: Int]
    private(set) var rules: Rules
    var policies: [String: DecisionPolicy] { rules.policies }
    private(set) var learners: [String: SegmentLearner]
    /// When something became known that belongs to a day which was complete already, or was purged.
    private(set) var lastLate: Instant?

    struct Past {
        var history: History
        /// Files that it knew before the log begins.
        let sources: Set<String>
    }

    init(
        _ office: Office, _ models: ChapterModels, pasts: [Past], pastByChapter: [String: Int],
        rules: Rules, key: DrawKey
    ) {
        (self.office, self.models, self.key) = (office, models, key)
        (self.pasts, self.pastByChapter, self.rules) = (pasts, pastByChapter, rules)
        stake = Stake(office.vocabulary)
        tariffFacts = TariffFacts(office.reader.tariff, vocabulary: office.vocabulary)
        learners = rules.policies.mapValues { SegmentLearner(for: $0) }
        newTrader = office.packs.sets.compactMapValues { set in
            set["premiere_declaration"]?.place.map { set.schema.fields[$0].slot }
        }
    }

    /// The chapter whose pack looks at a declaration, and under whose policy it is decided.
    func chapter(of declaration: Declaration, asked: String?) -> String {
        let own = asked ?? declaration.chapter(in: office.vocabulary)
        return models[own]?.features.chapter ?? office.packs.set(for: own)?.chapter ?? ChapterPacks.everything
    }

    /// The last day that the past is complete for.
    private(set) var day = Int32.min

    /// What became known before this day is known now.
    func advance(to day: Int32) {
        for place in pasts.indices { pasts[place].history.advance(to: day) }
        self.day = day
    }

    /// What is known by now, as the chapter's model sees it.
    func past(of chapter: String) -> History { pasts[pastByChapter[chapter] ?? pasts.count - 1].history }

    /// What is thought of a declaration today. It is not remembered: `remember` does that, once it is recorded.
    ///
    /// - Parameter decide: makes the decision, at an office, with what it must not exceed there.
    func analyse(
        _ declaration: Declaration, asked: String?, id: UUIDv7, on day: Int32, _ conditions: DecisionConditions,
        under rules: Rules, _ criteria: CriteriaInForce, with workspace: AnalysisWorkspace,
        decide: (inout DecisionRequest, String, DecisionPolicy, SegmentLearner?, DrawKey) -> DecisionRecord
    ) -> Analysed? {
        let chapter = chapter(of: declaration, asked: asked)
        guard let policy = rules.policies[chapter] ?? rules.policies[ChapterPacks.everything] else { return nil }
        let place = pastByChapter[chapter] ?? pasts.count - 1
        let assessment = workspace.assessor.assess(declaration, chapter: asked, history: pasts[place].history)
        let figures = DeclarationFigures(declaration, office.vocabulary)
        let fingerprint = DeclarationFingerprint.of(
            declaration: declaration.facts, articles: declaration.articles.map(\.facts),
            schema: office.vocabulary.schema)
        var request = DecisionRequest(
            id: id.description, fingerprint: fingerprint, probability: assessment.prediction?.probability,
            epsilon: policy.epsilon, day: day)
        request.duties = stake.duties(of: declaration)
        request.value = figures.value ?? 0
        request.heading =
            office.vocabulary.schema["code_sh"].flatMap { declaration.facts.texts[$0.slot] }.map(Segment.heading) ?? 0
        request.originDiffers = figures.originDiffers
        if let values = assessment.features?.values, let slot = newTrader[chapter] {
            request.isNewTrader = values.numbers[slot] == 1
        }
        request.modelVersion = assessment.prediction.map { "\($0.model) \($0.version)" } ?? ""
        request.conditions = conditions
        if assessment.silence == .brokenModel { request.conditions.insert(.degraded) }
        let subjects = SubjectReader(schema: office.vocabulary.schema, index: rules.personIndex)
        criteria.ask(
            chapter, assessment.criterionFacts, subjects.subject(of: declaration), workspace.formulas,
            key.draw(fingerprint, policy: policy.version), &request)
        let record = decide(&request, declaration.key.office, policy, learners[policy.chapter], key)
        return Analysed(
            declaration: declaration, figures: figures, chapter: chapter, decisionID: id,
            analysis: DeclarationAnalysis(assessment, record), observations: workspace.assessor.observations)
    }

    /// Remembers a declaration that was recorded, from tomorrow on.
    func remember(_ observations: HistoryObservations, order: UInt64, on day: Int32, file: String? = nil) {
        eachPast(file) { history in
            history.advance(to: day)
            history.record(observations, order: order)
        }
    }

    /// Puts a corrected declaration in the place of what was recorded of it, as long as that is not part of the past yet:
    /// it is from the day after it became known on, and nothing is taken out of the past again.
    func correct(_ observations: HistoryObservations, order: UInt64, on day: Int32, file: String? = nil) {
        eachPast(file) { history in
            history.advance(to: day)
            history.replace(observations, order: order)
        }
    }

    /// Remembers what was found of a declaration.
    func remember(
        fraud: Bool, of observations: HistoryObservations, order: UInt64, on day: Int32, file: String? = nil
    ) {
        eachPast(file) { history in
            history.advance(to: day)
            history.recordOutcome(fraud: fraud, of: observations, verdict: day, order: order)
        }
    }

    /// What a stored declaration tells the past, whatever is known by now: keys and measures do not depend on it. Asked
    /// by one alone, as what changes what is known.
    func observations(of declaration: Declaration, pack: String) -> HistoryObservations? {
        guard let set = office.packs.sets[pack] else { return nil }
        _ = set.evaluate(
            articles: tariffFacts.articles(of: declaration), declaration: declaration.facts, history: NoHistory(),
            in: remembering)
        return remembering.observations
    }

    /// To be said before something of that day is remembered.
    func noteLate(_ day: Int32) {
        if pasts.contains(where: { $0.history.day > day }) { lastLate = .now() }
    }

    /// To be said when something of the past is no longer known.
    func noteStale() { lastLate = .now() }

    private func eachPast(_ file: String?, _ body: (inout History) -> Void) {
        for place in pasts.indices where file.map({ !pasts[place].sources.contains($0) }) ?? true {
            body(&pasts[place].history)
        }
    }

    /// Takes in what the log says; what is known already changes nothing.
    func learn(_ event: LearningEvent, chapter: String) {
        learners[chapter, default: SegmentLearner()].apply(event)
    }

    /// What was read later wins.
    func use(_ rules: Rules) {
        if rules.ticket > self.rules.ticket { self.rules = rules }
    }
}

/// A declaration that was looked at, with all that is to be recorded of it.
struct Analysed: Sendable {
    let declaration: Declaration
    let figures: DeclarationFigures
    /// Of the pack and the policy.
    let chapter: String
    let decisionID: UUIDv7
    var analysis: DeclarationAnalysis
    let observations: HistoryObservations
}
