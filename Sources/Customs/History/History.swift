import Platform

/// The past, as features see it: profiles of goods, traders and routes, complete up to a day.
///
/// What is recorded stays aside until the day has passed, so that every answer knows only what was known strictly
/// before the day it is asked for. A declaration that arrives late, dated before the day that is complete, counts from
/// the day on which it became known; what it sees is what was known then. So the profiles depend only on the log of what
/// became known when, and are the same, to the last bit, whether they grew while serving or were rebuilt from that log.
public struct History: HistoryReader, Sendable {
    public let needs: HistoryNeeds
    /// Everything that became known before this day is in the profiles.
    public internal(set) var day: Int32 = HistoryDate.first

    var measured: [MeasuredMemory] = []
    var counted: [CountedMemory] = []
    var shared: [SharedMemory] = []
    /// By profile, its place in the array of its group.
    let places: [Int]
    var log = HistoryLog()

    public init(needs: HistoryNeeds) {
        self.needs = needs
        var places: [Int] = []
        for (index, profile) in needs.profiles.enumerated() {
            switch profile.group {
            case .measured:
                places.append(measured.count)
                measured.append(
                    MeasuredMemory(levelCount: profile.keyCount, keepsMonths: needs.asksSlope(of: index)))
            case .counted:
                places.append(counted.count)
                counted.append(CountedMemory(levelCount: profile.keyCount, reach: needs.reach(of: index)))
            case .shared:
                places.append(shared.count)
                shared.append(SharedMemory())
            }
        }
        self.places = places
    }

    /// Completes the profiles up to a day; going back changes nothing.
    public mutating func advance(to day: Int32) {
        guard day > self.day else { return }
        self.day = min(day, HistoryDate.last)
        for entry in log.take(before: day) {
            let date = HistoryDate(entry.day)
            for observation in 0..<entry.observations.count {
                entry.observations.withKeys(of: observation) { keys in
                    let profile = Int(entry.observations.profiles[observation])
                    switch entry.kind {
                    case .seen: remember(profile, entry.observations.measured[observation], keys, date)
                    case .found(let fraud):
                        guard needs.profiles[profile].group == .counted else { return }
                        counted[places[profile]].record(fraud: fraud, keys: keys, on: date.day)
                    }
                }
            }
        }
    }

    /// Remembers a declaration from the day after it was registered, or became known, on.
    ///
    /// - Parameter order: decides within a day, so that it does not matter in which order what happened was recorded.
    public mutating func record(_ observations: HistoryObservations, order: UInt64) {
        log.append(.init(day: max(observations.day, day), order: order, kind: .seen, observations: observations))
    }

    /// Remembers a declaration otherwise than it was recorded, unless its day has passed.
    public mutating func replace(_ observations: HistoryObservations, order: UInt64) {
        log.replace(observations, order: order, from: day)
    }

    /// Remembers what a control of the declaration found, from the day after its verdict on.
    public mutating func recordOutcome(
        fraud: Bool, of observations: HistoryObservations, verdict: Int32, order: UInt64
    ) {
        log.append(
            .init(day: max(verdict, day), order: order, kind: .found(fraud: fraud), observations: observations))
    }

    public func value(of need: Int, measured x: Double, keys: UnsafeBufferPointer<UInt64>, day: Int32) -> Double {
        let need = needs.needs[need]
        let place = places[need.profile]
        let day = min(max(day, self.day), HistoryDate.last)
        switch need.function {
        case .mediane: return measured[place].median(keys)
        case .madZ: return measured[place].robustScore(of: x, keys)
        case .tchebychev: return measured[place].chebyshevBound(of: x, keys)
        case .percentile: return measured[place].rank(of: x, keys)
        case .effectif: return measured[place].total(keys)
        case .pente: return measured[place].slope(keys, over: need.parameter, until: HistoryDate(day))
        case .compte: return counted[place].count(keys, days: need.parameter, before: day)
        case .risque: return counted[place].risk(keys, on: day)
        case .nouveaute: return counted[place].isNew(keys)
        case .joursDepuis: return counted[place].daysSince(keys, on: day)
        case .saison: return counted[place].season(keys, month: HistoryDate(day).month)
        case .part: return shared[place].share(keys)
        case .entropie: return shared[place].entropy(keys)
        }
    }

    public func peers(
        of profile: Int, measured x: Double, keys: UnsafeBufferPointer<UInt64>, day: Int32
    ) -> HistoryPeers? {
        needs.profiles[profile].group == .measured ? measured[places[profile]].peers(of: x, keys) : nil
    }

    private mutating func remember(
        _ profile: Int, _ value: Double, _ keys: UnsafeBufferPointer<UInt64>, _ date: HistoryDate
    ) {
        switch needs.profiles[profile].group {
        case .measured: measured[places[profile]].observe(value, keys: keys, on: date)
        case .counted: counted[places[profile]].observe(keys: keys, on: date)
        case .shared: shared[places[profile]].observe(keys: keys)
        }
    }
}

extension HistoryNeeds {
    /// Whether anybody asks how a profile's measure moves from month to month.
    func asksSlope(of profile: Int) -> Bool { needs.contains { $0.profile == profile && $0.function == .pente } }

    /// The longest look back, in days, of the counts that a profile is asked for.
    func reach(of profile: Int) -> Int {
        needs.filter { $0.profile == profile && $0.function == .compte }.map(\.parameter).max() ?? 0
    }
}
