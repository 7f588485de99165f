import Crypto
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Postgres
import Synchronization

extension AnalysisService {
    /// Takes a verdict: the feedback, the ledger, the past and what the bandit learns are there together, or none of them.
    ///
    /// A doubt settles nothing: it leaves the feedback alone. What follows a first outcome revises it, and must rest on an
    /// audit or an appeal.
    ///
    /// - Parameter also: what else is done in the transaction.
    func take(
        _ verdict: Verdict, on number: String, by principal: Principal, _ actor: AuditActor,
        at moment: Timestamp = .now(), also: (TakenVerdict, Transaction) async throws -> Void = { _, _ in }
    ) async throws -> TakenVerdict {
        let running = try loaded()
        let taken = try await database.seen(by: principal).transaction { transaction in
            guard let one = try await VerdictStore.locked(number, transaction) else { throw Problem(.notFound) }
            try await WorkService.settle(one.id, by: principal, transaction)
            let record = try DecisionRecord(parsing: Array(one.record.utf8))
            try Self.check(verdict, against: record, one)
            let observed = running.observed.withLock { $0.chance(record.lane, of: record.policy.chapter) }
            let taken = try await Self.write(
                verdict, one, try RewardTrack(record, observed: observed), at: moment, by: principal, transaction)
            try await also(taken, transaction)
            try await AuditStore.append(Self.event(verdict, record.lane, taken, actor), in: transaction)
            return taken
        }
        await learn(taken, running)
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
        _ verdict: Verdict, _ one: VerdictStore.Case, _ track: RewardTrack, at moment: Timestamp,
        by principal: Principal, _ transaction: Transaction
    ) async throws -> TakenVerdict {
        let record = track.record
        var taken = TakenVerdict(one: one, state: "sans_issue")
        var outcome: UUIDv7?
        if verdict.lane != .zoneGrise, let evidence = verdict.evidence {
            let fraud = verdict.lane == .fraude
            outcome = try await VerdictStore.addOutcome(
                verdict, evidence, of: one, fraud: fraud, at: moment, by: principal.user, transaction)
            if one.date != nil {
                try await VerdictStore.remember(one, fraud: fraud, on: moment.date, transaction)
                taken.isRemembered = true
            }
            try await VerdictStore.settle(one, transaction)
            taken.state = one.outcomes == 0 ? "final" : "revise"
            taken.events = try await teach(verdict, evidence, one, track, at: moment, transaction)
        }
        taken.feedback = try await VerdictStore.addFeedback(
            verdict, of: one, proposed: record.lane, outcome: outcome, at: moment, by: principal.user, transaction)
        return taken
    }

    private static func event(
        _ verdict: Verdict, _ proposed: Lane, _ taken: TakenVerdict, _ actor: AuditActor
    ) -> AuditEvent {
        AuditEvent(
            name: "declaration.verdict", actor: actor, object: "declaration:\(taken.one.number)",
            details: [
                .init("decision", .string(taken.one.decisionID.description)),
                .init("propose", .string(proposed.rawValue)),
                .init("retenu", .string(verdict.lane.rawValue)),
                .init("feedback", .string(taken.feedback.description)),
            ])
    }

    /// What the outcome teaches of the lane that was taken: it is logged in the chapter's order.
    private static func teach(
        _ verdict: Verdict, _ evidence: Evidence, _ one: VerdictStore.Case, _ track: RewardTrack,
        at moment: Timestamp, _ transaction: Transaction
    ) async throws -> Int {
        let record = track.record
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
        var track = track
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
                event, chapter: record.policy.chapter, decision: one.decisionID, at: moment, transaction)
        }
        return events.count
    }

    /// What was recorded becomes known here: at once if it can be, else when this instance hears of it as others do.
    private func learn(_ taken: TakenVerdict, _ running: Running) async {
        do {
            if taken.isRemembered { try await running.follow(database.under(OfficeScope.all), vault) }
            try await running.learn(taken.one.chapter, database)
        } catch {
            Log.shared.warn("verdict.unlearned", "A verdict could not be learned from at once") {
                $0.add("error", error.operatorMessage)
            }
        }
    }
}

/// What became of a verdict.
struct TakenVerdict: Sendable {
    let one: VerdictStore.Case
    /// `sans_issue` for a doubt, `final`, or `revise`.
    var state: String
    var feedback = UUIDv7.make()
    /// Whether the past is told.
    var isRemembered = false
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
