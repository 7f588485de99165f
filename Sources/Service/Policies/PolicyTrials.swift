import Analysis
import Decisions
import HTTP
import JSON
import Platform
import Postgres
import Trees

/// Policies that somebody would like, tried on logged decisions before anything depends on them.
struct PolicyTrials: Sendable {
    let policies: Policies
    var gate = PromotionGate()
    private var analysis: AnalysisService { policies.analysis }
    private var database: Database { analysis.database }

    /// What the log says of a policy.
    struct Trial: Sendable {
        let evaluation: OffPolicyEvaluation
        let verdict: PromotionGate.Verdict
    }

    /// Judges a policy by all verified outcomes of the chapter, whichever office they are of.
    func judge(_ policy: DecisionPolicy, since: Timestamp) async throws -> Trial {
        let log = try await OutcomeLog.read(policy.chapter, since: since, database.under(OfficeScope.all))
        let isCalibrated = try isCalibrated(policy.chapter)
        return try await analysis.pool.run { [gate] in
            try Self.judge(policy, log, gate, isCalibrated: isCalibrated)
        }
    }

    static func judge(
        _ policy: DecisionPolicy, _ log: OutcomeLog, _ gate: PromotionGate, isCalibrated: Bool
    ) throws -> Trial {
        let (rows, violations) = log.rows(under: policy)
        guard !rows.isEmpty else {
            throw Problem(.conflict, "Aucune issue vérifiée ne permet d'évaluer une politique de ce chapitre.")
        }
        let evaluation = try OffPolicyEvaluation(rows)
        let facts = PromotionGate.Facts(
            isCalibrated: isCalibrated, guardrailViolations: violations, shadowDays: log.days)
        return Trial(evaluation: evaluation, verdict: gate.judge(evaluation, facts))
    }

    /// How far off a calibrated model's probabilities may be, on the mean.
    private static let largestError = 0.05

    /// Whether the model that speaks proved to be calibrated on verified outcomes that it had not learned from.
    func isCalibrated(_ chapter: String) throws -> Bool {
        let measures = try analysis.loaded().models.byChapter[chapter]?.manifest.verifiedMeasures
        return measures.map { $0.expectedCalibrationError <= Self.largestError } ?? false
    }

    /// Keeps the change as a draft, and judges it.
    func evaluate(_ chapter: String, _ body: [UInt8], _ request: Request) async throws -> PolicyDraft {
        let change = try PolicyChange(parsing: body)
        let current = try await policies.current(chapter)
        let (policy, _) = try change.applied(to: current, number: current.number + 1)
        let trial = try await judge(policy, since: .now())
        let id = UUIDv7.make()
        let author = try request.signedIn().user
        try await database.transaction { transaction in
            try await PolicyDraftStore.add(id, chapter, body, by: author, transaction)
            try await PolicyDraftStore.set(id, trial, against: current.policy.version, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "politique.evaluee", actor: request.actor, object: "brouillon:\(id)",
                    details: Self.details(trial, chapter)), in: transaction)
        }
        return try await draft(id, of: chapter)
    }

    /// Judges a draft anew, with what has become known since.
    func evaluate(_ id: UUIDv7, of chapter: String, _ request: Request) async throws -> PolicyDraft {
        let draft = try await draft(id, of: chapter)
        let current = try await policies.current(chapter)
        let trial = try await judge(draft, against: current)
        try await database.transaction { transaction in
            try await PolicyDraftStore.set(id, trial, against: current.policy.version, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "politique.evaluee", actor: request.actor, object: "brouillon:\(id)",
                    details: Self.details(trial, chapter)), in: transaction)
        }
        return try await self.draft(id, of: chapter)
    }

    private func judge(_ draft: PolicyDraft, against current: PolicyVersion) async throws -> Trial {
        let (policy, _) = try PolicyChange(parsing: draft.change).applied(to: current, number: current.number + 1)
        return try await judge(policy, since: draft.made)
    }

    /// Puts a draft in force, when the log does not speak against it.
    func activate(
        _ id: UUIDv7, of chapter: String, reason: String, base: Int?, _ request: Request
    ) async throws -> PolicyVersion {
        let draft = try await draft(id, of: chapter)
        guard draft.version == nil else { throw Problem(.conflict, "Ce brouillon est entré en vigueur.") }
        let trial = try await judge(draft, against: try await policies.current(chapter))
        guard trial.verdict.passes else {
            throw Problem(
                .conflict, "Les conditions d'une mise en vigueur ne sont pas réunies.",
                items: trial.verdict.findings.filter { !$0.passes }.map {
                    .init(pointer: "", code: $0.code, message: $0.sentence)
                })
        }
        var change = try PolicyChange(parsing: draft.change)
        (change.reason, change.number) = (reason, base)
        return try await policies.change(chapter, change, request, event: "politique.activee") { version, transaction in
            try await PolicyDraftStore.set(id, became: version, transaction)
        }
    }

    func draft(_ id: UUIDv7, of chapter: String) async throws -> PolicyDraft {
        guard let draft = try await PolicyDraftStore.draft(id, of: chapter, database) else {
            throw Problem(.notFound, "Ce chapitre n'a pas de tel brouillon.")
        }
        return draft
    }

    private static func details(_ trial: Trial, _ chapter: String) -> [JSONValue.Member] {
        [
            .init("chapitre", .string(chapter)), .init("satisfait", .bool(trial.verdict.passes)),
            .init("refus", .array(trial.verdict.findings.filter { !$0.passes }.map { .string($0.code) })),
        ]
    }
}

extension PolicyTrials.Trial: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("evaluation", evaluation)
            writer.member("conditions", verdict)
        }
    }
}
