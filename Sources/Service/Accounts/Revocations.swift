import Platform
import Synchronization

/// What has changed since tokens that are still valid were made: sessions that ended, and what became of users. Kept
/// in memory, the same in every instance but for the time that a NOTIFY takes.
final class Revocations: Sendable {
    struct UserState: Sendable, Equatable {
        let role: Role
        let bureau: String?
        let isActive: Bool
    }

    struct Snapshot: Sendable {
        fileprivate(set) var endedSessions: [UUIDv7: Instant] = [:]
        fileprivate(set) var users: [UUIDv7: (state: UserState, until: Instant)] = [:]
        /// Whether everything that happened before is in here.
        fileprivate(set) var isComplete = false
    }

    /// Longer than any token lives.
    static let memory = Duration.seconds(AccessTokens.longest + 60)

    private let shared = Monitor(Snapshot())
    private let counter = Atomic<Int>(0)

    /// Changes with every change; reading it takes no lock.
    var version: Int { counter.load(ordering: .acquiring) }
    var snapshot: Snapshot { shared.withLock { $0 } }

    func end(session: UUIDv7) { change { $0.endedSessions[session] = Instant.now() + Self.memory } }

    func set(user: UUIDv7, _ state: UserState) { change { $0.users[user] = (state, Instant.now() + Self.memory) } }

    /// From the database, when listening has begun or was interrupted.
    func load(sessions: [UUIDv7], users: [(UUIDv7, UserState)]) {
        let until = Instant.now() + Self.memory
        change { snapshot in
            for session in sessions { snapshot.endedSessions[session] = until }
            for (user, state) in users { snapshot.users[user] = (state, until) }
            snapshot.isComplete = true
        }
    }

    /// Forgets what no token can be about any more.
    func forget(now: Instant = .now()) {
        change { snapshot in
            snapshot.endedSessions = snapshot.endedSessions.filter { $0.value > now }
            snapshot.users = snapshot.users.filter { $0.value.until > now }
        }
    }

    private func change(_ body: (inout Snapshot) -> Void) {
        shared.withLock { body(&$0) }
        counter.wrappingAdd(1, ordering: .releasing)
    }
}
