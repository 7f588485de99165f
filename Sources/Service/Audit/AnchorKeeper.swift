import Crypto
import Net
import Platform
import Postgres

/// Writes anchors to a file outside the database while the service runs: every thousand events, and every ten minutes
/// in which there was one.
struct AnchorKeeper: Sendable {
    let database: Database
    let pool: WorkerPool
    let path: String
    let key: KeyRing.Key
    let readiness: Readiness

    private static let period = Duration.seconds(600)
    private static let mostEvents = 1000
    private static let look = Duration.seconds(2)

    /// Reads the key, or makes it; its public half lies beside it for whoever verifies. Blocks.
    init(_ settings: ServiceSettings, _ database: Database, _ pool: WorkerPool, _ readiness: Readiness) throws {
        (self.database, self.pool, self.readiness) = (database, pool, readiness)
        path = settings.auditAnchors
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if !directory.isEmpty { try File.createDirectory(directory) }
        key = try KeyRing.open(settings.auditKeys).current
        let text = Base64.url.encode(key.pair.publicKey.bytes) + "\n"
        _ = try File.create(settings.auditPublicKey, with: Array(text.utf8), mode: 0o644)
    }

    /// Ends when the service does.
    func run() async {
        let path = path
        var last = try? await pool.run { Anchors.last(of: path) }
        var lastTime = Instant.now()
        var hasFailed = false
        while !readiness.isStopping, let loop = EventLoop.current {
            do {
                let head = try await AuditStore.head(database)
                let news = head.seq - (last?.seq ?? 0)
                let now = Instant.now()
                if last == nil && news > 0 || news >= Self.mostEvents || news != 0 && now - lastTime >= Self.period {
                    if let anchor = try await anchor(head, after: last) {
                        last = anchor
                    } else {
                        // Somebody may have bridged the gap meanwhile.
                        last = try await pool.run { Anchors.last(of: path) }
                    }
                    lastTime = now
                }
                hasFailed = false
            } catch {
                // Said once, not at every look.
                defer { hasFailed = true }
                if !hasFailed {
                    Log.shared.warn("audit.anchor_failed", "No anchor could be written") { line in
                        line.add("error", error.operatorMessage)
                    }
                }
            }
            guard (try? await loop.sleep(for: Self.look)) != nil else { return }
        }
    }

    /// Nil when the journal no longer holds what was anchored before: signing it would make the fraud look right.
    func anchor(_ head: AuditStore.Head, after last: Anchor?) async throws -> Anchor? {
        if let last {
            guard try await AuditStore.fits(last, database) else {
                Log.shared.error("audit.broken", "The audit trail is no longer the one that was anchored") {
                    $0.add("seq", last.seq)
                }
                return nil
            }
        }
        let anchor = Anchor(head, at: .now(), key: key)
        let path = path
        try await pool.run { try File.append(anchor.line, to: path) }
        return anchor
    }
}

/// The anchors of a file.
enum Anchors {
    private static let largest = 256 << 20

    static func read(_ path: String) throws -> [Anchor?] {
        try File.read(path, limit: largest).split(separator: 0x0a).map { Anchor(line: $0) }
    }

    /// Nil also when there is no file yet.
    static func last(of path: String) -> Anchor? { (try? read(path))?.last { $0 != nil } ?? nil }
}
