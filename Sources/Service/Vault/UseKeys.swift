import Crypto
import Platform
import Postgres

/// The keys of uses as this process has them. They are read once: rotations wrap them again and do not change them.
final class UseKeys: Sendable {
    private let keys = Monitor<[SealedUse: UseKey]>([:])
    private static let attempts = 5

    /// Throws before they were read.
    subscript(_ use: SealedUse) -> UseKey {
        get throws(VaultError) {
            guard let key = keys.withLock({ $0[use] }) else { throw .notReady }
            return key
        }
    }

    /// Reads them, and makes those that are not there yet.
    func prepare(_ versions: KeyVersions, _ database: Database) async throws {
        for attempt in 0..<Self.attempts {
            // Another key wraps by now.
            if attempt > 0 { try await versions.agree(database) }
            let known = try await Self.read(versions, database)
            let missing = SealedUse.allCases.filter { known[$0.rawValue] == nil }
            if missing.isEmpty {
                let all = SealedUse.allCases.compactMap { use in known[use.rawValue].map { (use, $0) } }
                keys.withLock { $0 = Dictionary(uniqueKeysWithValues: all) }
                return
            }
            let active = try versions.current().active
            for use in missing {
                let bytes = UseKey(SealingKey()).wrapped(by: active, for: use.rawValue)
                try await UseKeyStore.add(bytes, of: use.rawValue, wrappedBy: active.version, database)
            }
        }
        throw VaultError.busy
    }

    /// Every one that the database has, unwrapped.
    static func read(_ versions: KeyVersions, _ database: some Queryable) async throws -> [String: UseKey] {
        var known: [String: UseKey] = [:]
        for wrapped in try await UseKeyStore.all(database) {
            guard let version = KeyWrapping.version(of: wrapped.bytes) else {
                throw VaultError.notAuthentic(column: "coffre_usages.cle")
            }
            known[wrapped.use] = try UseKey(
                unwrapping: wrapped.bytes, with: try await versions.key(version, database), for: wrapped.use)
        }
        return known
    }
}
