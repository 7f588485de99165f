import HTTP
import JSON
import Platform
import Postgres

/// A lost second factor, which an administrator asks to take away and somebody else takes away.
struct SecondFactorReset: Sendable {
    let id: UUIDv7
    let user: UUIDv7
    let username: String
    let reason: String
    let requester: String
    let requested: Timestamp
    let expires: Timestamp

    init(_ row: Row) throws {
        (id, user, username) = (try row.get("id"), try row.get("user_id"), try row.get("username"))
        (reason, requester) = (try row.get("reason"), try row.get("requester"))
        (requested, expires) = (try row.get("requested_at"), try row.get("expires_at"))
    }
}

/// Their table.
enum SecondFactorResetStore {
    static func pending(_ database: some Queryable) async throws -> [SecondFactorReset] {
        try await database.query(
            """
            SELECT r.id, r.user_id, u.username, r.reason, a.username AS requester, r.requested_at, r.expires_at
            FROM second_factor_resets r JOIN users u ON u.id = r.user_id JOIN users a ON a.id = r.requested_by
            WHERE r.closed_at IS NULL AND r.expires_at > now() ORDER BY r.id LIMIT 200
            """
        ).map { try SecondFactorReset($0) }
    }

    /// In place of one that nobody has approved.
    static func add(
        for user: UUIDv7, reason: String, by requester: UUIDv7, _ transaction: Transaction
    ) async throws -> UUIDv7 {
        let id = UUIDv7.make()
        try await transaction.execute(
            "UPDATE second_factor_resets SET closed_at = now() WHERE user_id = $1 AND closed_at IS NULL", user)
        try await transaction.execute(
            """
            INSERT INTO second_factor_resets (id, user_id, reason, requested_by, expires_at)
            VALUES ($1, $2, $3, $4, now() + interval '24 hours')
            """, id, user, reason, requester)
        return id
    }

    /// Whose and by whom it was asked for, locked; nil when it is closed or over.
    static func open(_ id: UUIDv7, _ transaction: Transaction) async throws -> (user: UUIDv7, requester: UUIDv7)? {
        try await transaction.queryOne(
            """
            SELECT user_id, requested_by FROM second_factor_resets
            WHERE id = $1 AND closed_at IS NULL AND expires_at > now() FOR UPDATE
            """, id
        ).map { (try $0.get("user_id"), try $0.get("requested_by")) }
    }

    /// `approver` is nil for one that is refused.
    static func close(_ id: UUIDv7, approver: UUIDv7?, _ transaction: Transaction) async throws {
        try await transaction.execute(
            "UPDATE second_factor_resets SET closed_at = now(), approved_by = $2 WHERE id = $1", id, approver)
    }
}

extension Accounts {
    /// Nil when there is no such account.
    func requestSecondFactorReset(_ id: UUIDv7, reason: String, _ request: Request) async throws -> UUIDv7? {
        let principal = try request.signedIn()
        guard 1...500 ~= reason.unicodeScalars.count, !reason.unicodeScalars.contains("\0") else {
            throw Self.refusal("/motif", "Un motif a de 1 à 500 caractères.")
        }
        return try await database.transaction { transaction in
            guard try await AccountStore.locked(id, transaction) != nil else { return nil }
            guard id != principal.user else {
                throw Problem(.conflict, "La perte de votre second facteur se déclare à un autre administrateur.")
            }
            guard try await SecondFactorStore.factor(of: id, transaction) != nil else {
                throw Problem(.conflict, "Ce compte n'a pas de second facteur.")
            }
            let reset = try await SecondFactorResetStore.add(
                for: id, reason: reason, by: principal.user, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "second_facteur.perte_declaree", actor: request.actor, object: AuditActor.user(id),
                    details: [.init("demande", .string(reset.description)), .init("motif", .string(reason))]),
                in: transaction)
            return reset
        }
    }

    /// Takes the second factor away, when a second person says so; false when there is no such request.
    func closeSecondFactorReset(_ id: UUIDv7, approved: Bool, _ request: Request) async throws -> Bool {
        let principal = try request.signedIn()
        let ended = try await database.transaction { transaction -> [UUIDv7]? in
            guard let (user, requester) = try await SecondFactorResetStore.open(id, transaction) else { return nil }
            if approved, principal.user == user || principal.user == requester {
                throw Problem(.conflict, "Une autre personne que le demandeur et l'intéressé doit l'approuver.")
            }
            try await SecondFactorResetStore.close(id, approver: approved ? principal.user : nil, transaction)
            let details: [JSONValue.Member] = [.init("demande", .string(id.description))]
            guard approved else {
                try await AuditStore.append(
                    AuditEvent(
                        name: "second_facteur.perte_rejetee", actor: request.actor, object: AuditActor.user(user),
                        details: details), in: transaction)
                return []
            }
            _ = try await SecondFactorStore.remove(of: user, transaction)
            try await SecondFactorStore.endChallenges(of: user, transaction)
            let ended = try await SessionStore.endAll(of: user, but: nil, transaction)
            try await notify(ended: ended, transaction)
            try await tell(user, .factorReset, "second_facteur.reinitialise", request, transaction, details: details)
            return ended
        }
        for session in ended ?? [] { revocations.end(session: session) }
        return ended != nil
    }
}
