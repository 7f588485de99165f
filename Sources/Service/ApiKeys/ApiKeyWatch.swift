import Net
import Platform
import Postgres

/// Keeps the keys that this instance knows in step with the database.
struct ApiKeyWatch: Sendable {
    let keys: ApiKeys
    let readiness: Readiness

    /// Well within the patience after which keys are refused.
    private static let period = Duration.seconds(30)
    private static let pause = Duration.milliseconds(500)

    /// Ends when the database is closed.
    func listen() async {
        for await event in keys.database.listen(ApiKeys.channel) {
            switch event {
            case .resynchronise: await read(untilItWorks: true)
            case .notification(let notification):
                let parts = notification.payload.split(separator: ":")
                if parts.count == 2, parts[0] == "revoquee", let id = UUIDv7(String(parts[1])) {
                    keys.known.revoke(id)
                } else {
                    await read(untilItWorks: true)
                }
            }
        }
    }

    /// Also without news: what is known is confirmed, or in the end distrusted.
    func confirm() async {
        while !readiness.isStopping, let loop = EventLoop.current {
            guard (try? await loop.sleep(for: Self.period)) != nil else { return }
            await read(untilItWorks: false)
        }
    }

    private func read(untilItWorks mustWork: Bool) async {
        while !readiness.isStopping {
            do { return try await keys.read() } catch {
                Log.shared.warn("api_keys.unread", "The API keys could not be read") { line in
                    line.add("error", error.operatorMessage)
                }
            }
            guard mustWork, (try? await EventLoop.current?.sleep(for: Self.pause)) != nil else { return }
        }
    }
}
