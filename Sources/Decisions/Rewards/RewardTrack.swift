public import JSON

/// What became known of one decision, from nothing to a verdict and its revision.
///
/// It is a value that is folded over the outcomes of its declaration: the same outcomes give the same steps for the
/// learner, which are logged and numbered by whoever stores them.
public struct RewardTrack: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable, JSONReadable, JSONWritable {
        case pending = "en_attente"
        case partial = "partiel"
        case final = "final"
        case revised = "revise"
        /// Nobody will know any more: reported, never taken for nothing found.
        case expired = "expire"
    }
    public enum Outcome: Sendable, Equatable {
        /// What is known while a control goes on.
        case partial(RewardFacts, Evidence)
        case verdict(RewardFacts, Evidence)
        /// A later audit or appeal, which overrides the verdict.
        case revision(RewardFacts, Evidence)
        /// Time has passed.
        case day(Int32)
    }
    /// What the learner is to be told.
    public struct Step: Sendable, Equatable {
        public let isWithdrawal: Bool
        public let lane: Lane
        public let reward: Double
        public let weight: Double
    }

    public let record: DecisionRecord
    /// The chance, as it was estimated, that an outcome of this lane becomes known.
    public let observed: Double
    public private(set) var state = State.pending
    public private(set) var facts: RewardFacts?
    public private(set) var evidence: Evidence?
    private var taught: [Step] = []

    public init(_ record: DecisionRecord, observed: Double = 1) throws(DecisionError) {
        guard observed > 0, observed <= 1 else {
            throw DecisionError(.badData, "la chance de connaître un résultat est entre 0 et 1")
        }
        (self.record, self.observed) = (record, observed)
    }

    /// Takes an outcome in. An order that cannot be is an error, and changes nothing.
    public mutating func apply(_ outcome: Outcome, prices: PriceList) throws(DecisionError) -> [Step] {
        switch outcome {
        case .partial(let facts, let evidence):
            guard state == .pending || state == .partial else { throw outOfOrder("un résultat partiel") }
            try check(facts)
            (self.facts, self.evidence, state) = (facts, evidence, .partial)
            return []
        case .verdict(let facts, let evidence):
            guard state == .pending || state == .partial || state == .expired else { throw outOfOrder("un verdict") }
            return try settle(facts, evidence, as: .final, prices)
        case .revision(let facts, let evidence):
            guard evidence == .aPosteriori || evidence == .recours else { throw outOfOrder("une révision sans audit") }
            return try settle(facts, evidence, as: state == .final || state == .revised ? .revised : .final, prices)
        case .day(let day):
            let window = Int(prices.windowDays[record.lane])
            guard Int(day) - Int(record.request.day) > window else { return [] }
            // What was found so far is all that will be.
            if state == .partial, let facts, let evidence { return try settle(facts, evidence, as: .final, prices) }
            if state == .pending { state = .expired }
            return []
        }
    }

    private mutating func settle(
        _ facts: RewardFacts, _ evidence: Evidence, as state: State, _ prices: PriceList
    ) throws(DecisionError) -> [Step] {
        try check(facts)
        let steps = try teaching(facts, evidence, prices)
        let withdrawn = taught.map { Step(isWithdrawal: true, lane: $0.lane, reward: $0.reward, weight: $0.weight) }
        (self.facts, self.evidence, self.state, taught) = (facts, evidence, state, steps)
        return withdrawn + steps
    }

    private func teaching(
        _ facts: RewardFacts, _ evidence: Evidence, _ prices: PriceList
    ) throws(DecisionError) -> [Step] {
        let strength = prices.strength(of: evidence)
        var steps: [Step] = []
        let weight = ObservationWeight.of(
            strength: strength, propensity: record.propensities[record.lane], observed: observed)
        if let weight {
            let reward = try RewardParts(facts, prices: prices).value
            steps.append(Step(isWithdrawal: false, lane: record.lane, reward: reward, weight: weight))
        }
        // A control of the random stratum also tells what release would have let go. Nothing else does so soon.
        if record.isInStratum, record.safe.has(.conforme),
            let weight = ObservationWeight.of(strength: strength, propensity: record.policy.stratumRate)
        {
            var released = RewardFacts(lane: .conforme)
            released.missed = facts.recovered
            let reward = try RewardParts(released, prices: prices).value
            steps.append(Step(isWithdrawal: false, lane: .conforme, reward: reward, weight: weight))
        }
        return steps
    }

    private func check(_ facts: RewardFacts) throws(DecisionError) {
        guard facts.lane == record.lane, facts.areValid else {
            throw DecisionError(.badData, "ce résultat est d’une autre voie, ou ses montants sont impossibles")
        }
    }

    private func outOfOrder(_ what: String) -> DecisionError {
        DecisionError(.badState, "\(what) ne peut pas suivre l’état « \(state.rawValue) »")
    }
}

extension RewardTrack.Step {
    /// The line of the learner's log. Nil when the declaration had no probability: its decile would be invented.
    public func event(sequence: Int, of record: DecisionRecord) throws(DecisionError) -> LearningEvent? {
        guard let probability = Guardrail.probability(record.request) else { return nil }
        return try LearningEvent(
            sequence: sequence, isWithdrawal: isWithdrawal, day: record.request.day, segment: record.segment,
            probability: probability, lane: lane, reward: reward, weight: weight)
    }
}
