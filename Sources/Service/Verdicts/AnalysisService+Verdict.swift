import Crypto
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Postgres

extension AnalysisService {
    /// Takes a verdict: the feedback, the ledger, the past and what the bandit learns are there together, or none of them.
    ///
    /// A doubt settles nothing: it leaves the feedback alone. What follows a first outcome revises it, and must rest on an
    /// audit or an appeal.
    func take(
        _ verdict: Verdict, on number: String, by principal: Principal, _ actor: AuditActor
    ) async throws -> TakenVerdict {
        let running = try loaded()
        let day = Self.today
        let taken = try await database.seen(by: principal).transaction { transaction in
            guard let one = try await VerdictStore.locked(number, transaction) else { throw Problem(.notFound) }
            try await WorkService.settle(one.id, by: principal, transaction)
            let record = try DecisionRecord(parsing: Array(one.record.utf8))
            try Self.check(verdict, against: record, one)
            return try await Self.write(verdict, one, record, on: day, by: principal, actor, transaction)
        }
        try await learn(taken, number, running, on: day)
        return taken
    }

    private static func check(
        _ verdict: Verdict, against record: DecisionRecord, _ one: VerdictStore.Case
    ) throws(Problem) {
        if verdict.lane != record.lane, (verdict.justification ?? "").unicodeScalars.count < 10 {
            throw Problem(
                .validationFailed, "Une décision autre que celle proposée se justifie.",
                items: [
                    .init(
                        pointer: "/justification", code: "missing",
                        message: "dites en dix signes au moins pourquoi vous vous écartez de la proposition")
                ])
        }
        guard one.outcomes > 0, verdict.lane != .zoneGrise else { return }
        guard verdict.isLate else {
            throw Problem(
                .conflict,
                "Cette déclaration a déjà un verdict ; seuls un contrôle a posteriori ou un recours le révisent.")
        }
    }

    private static func write(
        _ verdict: Verdict, _ one: VerdictStore.Case, _ record: DecisionRecord, on day: CivilDate,
        by principal: Principal, _ actor: AuditActor, _ transaction: Transaction
    ) async throws -> TakenVerdict {
        var taken = TakenVerdict(one: one, state: "sans_issue")
        var outcome: UUIDv7?
        if verdict.lane != .zoneGrise, let evidence = verdict.evidence {
            let fraud = verdict.lane == .fraude
            outcome = try await VerdictStore.addOutcome(
                verdict, evidence, of: one, fraud: fraud, on: day, by: principal.user, transaction)
            if one.date != nil {
                try await VerdictStore.remember(one, fraud: fraud, on: day, transaction)
                taken.fraud = fraud
            }
            try await VerdictStore.settle(one, transaction)
            taken.state = one.outcomes == 0 ? "final" : "revise"
            taken.events = try await teach(verdict, evidence, one, record, transaction)
        }
        taken.feedback = try await VerdictStore.addFeedback(
            verdict, of: one, proposed: record.lane, outcome: outcome, by: principal.user, transaction)
        let event = AuditEvent(
            name: "declaration.verdict", actor: actor, object: "declaration:\(one.number)",
            details: [
                .init("decision", .string(one.decisionID.description)), .init("propose", .string(record.lane.rawValue)),
                .init("retenu", .string(verdict.lane.rawValue)),
                .init("feedback", .string(taken.feedback.description)),
            ])
        try await AuditStore.append(event, in: transaction)
        return taken
    }

    /// What the outcome teaches of the lane that was taken: it is logged in the chapter's order.
    private static func teach(
        _ verdict: Verdict, _ evidence: Evidence, _ one: VerdictStore.Case, _ record: DecisionRecord,
        _ transaction: Transaction
    ) async throws -> Int {
        var facts = RewardFacts(lane: record.lane)
        facts.minutes = verdict.minutes
        let isLate = verdict.isLate
        // What an audit finds later was let go by the lane; what a control finds was recovered by it.
        if isLate, record.lane == .conforme {
            facts.missed = verdict.amount ?? 0
        } else {
            facts.recovered = verdict.amount ?? 0
        }
        let before = try await VerdictStore.taught(one.decisionID, transaction)
        var track = try RewardTrack(record)
        let steps = try track.apply(
            isLate ? .revision(facts, evidence) : .verdict(facts, evidence), prices: PriceList())
        var sequence = try await VerdictStore.nextSequence(of: record.policy.chapter, transaction)
        var events: [LearningEvent] = []
        for event in LearningEvent.standing(before) {
            events.append(try event.withdrawn(as: sequence))
            sequence += 1
        }
        for step in steps {
            guard let event = try step.event(sequence: sequence, of: record) else { continue }
            events.append(event)
            sequence += 1
        }
        for event in events {
            try await VerdictStore.append(
                event, chapter: record.policy.chapter, decision: one.decisionID, transaction)
        }
        return events.count
    }

    /// What was recorded becomes known here.
    private func learn(_ taken: TakenVerdict, _ number: String, _ running: Running, on day: CivilDate) async throws {
        let all = database.under(OfficeScope.all)
        if let fraud = taken.fraud, let stored = try await DeclarationStore.stored(number, all) {
            let identities = try await SealedParties.open([(stored.id, stored.version, stored.parties)], vault, all)
            try running.remember(
                stored, identities[0], pack: taken.one.chapter, fraud: fraud, on: Int32(clamping: day.daysSinceEpoch),
                file: nil)
        }
        try await running.learn(taken.one.chapter, database)
    }
}

/// What became of a verdict.
struct TakenVerdict: Sendable {
    let one: VerdictStore.Case
    /// `sans_issue` for a doubt, `final`, or `revise`.
    var state: String
    var feedback = UUIDv7.make()
    /// What the past is told; nil when nothing.
    var fraud: Bool?
    /// How many events the bandit learned.
    var events = 0
}

extension LearningEvent {
    /// Those that were not taken back since, in order.
    static func standing(_ events: [LearningEvent]) -> [LearningEvent] {
        // A revision takes back all that stood, then teaches anew.
        let last = events.lastIndex { $0.isWithdrawal }.map { $0 + 1 } ?? 0
        return Array(events[last...])
    }

    func withdrawn(as sequence: Int) throws(DecisionError) -> LearningEvent {
        try LearningEvent(
            sequence: sequence, isWithdrawal: true, day: day, segment: segment, probability: probability, lane: lane,
            reward: reward, weight: weight)
    }
}
