import Crypto
import Platform
import Postgres

/// Takes away the beginning of the trail that has expired, up to an event that an anchor attests: what remains can still be
/// held to what was signed.
struct TrailCutter: Sendable {
    let database: Database
    let pool: WorkerPool
    /// Where anchors are, and the key that signed them.
    let anchors: String
    let publicKey: String

    /// Events of a transaction, unless anchors are further apart.
    private static let mostEvents = 50_000

    init(_ settings: ServiceSettings, _ database: Database, _ pool: WorkerPool) {
        (self.database, self.pool) = (database, pool)
        (anchors, publicKey) = (settings.auditAnchors, settings.auditPublicKey)
    }

    /// How many events went; 0 when none may, or somebody else is at it.
    func cut(by actor: AuditActor, atOnce: Int = Self.mostEvents) async throws -> Int {
        let limit = try await RetentionStore.term(database).limit
        guard let first = try await AuditStore.first(database) else { return 0 }
        let path = anchors
        let keyPath = publicKey
        let known = try await pool.run { try Self.counting(path, keyPath) }
        guard let anchor = Self.choose(known, from: first, limit, atOnce) else { return 0 }
        return try await database.transaction(timeout: .seconds(300)) { transaction in
            // An anchor that the trail does not fit attests nothing: that is for `audit verify` to tell.
            guard try await AuditStore.hash(of: anchor.seq, transaction) == anchor.hash,
                let removed = try await AuditStore.cut(upTo: anchor.seq, transaction)
            else { return 0 }
            let event = AuditEvent(
                name: TrailCut.event, actor: actor, object: "purge:\(removed.purge)",
                details: TrailCut.details(removed, until: anchor.seq))
            try await AuditStore.conclude(with: event, transaction)
            return removed.events
        }
    }

    /// Those that still count after restores, in order; none when one of them is not ours. Blocks.
    private static func counting(_ path: String, _ keyPath: String) throws -> [Anchor] {
        guard let found = try? Anchors.read(path), !found.isEmpty else { return [] }
        let key = try AuditCommands.publicKey(keyPath)
        var counting: [Anchor] = []
        for anchor in found {
            guard let anchor, anchor.isSigned(by: [key]) else { return [] }
            if let resumed = anchor.resumedAfter { counting.removeAll { $0.seq > resumed } }
            counting.append(anchor)
        }
        return counting.sorted { $0.seq < $1.seq }
    }

    /// Up to which to cut: signed before the limit, and not the last, which the next one is held to.
    private static func choose(_ anchors: [Anchor], from first: Int, _ limit: Timestamp, _ atOnce: Int) -> Anchor? {
        let old = anchors.dropLast().filter { anchor in
            anchor.seq >= first && Timestamp(rfc3339: anchor.date).map { $0.date < limit.date } ?? false
        }
        return old.last { $0.seq - first < atOnce } ?? old.first
    }
}
