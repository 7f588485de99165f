import Analysis
import Crypto
import Decisions
import JSON
import Platform
import Postgres
import Trees

/// Brings the database to know what an instance serves with: models, packs, the epoch of draws, a policy for each chapter.
struct AnalysisPreparation: Sendable {
    let database: Database

    func run(_ loaded: AnalysisLoading.Loaded) async throws {
        try await database.transaction { transaction in
            try await PolicyStore.know(loaded.models, sets: loaded.office.packs, transaction)
            try await publish(loaded.key, transaction)
        }
        var policies: [String: DecisionPolicy] = [:]
        var numbers: [String: (number: Int, author: String)] = [:]
        for active in try await PolicyStore.active(database) {
            policies[active.policy.chapter] = active.policy
            numbers[active.policy.chapter] = (active.number, active.author)
        }
        for chapter in loaded.office.packs.sets.keys.sorted() {
            let model = loaded.models.byChapter[chapter]
            let wanted = model?.thresholds ?? .standard
            // What a person has chosen stays.
            if let known = policies[chapter], model == nil || known.thresholds == wanted { continue }
            if let author = numbers[chapter]?.author, author != PolicyStore.system { continue }
            let number = (numbers[chapter]?.number ?? 0) + 1
            var policy = try DecisionPolicy(chapter: chapter, version: "\(chapter)-\(number)")
            (policy.thresholds, policy.thresholdNumber) = (wanted, number)
            let reason =
                model.map { "Seuils du modèle \($0.manifest.name) \($0.manifest.version)" }
                ?? "Seuils de départ, sans modèle"
            try await activate(policy, number, reason)
        }
    }

    private func publish(_ key: DrawKey, _ transaction: Transaction) async throws {
        guard let (commitment, isNew) = try await PolicyStore.publish(key, transaction) else { return }
        guard commitment == key.commitment.bytes else { throw AnalysisPreparationError.foreignDrawKey }
        guard isNew else { return }
        try await AuditStore.append(
            AuditEvent(
                name: "tirage.engage", actor: AuditActor(name: "service"), object: "epoque:\(key.epoch)",
                details: [.init("engagement", .string(key.commitment.hexadecimal))]), in: transaction)
    }

    private func activate(_ policy: DecisionPolicy, _ number: Int, _ reason: String) async throws {
        try await database.transaction { transaction in
            // Another instance may be faster.
            if try await PolicyStore.activate(
                policy, number: number, author: PolicyStore.system, reason: reason, transaction)
            {
                try await AuditStore.append(
                    AuditEvent(
                        name: "politique.activee", actor: AuditActor(name: "service"),
                        object: "politique:\(policy.version)",
                        details: [
                            .init("motif", .string(reason)), .init("bas", .double(policy.thresholds.bas)),
                            .init("haut", .double(policy.thresholds.haut)),
                        ]), in: transaction)
            }
        }
    }
}

enum AnalysisPreparationError: Error, CustomStringConvertible {
    case foreignDrawKey

    var description: String {
        "la clé de tirage n'est pas celle que la base connaît : restaurez keys/tirage.json d'une sauvegarde"
    }
}
