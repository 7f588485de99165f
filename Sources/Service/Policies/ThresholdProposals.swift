import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// Thresholds that verified outcomes propose: by net gain, by F1, and by the agent. Each is told with what the log says
/// of it, and changes nothing until a person accepts it.
struct ThresholdProposals: Sendable {
    let policies: Policies
    var gate = PromotionGate()
    private var analysis: AnalysisService { policies.analysis }
    private var database: Database { analysis.database }

    enum Method: String, Sendable, CaseIterable {
        case netGain = "gain_net"
        case f1
        case agent
    }

    /// What one method proposes.
    struct Proposal: Sendable {
        let method: Method
        let thresholds: LaneThresholds
        let standing: ThresholdProposal.Standing
        let json: [UInt8]
    }

    func make(_ chapter: String, _ request: Request) async throws -> [StoredProposal] {
        let current = try await policies.current(chapter)
        let log = try await OutcomeLog.read(chapter, since: .now(), database.under(OfficeScope.all))
        let isCalibrated = try PolicyTrials(policies: policies).isCalibrated(chapter)
        // The same proposal of the same policy has been on trial since it was first made.
        let first = try await ThresholdProposalStore.firstDays(chapter, current.policy.version, database)
        let user = try request.signedIn().user
        let made = try await analysis.pool.run { [gate] in
            try Self.proposals(log, current, gate, isCalibrated: isCalibrated) { first[$0] ?? 0 }
        }
        let ids = try await database.transaction { transaction in
            var ids: [UUIDv7] = []
            for one in made {
                let id = UUIDv7.make()
                ids.append(id)
                try await ThresholdProposalStore.add(
                    id, chapter, one, against: current.policy.version, by: user, transaction)
            }
            try await AuditStore.append(
                AuditEvent(
                    name: "seuils.proposes", actor: request.actor, object: "politique:\(current.policy.version)",
                    details: made.map { one in
                        .init(
                            one.method.rawValue,
                            ["bas": .double(one.thresholds.bas), "haut": .double(one.thresholds.haut)])
                    }), in: transaction)
            return ids
        }
        return try await ThresholdProposalStore.list(chapter, ids: ids, database)
    }

    /// - Parameter shadow: for how many days such thresholds have been proposed already.
    static func proposals(
        _ log: OutcomeLog, _ current: PolicyVersion, _ gate: PromotionGate, isCalibrated: Bool,
        shadow: @escaping (Proposed) -> Int
    ) throws -> [Proposal] {
        let rows: VerifiedRows
        let (gain, f1): (ThresholdChoice, ThresholdChoice)
        do throws(DecisionError) {
            rows = try log.verified()
            gain = try rows.thresholdsByNetGain(prices: PriceList(), keeping: current.policy.thresholds)
            f1 = try rows.thresholdsByF1(keeping: current.policy.thresholds)
        } catch { throw Problem(.conflict, error.message) }
        var proposals = [
            try chosen(.netGain, gain, log, current, gate, isCalibrated, shadow),
            try chosen(.f1, f1, log, current, gate, isCalibrated, shadow),
        ]
        // The agent asks for more outcomes than the curves do.
        if let replay = try? ThresholdReplay(rows) {
            let proposal = try ThresholdProposal.make(
                replay, current: current.policy.thresholds, band: current.means.band, gate: gate,
                facts: .init(isCalibrated: isCalibrated, guardrailViolations: 0, shadowDays: 0)
            ) { (thresholds) throws(DecisionError) in
                try OffPolicyEvaluation(log.rows(under: current.policy.with(thresholds)).rows)
            }
            proposals.append(
                Proposal(
                    method: .agent, thresholds: proposal.proposed, standing: proposal.standing,
                    json: proposal.jsonBytes())
            )
        }
        return proposals
    }

    private static func chosen(
        _ method: Method, _ choice: ThresholdChoice, _ log: OutcomeLog, _ current: PolicyVersion, _ gate: PromotionGate,
        _ isCalibrated: Bool, _ shadow: (Proposed) -> Int
    ) throws -> Proposal {
        let policy = current.policy.with(choice.thresholds)
        var (evaluation, verdict): (OffPolicyEvaluation?, PromotionGate.Verdict?)
        let (rows, violations) = log.rows(under: policy)
        if !rows.isEmpty {
            let judged = try OffPolicyEvaluation(rows)
            let days = shadow(Proposed(method: method, bas: choice.thresholds.bas, haut: choice.thresholds.haut))
            evaluation = judged
            verdict = gate.judge(
                judged, .init(isCalibrated: isCalibrated, guardrailViolations: violations, shadowDays: days))
        }
        var json = JSONWriter()
        json.object { json in
            json.member("en_vigueur", current.policy.thresholds)
            json.member("propose", choice.thresholds)
            json.member("valeur", choice.value)
            json.member("courbe", choice.curve.thinned())
            json.member("evaluation", ifPresent: evaluation)
            json.member("conditions", ifPresent: verdict)
        }
        let isSame = choice.thresholds == current.policy.thresholds
        return Proposal(
            method: method, thresholds: choice.thresholds, standing: isSame ? .none : .waits, json: json.finish())
    }

    /// By what the same proposal is known again.
    struct Proposed: Hashable, Sendable {
        let method: Method
        let bas: Double
        let haut: Double
    }

    /// An expert's act, with a reason: the thresholds come into force, the proposal keeps who accepted it.
    func accept(
        _ id: UUIDv7, of chapter: String, reason: String, base: Int?, _ request: Request
    ) async throws -> PolicyVersion {
        guard let proposal = try await ThresholdProposalStore.list(chapter, ids: [id], database).first else {
            throw Problem(.notFound, "Ce chapitre n'a pas de telle proposition.")
        }
        guard proposal.accepted == nil else { throw Problem(.conflict, "Cette proposition a été acceptée.") }
        let current = try await policies.current(chapter)
        guard proposal.against == current.policy.version else {
            throw Problem(.conflict, "La politique a changé depuis cette proposition ; demandez-en une autre.")
        }
        let user = try request.signedIn().user
        return try await policies.change(
            chapter, PolicyChange(proposal.thresholds, reason: reason, number: base), request, event: "seuils.acceptes"
        ) { _, transaction in
            guard try await ThresholdProposalStore.accept(id, by: user, transaction) else {
                throw Problem(.conflict, "Cette proposition a été acceptée.")
            }
        }
    }
}

extension DecisionPolicy {
    func with(_ thresholds: LaneThresholds) -> DecisionPolicy {
        var policy = self
        policy.thresholds = thresholds
        return policy
    }
}
