import Customs
import HTTP
import JSON
import Platform
import Postgres

/// What experts decide of labels that corrections have shown. What is accepted holds from the next reading on, in every
/// instance: readers are given the accepted labels with each document.
struct LayoutProposals: Sendable {
    let database: Database

    func decide(
        _ id: UUIDv7, _ state: LayoutProposalStore.State, reason: String, _ request: Request
    ) async throws -> LayoutProposalStore.Proposal {
        try PolicyChange.check(reason: reason)
        let expert = try request.signedIn().user
        return try await database.transaction { transaction in
            guard let found = try await LayoutProposalStore.locked(id, transaction) else { throw Self.unknown }
            guard found.state != state else { throw Problem(.conflict, "C'est déjà décidé ainsi.") }
            if state == .accepted {
                let standing = try await LayoutProposalStore.standing(of: found.addition, transaction)
                guard !standing.isTaken else {
                    throw Problem(.conflict, "Ce libellé est accepté déjà pour un autre champ : retirez-le d'abord.")
                }
                guard standing.accepted < LayoutProposalStore.mostAccepted else {
                    throw Problem(.conflict, "\(LayoutProposalStore.mostAccepted) libellés au plus sont acceptés.")
                }
            }
            guard
                let decided = try await LayoutProposalStore.decide(
                    id, state, by: expert, reason: reason, transaction)
            else { throw Self.unknown }
            try await AuditStore.append(decided.event(by: request.actor, before: found.state), in: transaction)
            return decided
        }
    }

    private static let unknown = Problem(.notFound, "Aucune proposition n'a cet identifiant.")
}

extension LayoutProposalStore.Proposal {
    fileprivate func event(by actor: AuditActor, before: LayoutProposalStore.State) -> AuditEvent {
        AuditEvent(
            name: state == .accepted ? "libelle.accepte" : "libelle.refuse", actor: actor, object: "libelle:\(id)",
            details: [
                .init("champ", .string(addition.field)), .init("niveau", .string(addition.level)),
                .init("libelle", .string(addition.label)), .init("relation", .string(addition.place.rawValue)),
                .init("avant", .string(before.rawValue)), .init("motif", .string(reason ?? "")),
            ])
    }
}
