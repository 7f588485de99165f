import Net
import Platform
import Postgres

/// Keeps what this instance knows of revoked sessions and changed accounts in step with the database.
struct AccountWatch: Sendable {
    let database: Database
    let revocations: Revocations
    let readiness: Readiness

    private static let pause = Duration.milliseconds(500)

    /// Ends when the database is closed.
    func listen() async {
        for await event in database.listen(Accounts.channel) {
            switch event {
            case .resynchronise: await load()
            case .notification(let notification): apply(notification.payload)
            }
        }
    }

    /// Until it has worked: what has been missed could be anybody's revocation.
    private func load() async {
        while !readiness.isStopping {
            do {
                let changes = try await SessionStore.recentChanges(database)
                return revocations.load(sessions: changes.sessions, users: changes.users)
            } catch {
                Log.shared.warn("accounts.unread", "What was revoked could not be read") { line in
                    line.add("error", error.operatorMessage)
                }
            }
            guard (try? await EventLoop.current?.sleep(for: Self.pause)) != nil else { return }
        }
    }

    private func apply(_ payload: String) {
        let parts = payload.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, let id = UUIDv7(parts[1]) else { return }
        switch parts[0] {
        case "session": revocations.end(session: id)
        case "user":
            guard parts.count == 5, let role = Role(rawValue: parts[2]) else { return }
            let bureau = parts[4].isEmpty ? nil : parts[4]
            revocations.set(user: id, .init(role: role, bureau: bureau, isActive: parts[3] == "1"))
        default: break
        }
    }

    /// Clears away what has no use any more, once an hour.
    func sweep() async {
        while !readiness.isStopping, let loop = EventLoop.current {
            revocations.forget()
            do {
                try await SessionStore.sweep(database)
                try await SecondFactorStore.sweep(database)
                try await NoticeStore.sweep(database)
            } catch {
                Log.shared.warn("accounts.not_swept", "Old sessions could not be removed") { line in
                    line.add("error", error.operatorMessage)
                }
            }
            guard (try? await loop.sleep(for: .seconds(3600))) != nil else { return }
        }
    }
}
