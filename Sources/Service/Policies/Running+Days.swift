import Decisions
import Platform
import Postgres
import Synchronization

extension Running {
    private static let patience = Duration.seconds(-600)

    /// Counts the day from its rows, as of now.
    func countDay(_ database: ScopedDatabase) async throws {
        let today = AnalysisService.today
        let day = Int32(clamping: today.daysSinceEpoch)
        // One moment for both: what comes later is behind the tail.
        let (numbers, entries) = try await database.transaction(isolation: .repeatableRead, readOnly: true) {
            transaction in
            let numbers = try await DayStore.lastNumbers(transaction)
            var entries: [DayLedger.Entry] = []
            var last = 0
            while true {
                let page = try await DayStore.entries(of: today, after: last, count: 1000, transaction)
                entries += page.compactMap(\.entry)
                guard let end = page.last else { break }
                last = end.seq
            }
            return (numbers, entries)
        }
        days.withLock { days in
            days.begin(day)
            days.tail = LogTail(taken: numbers, now: .now())
            for entry in entries { days.count(entry) }
        }
    }

    /// Counts what others decided, and plans the day when it has begun.
    func followDay(_ database: ScopedDatabase) async throws {
        let today = AnalysisService.today
        let needsForecast = days.withLock { days in
            days.begin(Int32(clamping: today.daysSinceEpoch))
            days.forget(before: .now() + Self.patience)
            return days.needsForecast
        }
        try await countOthers(database)
        // Last, so that a past that cannot be read hinders the plan alone: until there is one the least is explored.
        if needsForecast {
            let forecast = try await DayStore.forecast(for: today, database)
            days.withLock { $0.use(forecast) }
        }
    }

    private func countOthers(_ database: ScopedDatabase) async throws {
        while true {
            let now = Instant.now()
            let (last, missing) = days.withLock { ($0.tail.last, $0.tail.missing(now: now)) }
            let lines = try await DayStore.lines(after: last, missing: missing, database)
            let others = days.withLock { days in lines.filter { days.mustBeRead($0.seq, $0.id, now: now) } }.map(\.seq)
            if !others.isEmpty {
                let entries = try await DayStore.entries(others, database)
                days.withLock { days in for (seq, entry) in entries { days.count(seq, entry, now: now) } }
            }
            if lines.count < DayStore.most { return }
        }
    }
}
