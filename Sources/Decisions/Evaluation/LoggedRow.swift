/// One logged decision with its reward, seen by a policy that did not make it.
public struct LoggedRow: Sendable, Equatable {
    /// Whose declarations hang together: the importer. Intervals draw importers, not declarations.
    public var cluster: UInt64
    public var lane: Lane
    public var reward: Double
    /// The chances that were logged.
    public var logged: LaneValues
    /// The chances that the other policy would have given.
    public var target: LaneValues
    /// What each lane was expected to bring, for the doubly robust estimate.
    public var expected: LaneValues
    /// 1 over the chance that the outcome became known.
    public var weight = 1.0
    /// Whether only one lane was allowed: nothing can be learned there about another.
    public var hasNoChoice = false

    public init(
        cluster: UInt64, lane: Lane, reward: Double, logged: LaneValues, target: LaneValues, expected: LaneValues
    ) {
        (self.cluster, self.lane, self.reward) = (cluster, lane, reward)
        (self.logged, self.target, self.expected) = (logged, target, expected)
    }

    /// What `policy` would have done with a decision that was stored. What the learner had said of it is kept; the
    /// prior's lines are moved to the policy's thresholds. The day's ε is kept too, unless the policy wishes for another.
    public init(_ record: DecisionRecord, reward: Double, cluster: UInt64, under policy: DecisionPolicy) {
        var request = record.request
        if policy.epsilon != record.policy.epsilon { request.epsilon = policy.epsilon }
        var evidence = record.evidence
        if let p = Guardrail.probability(record.request) {
            let (from, to) = (record.policy.prior.values(p), policy.prior.values(p))
            for lane in Lane.allCases { evidence.values[lane] += to[lane] - from[lane] }
        }
        let other = DecisionEngine.choose(
            request, policy, record.mode, sequence: record.learnedSequence, evidence,
            (record.epoch, record.draw, record.stratumDraw))
        self.init(
            cluster: cluster, lane: record.lane, reward: reward, logged: record.propensities,
            target: other.propensities, expected: record.evidence.values)
        hasNoChoice = record.safe.count == 1
    }

    /// How much of the other policy's chances the log could have seen.
    var supported: Double {
        Lane.allCases.reduce(0) { logged[$1] > 0 ? $0 + target[$1] : $0 }
    }

    var areValid: Bool {
        let chances = [logged, target].allSatisfy { shares in
            shares.areFinite && Lane.allCases.allSatisfy { -1e-12...1.000_000_1 ~= shares[$0] }
                && (shares.sum - 1).magnitude < 1e-6
        }
        return chances && expected.areFinite && reward.isFinite && logged[lane] > 0 && weight > 0 && weight <= 1e6
    }
}
