import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// What experts do with the chapters' policies. Every act makes a new version: nothing that was in force is changed.
struct Policies: Sendable {
    let analysis: AnalysisService
    var database: Database { analysis.database }

    /// That in force in the database, which may be ahead of what this instance decides under for a moment.
    func current(_ chapter: String) async throws -> PolicyVersion {
        let found = try await PolicyVersionStore.inForce(database).first { $0.chapter == chapter }
        guard let found else { throw Problem(.notFound, "Ce chapitre n'a pas encore de politique.") }
        return found
    }

    /// Puts what is changed in force, here when this returns, elsewhere a moment after.
    ///
    /// - Parameter also: what else is done in the transaction, with the name of the new version.
    func change(
        _ chapter: String, _ change: PolicyChange, _ request: Request, event: String = "politique.modifiee",
        also: (String, Transaction) async throws -> Void = { _, _ in }
    ) async throws -> PolicyVersion {
        try PolicyChange.check(reason: change.reason)
        return try await replace(chapter, change.number, change.reason, request, event, also) { current, number in
            let next = try change.applied(to: current, number: number)
            guard next.policy.differs(from: current.policy) || next.means != current.means else {
                throw Problem(.conflict, "C'est ce qui est en vigueur : rien ne change.")
            }
            return next
        }
    }

    /// Puts an earlier version's settings in force again, as a new version.
    func rollBack(
        _ chapter: String, to number: Int, reason: String, base: Int?, _ request: Request
    ) async throws -> PolicyVersion {
        try PolicyChange.check(reason: reason)
        guard let earlier = try await PolicyVersionStore.version(chapter, number, database) else {
            throw Problem(.notFound, "Cette politique n'a pas de version \(number).")
        }
        return try await replace(chapter, base, reason, request, "politique.retablie", { _, _ in }) { current, next in
            guard current.number != number else {
                throw Problem(.conflict, "La version \(number) est en vigueur.")
            }
            var policy = try DecisionPolicy(chapter: chapter, version: "\(chapter)-\(next)", like: earlier.policy)
            // Equal thresholds are the same ones under whatever policy; others get the number of their version.
            if policy.thresholds != current.policy.thresholds { policy.thresholdNumber = next }
            return (policy, earlier.means)
        }
    }

    private func replace(
        _ chapter: String, _ base: Int?, _ reason: String, _ request: Request, _ event: String,
        _ also: (String, Transaction) async throws -> Void,
        _ make: (PolicyVersion, Int) throws -> (policy: DecisionPolicy, means: DayMeans)
    ) async throws -> PolicyVersion {
        guard base != nil || request.header("if-match") != nil else {
            throw Problem(.preconditionRequired, "Dites par If-Match ou « numero » quelle version vous avez lue.")
        }
        let principal = try request.signedIn()
        let number = try await database.transaction { transaction in
            guard let current = try await PolicyVersionStore.locked(chapter, transaction) else {
                throw Problem(.notFound, "Ce chapitre n'a pas encore de politique.")
            }
            if let base, base != current.number {
                throw Problem(
                    .preconditionFailed, "La version en vigueur est la \(current.number), et non la \(base).")
            }
            try request.checkVersion(current.tag)
            let number = current.number + 1
            let (policy, means) = try make(current, number)
            guard
                try await PolicyStore.activate(
                    policy, means, number: number, author: AuditActor.user(principal.user), reason: reason, transaction)
            else { throw Problem(.preconditionFailed) }
            try await also(policy.version, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: event, actor: request.actor, object: "politique:\(policy.version)",
                    details: Self.details(from: current, to: policy, means, reason)), in: transaction)
            return number
        }
        await analysis.heedChange()
        guard let made = try await PolicyVersionStore.version(chapter, number, database) else {
            throw Problem(.notFound)
        }
        return made
    }

    /// Both versions whole: an audit needs no other table.
    private static func details(
        from old: PolicyVersion, to policy: DecisionPolicy, _ means: DayMeans, _ reason: String
    ) -> [JSONValue.Member] {
        func whole(_ policy: DecisionPolicy, _ means: DayMeans) -> JSONValue {
            [
                "version": .string(policy.version), "bas": .double(policy.thresholds.bas),
                "haut": .double(policy.thresholds.haut), "t_soft": .double(policy.thresholds.tSoft),
                "t_hard": .double(policy.thresholds.tHard), "strategie": .string(policy.strategy.rawValue),
                "epsilon": .double(policy.epsilon), "plancher": .double(policy.floor),
                "strate_aleatoire": .double(policy.stratumRate),
                "moyens": (try? JSONValue(parsing: means.jsonBytes())) ?? .null,
            ]
        }
        return [
            .init("motif", .string(reason)), .init("avant", whole(old.policy, old.means)),
            .init("apres", whole(policy, means)),
        ]
    }
}

extension DecisionPolicy {
    /// Whether anything but its name is otherwise.
    func differs(from other: DecisionPolicy) -> Bool {
        guard let same = try? DecisionPolicy(chapter: other.chapter, version: other.version, like: self) else {
            return true
        }
        return same != other
    }
}
