import Crypto
import HTTP
import Net
import Platform
import Synchronization

/// The keys that are good, in memory, the same in every instance but for the time that a NOTIFY takes: a request that
/// comes with a key asks no database.
final class KnownKeys: Sendable {
    struct Entry: Sendable {
        let principal: Principal
        let until: Timestamp
    }

    struct Snapshot: Sendable {
        fileprivate(set) var entries: [Digest: Entry] = [:]
        /// When the database last said so; nil before it did.
        fileprivate(set) var confirmed: Instant?
    }

    private struct Shared {
        var snapshot = Snapshot()
        /// Revoking is for good: a reading that began before does not bring a key back.
        var revoked: Set<UUIDv7> = []
        var readings = 0
        var applied = 0
    }

    /// A key lives for months. An instance that has not heard from the database for so long takes none any more.
    static let patience = Duration.seconds(120)

    private let shared = Monitor(Shared())
    private let counter = Atomic<Int>(0)

    /// Changes with every change; reading it takes no lock.
    var version: Int { counter.load(ordering: .acquiring) }
    var snapshot: Snapshot { shared.withLock { $0.snapshot } }

    func revoke(_ id: UUIDv7) {
        shared.withLock { shared in
            shared.revoked.insert(id)
            shared.snapshot.entries = shared.snapshot.entries.filter { $0.value.principal.user != id }
        }
        counter.wrappingAdd(1, ordering: .releasing)
    }

    /// Before the database is asked; readings that began earlier and end later count for nothing.
    func beginReading() -> Int {
        shared.withLock { shared in
            shared.readings += 1
            return shared.readings
        }
    }

    func endReading(_ number: Int, _ keys: [ApiKeyStore.Valid], rights: (ApiKeyStore.Valid) -> Principal.Rights) {
        var entries: [Digest: Entry] = [:]
        for key in keys {
            let principal = Principal(
                .apiKey, user: key.id, username: key.name, role: "cle_api", bureau: key.bureau, session: key.id,
                rights: rights(key))
            entries[key.hash] = Entry(principal: principal, until: key.until)
        }
        let now = Instant.now()
        shared.withLock { shared in
            guard number > shared.applied else { return }
            shared.applied = number
            shared.snapshot.entries = entries.filter { !shared.revoked.contains($0.value.principal.user) }
            shared.snapshot.confirmed = now
        }
        counter.wrappingAdd(1, ordering: .releasing)
    }
}

/// What one loop knows of the keys, and which it has seen used. Touched on its loop only.
final class LoopKeys: @unchecked Sendable {
    private static let usePeriod = Duration.seconds(60)
    private var version = -1
    private var snapshot = KnownKeys.Snapshot()
    private var noted: [UUIDv7: Instant] = [:]

    func snapshot(of keys: KnownKeys) -> KnownKeys.Snapshot {
        let current = keys.version
        if current != version {
            (version, snapshot) = (current, keys.snapshot)
            let known = Set(snapshot.entries.values.map(\.principal.user))
            noted = noted.filter { known.contains($0.key) }
        }
        return snapshot
    }

    /// Whether this use is to be written down: the first, and then one a minute.
    func isWorthNoting(_ id: UUIDv7, at now: Instant) -> Bool {
        if let last = noted[id], now - last < Self.usePeriod { return false }
        noted[id] = now
        return true
    }
}
