import Decisions
import Platform
import Postgres
import Synchronization

/// How often outcomes of each lane became known in the year before a day: what a verdict teaches stands for those of which
/// nobody will ever know.
struct ObservedChances: Sendable {
    private(set) var day: CivilDate?
    private var rates: [String: ObservationRates] = [:]

    private static let daysBack = 365

    init() {}

    init(on day: CivilDate, _ database: some Queryable) async throws {
        self.day = day
        rates = try await OutcomeLogStore.observed(
            from: CivilDate(daysSinceEpoch: day.daysSinceEpoch - Self.daysBack), until: day, PriceList(), database)
    }

    func chance(_ lane: Lane, of chapter: String) -> Double { rates[chapter]?.teachingRate(lane) ?? 1 }
}

extension Running {
    /// Counts them once a day. What they were when a verdict was given is in what it taught: nothing is counted again for a
    /// rebuild.
    func countObserved(on day: CivilDate, _ database: ScopedDatabase) async throws {
        guard observed.withLock({ $0.day != day }) else { return }
        let chances = try await ObservedChances(on: day, database)
        observed.withLock { $0 = chances }
    }
}
