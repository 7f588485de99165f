import Decisions
import Platform

/// Where controls are counted: the chapter's policy sets an office's ceiling.
struct ControlPlace: Hashable, Sendable {
    let chapter: String
    let office: String
}

/// What the last days' rows say of a day to come: made at its start, the same in every instance that asks.
struct DayForecast: Sendable {
    let day: Int32
    /// By chapter: declarations of a working day, and the value of one.
    var chapters: [String: ExplorationPlan.Forecast] = [:]
    /// By office: how many of its files could take either control or doubt, and by how much control was ahead there.
    var places: [ControlPlace: (declarations: Double, leads: [Double])] = [:]

    init(on day: Int32) { self.day = day }

    /// Nil when exploration has no budget.
    func exploration(_ policy: DecisionPolicy, _ means: DayMeans) -> ExplorationPlan? {
        guard let budget = means.budget else { return nil }
        // Where nothing is known a day is taken for a small one: the budget binds as soon as it is used up.
        let known = chapters[policy.chapter] ?? .init(declarations: 1, meanValue: 0)
        return try? ExplorationPlan(epsilon: policy.epsilon, floor: policy.floor, forecast: known, budget: budget.plan)
    }

    /// Nil when the office has no ceiling.
    func capacity(_ place: ControlPlace, _ means: DayMeans) -> CapacityPlan? {
        guard let ceiling = means.ceilings[place.office] else { return nil }
        let known = places[place] ?? (0, [])
        return try? CapacityPlan(leads: known.leads, declarations: known.declarations, ceiling: ceiling)
    }
}
