import Glibc
import Net
import Platform
import Postgres

/// While the service runs: makes the coming quarters' partitions, and purges at night what has expired, slowly.
struct RetentionKeeper: Sendable {
    let retention: Retention
    /// Whether it purges at all.
    let isAutomatic: Bool
    let readiness: Readiness
    /// Of the machine's clock: nobody is at work.
    var hours = 0..<5

    private static let look = Duration.seconds(600)
    /// So much longer than a part took it rests afterwards, within bounds.
    private static let rest = 3
    private static let rests = Duration.milliseconds(100)...Duration.milliseconds(1500)

    /// Ends when the service does.
    func run() async {
        var done: CivilDate?
        var prepared: CivilDate?
        while !readiness.isStopping, let loop = EventLoop.current {
            let today = AnalysisService.today
            if prepared != today, await attempt("retention.no_partition", prepare) { prepared = today }
            if isAutomatic, done != today, hours.contains(Self.hour()), await attempt("retention.failed", purge) {
                done = today
            }
            guard (try? await loop.sleep(for: Self.look)) != nil else { return }
        }
    }

    private func attempt(_ code: StaticString, _ act: () async throws -> Bool) async -> Bool {
        do { return try await act() } catch {
            guard !readiness.isStopping else { return false }
            Log.shared.warn(code, "Retention could not be seen to") { $0.add("error", error.operatorMessage) }
            return false
        }
    }

    private func prepare() async throws -> Bool {
        let made = try await RetentionStore.prepare(retention.database)
        if made > 0 { Log.shared.info("retention.partitions", "Partitions were made") { $0.add("count", made) } }
        return true
    }

    /// False when it is to be tried again tonight.
    func purge() async throws -> Bool {
        guard try await RetentionStore.term(retention.database).from <= .now() else { return true }
        let summary = try await retention.run(by: AuditActor(name: "service")) { took in
            guard !readiness.isStopping, hours.contains(Self.hour()), let loop = EventLoop.current else {
                return false
            }
            let rest = min(max(took * Self.rest, Self.rests.lowerBound), Self.rests.upperBound)
            return (try? await loop.sleep(for: rest)) != nil
        }
        guard let summary else { return false }
        if summary.parts > 0 {
            Log.shared.info("retention.purged", "What had expired was purged") { line in
                line.add("declarations", summary.counts["declarations"] ?? 0)
                line.add("parts", summary.parts)
                line.add("files", summary.files)
            }
        }
        return true
    }

    private static func hour() -> Int {
        var moment = time(nil)
        var local = tm()
        localtime_r(&moment, &local)
        return Int(local.tm_hour)
    }
}
