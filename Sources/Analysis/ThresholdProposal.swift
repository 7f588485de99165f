import Crypto
public import Customs
public import Decisions
import Trees

/// The lane that thresholds alone propose: nothing is drawn, nothing is learned.
public struct ThresholdProposal: Sendable {
    public static let policy = "seuils"
    private let policies: [String: DecisionPolicy]
    private let standard: DecisionPolicy
    private let learner = SegmentLearner()
    private let key: DrawKey
    /// Whose draw it is matters as little.
    private let nobody = SHA256.hash([])

    public init(_ office: Office, _ models: ChapterModels) throws(DecisionError) {
        var standard = try DecisionPolicy(chapter: ChapterPacks.everything, version: Self.policy)
        standard.stratumRate = 0
        var policies: [String: DecisionPolicy] = [:]
        for (chapter, model) in models.byChapter {
            var policy = try DecisionPolicy(chapter: chapter, version: Self.policy)
            (policy.stratumRate, policy.thresholds) = (0, model.thresholds)
            policies[chapter] = policy
        }
        (self.policies, self.standard) = (policies, standard)
        // What it draws is left aside.
        key = try DrawKey(epoch: 1, bytes: [UInt8](repeating: 0, count: 32))
    }

    /// - Parameter model: the one that spoke; nil when none could.
    public func analysis(
        of assessment: Assessment, _ declaration: Declaration, _ model: ChapterModel?
    ) -> DeclarationAnalysis {
        let policy = model.flatMap { policies[$0.manifest.chapter] } ?? standard
        let request = DecisionRequest(
            id: declaration.key.description,
            fingerprint: nobody,
            probability: assessment.prediction?.probability, epsilon: policy.floor, day: 0)
        let record = DecisionEngine.decide(request, policy: policy, learner: learner, key: key)
        return DeclarationAnalysis(assessment, record, lane: record.greedy.strictest)
    }
}
