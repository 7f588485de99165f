import Decisions
import Platform

/// What a day has used of its budgets and ceilings, in memory: no request asks the database for it. What this instance
/// decides counts at once; what others decide, when their rows are read, within a second or so.
struct DayLedger: Sendable {
    /// One decision, as it counts.
    struct Entry: Sendable {
        let chapter: String
        let place: ControlPlace
        var use = ExplorationPlan.Use()
        /// Takes one of the office's places.
        let isControl: Bool
        /// Under which policy, what was explored.
        let policy: String
        let epsilon: Double
        let day: Int32

        init(_ record: DecisionRecord, office: String) {
            chapter = record.policy.chapter
            place = ControlPlace(chapter: chapter, office: office)
            use.count(record)
            // What must be controlled, and what measures compliance, count apart.
            isControl = record.lane == .fraude && !record.isInStratum && record.safe.count > 1
            (policy, epsilon, day) = (record.policy.version, record.epsilon, record.request.day)
        }
    }

    /// What a request is told.
    struct Terms: Sendable {
        var epsilon: Double
        var reason = ExplorationPlan.Reason.policy
        var capacityLeft: Int?
        var price = 0.0
    }

    private(set) var day: Int32 = .min
    private(set) var uses: [String: ExplorationPlan.Use] = [:]
    private(set) var ordered: [ControlPlace: Int] = [:]
    /// The least that was explored so far, by policy: within a day it does not rise again.
    private var lowest: [String: Double] = [:]
    private var forecast = DayForecast(on: .min)
    private var plans: [String: ExplorationPlan?] = [:]
    private var prices: [ControlPlace: (policy: String, price: Double)] = [:]

    /// Where this instance is among the decisions that were written.
    var tail = LogTail()
    /// Decided here and not yet written, and written here and not yet met again.
    private var pending: [UUIDv7: (entry: Entry, since: Instant)] = [:]
    private var written: Set<UUIDv7> = []

    var needsForecast: Bool { forecast.day != day }

    /// Begins a day with nothing used. Going back changes nothing.
    mutating func begin(_ day: Int32) {
        guard day > self.day else { return }
        self.day = day
        (uses, ordered, lowest) = ([:], [:], [:])
        (plans, prices) = ([:], [:])
    }

    mutating func use(_ forecast: DayForecast) {
        guard forecast.day == day else { return }
        self.forecast = forecast
        (plans, prices) = ([:], [:])
    }

    /// What holds for a declaration of the chapter at an office just now.
    mutating func terms(_ policy: DecisionPolicy, _ means: DayMeans, office: String, on day: Int32) -> Terms {
        begin(day)
        var terms = Terms(epsilon: policy.epsilon)
        if means.budget != nil {
            if needsForecast {
                // Until the day is planned the least is explored.
                (terms.epsilon, terms.reason) = (policy.floor, .floor)
            } else if let plan = plan(policy, means) {
                (terms.epsilon, terms.reason) = plan.epsilon(
                    after: uses[policy.chapter] ?? .init(), lowest: lowest[policy.version])
            }
        }
        let place = ControlPlace(chapter: policy.chapter, office: office)
        if let ceiling = means.ceilings[office] {
            terms.capacityLeft = max(0, ceiling - (ordered[place] ?? 0))
            terms.price = price(place, policy, means)
        }
        return terms
    }

    private mutating func plan(_ policy: DecisionPolicy, _ means: DayMeans) -> ExplorationPlan? {
        if let known = plans[policy.version] { return known }
        let plan = forecast.exploration(policy, means)
        plans[policy.version] = .some(plan)
        return plan
    }

    private mutating func price(_ place: ControlPlace, _ policy: DecisionPolicy, _ means: DayMeans) -> Double {
        if let known = prices[place], known.policy == policy.version { return known.price }
        let price = needsForecast ? 0 : forecast.capacity(place, means)?.price ?? 0
        if !needsForecast { prices[place] = (policy.version, price) }
        return price
    }

    /// Makes a decision with what the day leaves, and counts it when it has an identifier: between the two nobody else
    /// takes a place.
    mutating func decide(
        _ request: inout DecisionRequest, at office: String, _ policy: DecisionPolicy, _ means: DayMeans,
        _ learner: SegmentLearner?, _ key: DrawKey, as id: UUIDv7?
    ) -> DecisionRecord {
        let terms = terms(policy, means, office: office, on: request.day)
        (request.epsilon, request.epsilonReason) = (terms.epsilon, terms.reason)
        (request.capacityLeft, request.capacityPrice) = (terms.capacityLeft, terms.price)
        let record = DecisionEngine.decide(request, policy: policy, learner: learner, key: key)
        if let id { decide(id, Entry(record, office: office), now: .now()) }
        return record
    }

    // MARK: Counting

    /// Decided here, and to be written.
    mutating func decide(_ id: UUIDv7, _ entry: Entry, now: Instant) {
        add(entry, 1)
        pending[id] = (entry, now)
    }

    /// What was decided here was written, or was not.
    mutating func settle(_ ids: [UUIDv7], written: Set<UUIDv7>) {
        for id in ids {
            guard let (entry, _) = pending.removeValue(forKey: id) else { continue }
            if written.contains(id) { self.written.insert(id) } else { add(entry, -1) }
        }
    }

    /// Whether a written decision has to be read: not when it was counted when it was made.
    mutating func mustBeRead(_ seq: Int, _ id: UUIDv7, now: Instant) -> Bool {
        if pending[id] != nil {
            tail.leave(seq, now: now)
            return false
        }
        guard written.remove(id) != nil else { return true }
        _ = tail.take(seq, now: now)
        return false
    }

    /// Another instance's decision, once; nil when nothing can be read of it.
    mutating func count(_ seq: Int, _ entry: Entry?, now: Instant) {
        if tail.take(seq, now: now), let entry { add(entry, 1) }
    }

    /// What an instance that has gone had decided, as rows say.
    mutating func count(_ entry: Entry) { add(entry, 1) }

    /// What was decided so long ago and never written, was not.
    mutating func forget(before moment: Instant) {
        for (id, one) in pending where one.since < moment {
            add(one.entry, -1)
            pending[id] = nil
        }
    }

    private mutating func add(_ entry: Entry, _ sign: Double) {
        guard entry.day == day else { return }
        var use = uses[entry.chapter] ?? .init()
        use.declarations += sign * entry.use.declarations
        use.controls += sign * entry.use.controls
        use.value += sign * entry.use.value
        uses[entry.chapter] = use
        if entry.isControl { ordered[entry.place, default: 0] += sign > 0 ? 1 : -1 }
        if sign > 0 { lowest[entry.policy] = min(lowest[entry.policy] ?? 1, entry.epsilon) }
    }
}
