import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// Hands files out to inspectors: a file is one person's at a time.
struct WorkService: Sendable {
    let database: Database
    var rules = WorkRules.standard

    /// The best file that nobody has, which is then the principal's; nil when there is none.
    ///
    /// - Parameter answer: what is said of it, and else done in the transaction.
    func next<Answer: Sendable>(
        _ filter: QueueStore.Filter, for lease: Duration?, _ principal: Principal, _ actor: AuditActor,
        answer: (String, ClaimStore.Claim, Transaction) async throws -> Answer
    ) async throws -> Answer? {
        var filter = filter
        (filter.claims, filter.limit) = (.free, rules.candidates)
        for _ in 0..<rules.attempts {
            let outcome = try await database.seen(by: principal).transaction { transaction in
                try await checkRoom(of: principal, transaction)
                let moment = try await QueueStore.moment(filter.office, rules, transaction)
                let places = try await QueueStore.places(filter, after: nil, at: moment, rules, transaction)
                guard !places.isEmpty else { return Attempt<Answer>.nothing }
                guard let file = try await ClaimStore.lockFirst(of: places.map(\.id), transaction),
                    let claim = try await take(file, for: lease, principal, transaction)
                else { return .others }
                let made = try await answer(file.number, claim, transaction)
                try await Self.note("dossier.pris", file.number, claim, actor, [], transaction)
                return .taken(made)
            }
            switch outcome {
            case .taken(let answer): return answer
            case .nothing: return nil
            case .others: continue
            }
        }
        return nil
    }

    private enum Attempt<Answer: Sendable>: Sendable {
        case taken(Answer)
        case nothing
        /// Others were faster with all that could be taken.
        case others
    }

    /// A file of the inspector's choice. Their own claim is renewed.
    ///
    /// - Parameter also: what else is done in the transaction.
    func claim(
        _ number: String, for lease: Duration?, _ principal: Principal, _ actor: AuditActor,
        also: (ClaimStore.Claim, Transaction) async throws -> Void
    ) async throws -> ClaimStore.Claim {
        try await database.seen(by: principal).transaction { transaction in
            let file = try await lock(number, transaction)
            let (claim, event) = try await claim(file, for: lease, principal, transaction)
            try await also(claim, transaction)
            try await Self.note(event, number, claim, actor, [], transaction)
            return claim
        }
    }

    func renew(
        _ number: String, for lease: Duration?, _ principal: Principal, _ actor: AuditActor,
        also: (ClaimStore.Claim, Transaction) async throws -> Void
    ) async throws -> ClaimStore.Claim {
        try await database.seen(by: principal).transaction { transaction in
            let file = try await lock(number, transaction)
            let claim = try await renew(own(file, principal, transaction), file, for: lease, transaction)
            try await also(claim, transaction)
            try await Self.note(Self.renewed, number, claim, actor, [], transaction)
            return claim
        }
    }

    func release(_ number: String, reason: String, _ principal: Principal, _ actor: AuditActor) async throws {
        try await database.seen(by: principal).transaction { transaction in
            let file = try await lock(number, transaction)
            let claim = try await own(file, principal, transaction)
            try await ClaimStore.release(claim, reason: reason, transaction)
            try await Self.note(
                "dossier.rendu", file.number, claim, actor, [.init("motif", .string(reason))], transaction)
        }
    }

    // MARK: In the transaction

    private func lock(_ number: String, _ transaction: Transaction) async throws -> ClaimStore.File {
        guard !number.utf8.contains(0), let file = try await ClaimStore.lock(number, transaction) else {
            throw Problem(.notFound)
        }
        return file
    }

    private func own(
        _ file: ClaimStore.File, _ principal: Principal, _ transaction: Transaction
    ) async throws -> ClaimStore.Claim {
        guard let claim = try await ClaimStore.holding(file.id, transaction) else {
            throw Problem(.conflict, "Vous n'avez pas ce dossier, ou votre délai est passé.")
        }
        try Self.check(claim, isOf: principal)
        return claim
    }

    private func checkRoom(of principal: Principal, _ transaction: Transaction) async throws {
        guard try await ClaimStore.held(by: principal.user, transaction) < rules.held else {
            throw Problem(
                .conflict, "Vous avez déjà \(rules.held) dossiers : rendez-en un ou donnez un verdict avant le suivant."
            )
        }
    }

    private static let renewed = "dossier.prolonge"

    /// With the name of what was done.
    private func claim(
        _ file: ClaimStore.File, for lease: Duration?, _ principal: Principal, _ transaction: Transaction
    ) async throws -> (ClaimStore.Claim, event: String) {
        if let claim = try await ClaimStore.holding(file.id, transaction) {
            try Self.check(claim, isOf: principal)
            return (try await renew(claim, file, for: lease, transaction), Self.renewed)
        }
        guard file.isWaiting else {
            throw Problem(.conflict, "Cette déclaration n'attend pas de contrôle, ou a déjà son verdict.")
        }
        try await checkRoom(of: principal, transaction)
        guard let claim = try await take(file, for: lease, principal, transaction) else {
            throw Problem(.conflict, "Un autre agent vient de prendre ce dossier.")
        }
        return (claim, "dossier.pris")
    }

    private func take(
        _ file: ClaimStore.File, for lease: Duration?, _ principal: Principal, _ transaction: Transaction
    ) async throws -> ClaimStore.Claim? {
        guard try await ClaimStore.holding(file.id, transaction) == nil,
            try await ClaimStore.take(file, by: principal.user, for: lease ?? rules.lease, transaction)
        else { return nil }
        return try await ClaimStore.holding(file.id, transaction)
    }

    private func renew(
        _ claim: ClaimStore.Claim, _ file: ClaimStore.File, for lease: Duration?, _ transaction: Transaction
    ) async throws -> ClaimStore.Claim {
        guard claim.renewals < rules.renewals else {
            throw Problem(
                .conflict, "Ce dossier a été prolongé \(rules.renewals) fois : rendez-le ou donnez un verdict.")
        }
        try await ClaimStore.renew(claim, for: lease ?? rules.lease, transaction)
        guard let renewed = try await ClaimStore.holding(file.id, transaction) else { throw Problem(.notFound) }
        return renewed
    }

    /// What somebody else has is theirs until its hour.
    static func check(_ claim: ClaimStore.Claim, isOf principal: Principal) throws(Problem) {
        guard claim.user != principal.user else { return }
        let name = claim.username.map { " (\($0))" } ?? ""
        throw Problem(
            .conflict, "Un autre agent\(name) a ce dossier jusqu'au \(claim.expires.rfc3339()).",
            items: [.init(pointer: "", code: "pris_par_un_autre", message: "attendez qu'il le rende, ou son heure")])
    }

    /// A verdict ends the claim of whoever gives it. Nobody judges what somebody else has at the moment.
    static func settle(_ declaration: UUIDv7, by principal: Principal, _ transaction: Transaction) async throws {
        guard let claim = try await ClaimStore.holding(declaration, transaction) else { return }
        try check(claim, isOf: principal)
        try await ClaimStore.endWithVerdict(claim, transaction)
    }

    private static func note(
        _ name: String, _ number: String, _ claim: ClaimStore.Claim, _ actor: AuditActor, _ more: [JSONValue.Member],
        _ transaction: Transaction
    ) async throws {
        let event = AuditEvent(
            name: name, actor: actor, object: "declaration:\(number)",
            details: [
                .init("attribution", .string(claim.id.description)),
                .init("jusqu_au", .string(claim.expires.rfc3339())),
            ] + more)
        try await AuditStore.append(event, in: transaction)
    }
}
