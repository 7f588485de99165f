import JSON
import Net
import Platform
import Postgres

/// Puts a new key-encryption key in the place of the old one while the service runs: every person's key is wrapped
/// again, in batches, and every use's; what they sealed stays as it is. Killed at any point it goes on where it was when
/// it is run again.
struct KeyRotation: Sendable {
    let vault: Vault
    let database: Database
    let actor: AuditActor
    /// Persons a transaction.
    var batch = 500

    struct Outcome: Sendable {
        let active: Int
        let wrapped: Int
        /// Uses whose keys are wrapped again.
        let uses: [String]
        /// Keys that wrap nothing any more.
        let retired: [Int]
        /// Whether an earlier one had been interrupted.
        let wasResumed: Bool
    }

    private static let longestWait = Duration.seconds(60)
    private static let pause = Duration.milliseconds(50)

    /// `progress` hears how many are done and how many were to be done.
    func run(_ progress: @Sendable (_ done: Int, _ all: Int) -> Void = { _, _ in }) async throws -> Outcome {
        try await vault.versions.establish(database)
        let wasResumed = try await begin()
        let agreed = try await vault.versions.agree(database)
        var uses = try await wrapUses(agreed)
        let all = try await VaultStore.countToWrapAgain(database)
        var done = 0
        var patience = Instant.now() + Self.longestWait
        while true {
            let count = try await wrapBatch(agreed)
            done += count
            progress(done, max(all, done))
            if count > 0 {
                patience = Instant.now() + Self.longestWait
                continue
            }
            // Others hold the last ones, or still wrap with the old key what they had begun.
            guard try await VaultStore.countToWrapAgain(database) > 0 else { break }
            uses += try await wrapUses(agreed)
            guard Instant.now() < patience else { throw VaultError.busy }
            try await EventLoop.current?.sleep(for: Self.pause)
        }
        let retired = try await retire(done, uses)
        return Outcome(
            active: agreed.active.version, wrapped: done, uses: uses, retired: retired, wasResumed: wasResumed)
    }

    /// Makes the next key the active one, unless an earlier rotation has yet to end. The file has the key first: the
    /// database never names one that nobody has.
    private func begin() async throws -> Bool {
        let before = try await VaultStore.versions(database)
        guard before.allSatisfy(\.isActive), let old = before.last?.version else { return true }
        var prepared = try await vault.versions.agree(database).keys.unused(after: old)
        if prepared == nil {
            prepared = try await vault.versions.change { keys in
                try keys.add(version: max(old, keys.keys.last?.version ?? 0) + 1)
            }.unused(after: old)
        }
        guard let next = prepared else { throw VaultError.busy }
        return try await database.transaction { transaction in
            try await VaultStore.takeTurn(transaction)
            // Somebody else has begun meanwhile.
            guard try await VaultStore.versions(transaction).map(\.version) == [old] else { return true }
            try await VaultStore.activate(next, transaction)
            try await transaction.notify(Vault.channel, "cles")
            try await AuditStore.append(
                AuditEvent(
                    name: "cles.rotation_commencee", actor: actor, object: "coffre:\(next.version)",
                    details: [.init("ancienne", .int(old))]), in: transaction)
            return false
        }
    }

    private func wrapUses(_ agreed: KeyVersions.Agreed) async throws -> [String] {
        try await database.transaction { transaction in
            let old = try await UseKeyStore.toWrapAgain(transaction)
            for wrapped in old {
                guard let version = KeyWrapping.version(of: wrapped.bytes) else {
                    throw VaultError.notAuthentic(column: "coffre_usages.cle")
                }
                guard let key = agreed.keys[version] else { throw VaultError.missingKey(version) }
                let useKey = try UseKey(unwrapping: wrapped.bytes, with: key, for: wrapped.use)
                try await UseKeyStore.replace(
                    useKey.wrapped(by: agreed.active, for: wrapped.use), of: wrapped.use,
                    wrappedBy: agreed.active.version, transaction)
            }
            return old.map(\.use)
        }
    }

    private func wrapBatch(_ agreed: KeyVersions.Agreed) async throws -> Int {
        let batch = batch
        return try await database.transaction { transaction in
            let old = try await VaultStore.toWrapAgain(batch, transaction)
            guard !old.isEmpty else { return 0 }
            let new = try old.compactMap { wrapped -> (person: UUIDv7, wrapped: [UInt8])? in
                guard let bytes = wrapped.bytes else { return nil }
                guard let version = KeyWrapping.version(of: bytes) else {
                    throw VaultError.notAuthentic(column: "personnes.cle")
                }
                guard let key = agreed.keys[version] else { throw VaultError.missingKey(version) }
                let dataKey = try DataKey(unwrapping: bytes, with: key, for: wrapped.person)
                return (wrapped.person, dataKey.wrapped(by: agreed.active, for: wrapped.person))
            }
            try await VaultStore.replace(new, wrappedBy: agreed.active.version, transaction)
            return new.count
        }
    }

    /// Old keys go from the database once they wrap nothing; in the file they are kept, marked, for older backups.
    private func retire(_ wrapped: Int, _ uses: [String]) async throws -> [Int] {
        let retired = try await database.transaction { transaction -> [Int] in
            try await VaultStore.takeTurn(transaction)
            var retired: [Int] = []
            for version in try await VaultStore.versions(transaction) where !version.isActive {
                guard try await VaultStore.retire(version.version, transaction) else { throw VaultError.busy }
                retired.append(version.version)
            }
            guard !retired.isEmpty else { return [] }
            try await transaction.notify(Vault.channel, "cles")
            try await AuditStore.append(
                AuditEvent(
                    name: "cles.rotation_terminee", actor: actor,
                    details: [
                        .init("retirees", .array(retired.map { .int($0) })), .init("personnes", .int(wrapped)),
                        .init("usages", .array(uses.map { .string($0) })),
                    ]), in: transaction)
            return retired
        }
        let inUse = Set(try await VaultStore.versions(database).map(\.version))
        do {
            try await vault.versions.change { keys in
                let newest = inUse.max() ?? 0
                keys.retire(Set(keys.keys.map(\.version).filter { $0 < newest && !inUse.contains($0) }), at: .now())
            }
        } catch let error as FileError {
            // A secret that the service may only read: the mark is for people, nothing follows from it.
            Log.shared.warn("vault.unmarked", "The file does not say which keys are retired") { line in
                line.add("error", error.message)
            }
        }
        return retired
    }
}
