/// What comes out when a stored decision is made again.
public struct Replay: Sendable, Equatable {
    /// Names of what differs; empty: the same decision, bit for bit.
    public let differences: [String]
    /// Whether the draw itself was made again, for which its key must be known.
    public let hasKey: Bool
    /// Whether what the learner said was made again, for which it must be rebuilt as of that event.
    public let hasLearner: Bool

    public var isSame: Bool { differences.isEmpty }
}

extension DecisionRecord {
    /// Makes the decision again from what the record holds; with the epoch's key also the draws, with the learner as of
    /// `learnedSequence` also its values.
    public func replay(key: DrawKey? = nil, learner: SegmentLearner? = nil) -> Replay {
        var differences: [String] = []
        var (choice, stratum) = (draw, stratumDraw)
        let ownKey = key.flatMap { $0.epoch == epoch ? $0 : nil }
        if let ownKey {
            let again = ownKey.draw(request.fingerprint, policy: policy.version)
            (choice, stratum) = (again.choice, again.stratum)
            if choice != draw || stratum != stratumDraw { differences.append("tirage") }
        }
        var said = evidence
        let ownLearner = learner.flatMap { $0.sequence == learnedSequence && isLearned ? $0 : nil }
        if let ownLearner {
            said = DecisionEngine.evidence(request, policy, ownLearner)
            if said != evidence { differences.append("valeurs") }
        }
        let again = DecisionEngine.choose(
            request, policy, mode, sequence: learnedSequence, said, (epoch, choice, stratum), isBroken: isBroken)
        differences += again.differences(from: self)
        return Replay(differences: differences, hasKey: ownKey != nil, hasLearner: ownLearner != nil)
    }

    /// Whether its values are a learner's. A learner that had seen nothing says what the prior says.
    private var isLearned: Bool { mode != .fallback }

    /// A record whose guardrail is narrower than its inputs ask had no learner, or a broken one.
    private var isBroken: Bool {
        mode == .fallback && !safe.has(.conforme) && Guardrail.lanes(request, policy.thresholds).has(.conforme)
    }

    private func differences(from stored: DecisionRecord) -> [String] {
        let parts: [(String, Bool)] = [
            ("garde_fou", safe == stored.safe && open == stored.open), ("meilleures_voies", greedy == stored.greedy),
            ("epsilon", epsilon == stored.epsilon), ("chances", chances == stored.chances),
            ("propensions", propensities == stored.propensities), ("strate", isInStratum == stored.isInStratum),
            ("voie", lane == stored.lane), ("confiance", confidence == stored.confidence),
        ]
        return parts.filter { !$0.1 }.map(\.0)
    }
}
