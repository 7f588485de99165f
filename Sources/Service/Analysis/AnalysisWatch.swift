import Net
import Platform
import Postgres
import Synchronization

/// Keeps what this instance knows in step with what others do: rules, what the bandit learned, the past.
struct AnalysisWatch: Sendable {
    let analysis: AnalysisService
    let readiness: Readiness

    static let rules: StaticString = "regles"
    static let learning: StaticString = "apprentissage"
    static let purges: StaticString = "purge"
    private static let pause = Duration.milliseconds(500)
    /// So long nothing late may have come before the past is made anew.
    private static let quiet = Duration.seconds(3)

    /// Ends when the database is closed.
    func listenToRules() async {
        for await _ in analysis.database.listen(Self.rules) {
            await untilItWorks("rules.unread") { try await analysis.readRules() }
        }
    }

    /// Ends when the database is closed.
    func listenToLearning() async {
        for await event in analysis.database.listen(Self.learning) {
            await untilItWorks("learning.unread") {
                switch event {
                case .resynchronise: try await analysis.learnAll()
                case .notification(let notification): try await analysis.learn(notification.payload)
                }
            }
        }
    }

    /// Ends when the database is closed.
    func listenToPurges() async {
        for await _ in analysis.database.listen(Self.purges) {
            await untilItWorks("purges.unread") { try await analysis.noticePurges() }
        }
    }

    /// Follows the past's log.
    func follow() async {
        var trouble = Trouble("past.unread")
        while !readiness.isStopping, let loop = EventLoop.current {
            guard (try? await loop.sleep(for: Self.pause)) != nil else { return }
            do {
                try await analysis.follow(quiet: Self.quiet)
                trouble.end()
            } catch  where !readiness.isStopping { trouble.tell(error) } catch { return }
        }
    }

    private func untilItWorks(_ code: StaticString, _ read: () async throws -> Void) async {
        var trouble = Trouble(code)
        while !readiness.isStopping {
            do { return try await read() } catch { trouble.tell(error) }
            guard (try? await EventLoop.current?.sleep(for: Self.pause)) != nil else { return }
        }
    }

    /// What keeps an instance from following the others: said once, and not at every look.
    private struct Trouble {
        private let code: StaticString
        private var said: String?

        init(_ code: StaticString) { self.code = code }

        mutating func tell(_ error: any Error) {
            let message = error.operatorMessage
            guard message != said else { return }
            said = message
            Log.shared.warn(code, "What others wrote could not be read") { $0.add("error", message) }
        }

        mutating func end() { said = nil }
    }
}

extension AnalysisService {
    func learn(_ chapter: String) async throws {
        guard let running = try? loaded() else { return }
        try await running.learn(chapter, database)
    }

    func learnAll() async throws {
        guard let running = try? loaded() else { return }
        for chapter in running.withLive({ Array($0.policies.keys) }) { try await running.learn(chapter, database) }
    }

    /// Nothing is taken out of a past: where lines of its log were purged, it is made anew once that is over.
    func noticePurges() async throws {
        guard let running = try? loaded() else { return }
        let last = try await RetentionStore.lastOfThePast(database)
        if last > running.lastPurge.load(ordering: .relaxed) { running.withLive { $0.noteStale() } }
    }

    /// Takes in what others recorded. What came too late for the day that it belongs to is taken in by making the past
    /// anew, as every instance that starts would.
    func follow(quiet: Duration) async throws {
        guard let running = try? loaded() else { return }
        try await running.follow(database.under(OfficeScope.all), vault)
        try await running.followDay(database.under(OfficeScope.all))
        try await running.countObserved(on: Self.today, database.under(OfficeScope.all))
        if let late = running.lastLate, Instant.now() - late >= quiet { try await prepare() }
    }
}
