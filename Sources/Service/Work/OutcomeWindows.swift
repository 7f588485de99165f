import Decisions
import JSON
import Net
import Platform
import Postgres

/// Notes, once a day, the decisions whose window has passed with nothing known. It is counted, and never taken for
/// nothing found.
struct OutcomeWindows: Sendable {
    let database: Database
    let readiness: Readiness

    private static let period = Duration.seconds(24 * 3600)
    private static let pause = Duration.seconds(60)
    /// So many days of one lane share a transaction.
    private static let daysAtOnce = 7

    /// At the start and then every day, until the service stops.
    func run() async {
        while !readiness.isStopping, let loop = EventLoop.current {
            var wait = Self.period
            do { _ = try await expire(on: AnalysisService.today) } catch {
                wait = Self.pause
                Log.shared.warn("outcomes.not_expired", "Decisions without outcome could not be noted") {
                    $0.add("error", error.operatorMessage)
                }
            }
            guard (try? await loop.sleep(for: wait)) != nil else { return }
        }
    }

    /// How many of each lane were noted; nil when another instance is at it.
    func expire(on day: CivilDate, prices: PriceList = PriceList()) async throws -> LaneValues? {
        var counts = LaneValues.zero
        for lane in Lane.allCases {
            // The first day that is still waited for comes right after.
            let last = CivilDate(daysSinceEpoch: day.daysSinceEpoch - Int(prices.windowDays[lane]) - 1)
            while true {
                guard let step = try await step(lane, upTo: last) else { return nil }
                counts[lane] += Double(step.count)
                if step.isLast { break }
            }
        }
        return counts
    }

    private func step(_ lane: Lane, upTo last: CivilDate) async throws -> (count: Int, isLast: Bool)? {
        try await database.under(OfficeScope.all).transaction { transaction in
            guard try await OutcomeStore.lock(transaction) else { return nil }
            guard let first = try await OutcomeStore.nextDay(of: lane, transaction), first <= last else {
                return (0, true)
            }
            let end = min(last, CivilDate(daysSinceEpoch: first.daysSinceEpoch + Self.daysAtOnce - 1))
            let count = try await OutcomeStore.expire(lane, from: first, to: end, transaction)
            if count > 0 {
                let event = AuditEvent(
                    name: "decisions.expirees", actor: AuditActor(name: "service"), object: "voie:\(lane.rawValue)",
                    details: [
                        .init("nombre", .int(count)), .init("du", .string(first.description)),
                        .init("au", .string(end.description)),
                    ])
                try await AuditStore.append(event, in: transaction)
            }
            return (count, end == last)
        }
    }
}
