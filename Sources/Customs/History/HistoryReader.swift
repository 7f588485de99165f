/// What formulas ask of the past, point in time: an answer knows only what was known strictly before `day`.
///
/// A reader is bound to one `HistoryNeeds`, that of the pack or of the criteria being evaluated, and is asked by the
/// place of the need in it. The evaluator does the same for replay and for serving, so equal profiles give equal
/// features to the last bit.
public protocol HistoryReader {
    /// The answer, or NaN when the past does not know.
    ///
    /// - Parameters:
    ///   - need: index in `HistoryNeeds.needs`.
    ///   - measured: the measured expression's value for this unit; NaN when missing or when the profile has no measure.
    ///   - keys: `profile.keyCount` hashes, laid out as `HistoryProfile` says; 0 marks a key that is missing.
    ///   - day: the registration date, in days since 1970-01-01.
    func value(of need: Int, measured: Double, keys: UnsafeBufferPointer<UInt64>, day: Int32) -> Double

    /// The place of `measured` among comparable goods, for a profile with a measure; nil when nothing comparable is known.
    func peers(of profile: Int, measured: Double, keys: UnsafeBufferPointer<UInt64>, day: Int32) -> HistoryPeers?
}

/// A value among its peers.
public struct HistoryPeers: Sendable, Equatable {
    /// How many earlier observations it is compared with, at the level that answered.
    public var count: Int
    public var median: Double
    /// The share of peers below the value, 0 to 1.
    public var percentile: Double
    /// The level that answered; 0 is the most specific.
    public var level: Int

    public init(count: Int, median: Double, percentile: Double, level: Int) {
        (self.count, self.median, self.percentile, self.level) = (count, median, percentile, level)
    }
}

/// A past without memory: every answer is missing.
public struct NoHistory: HistoryReader, Sendable {
    public init() {}
    public func value(of need: Int, measured: Double, keys: UnsafeBufferPointer<UInt64>, day: Int32) -> Double { .nan }
    public func peers(
        of profile: Int, measured: Double, keys: UnsafeBufferPointer<UInt64>, day: Int32
    ) -> HistoryPeers? { nil }
}

/// The functions of the language that look at the past.
public enum HistoryFunction: String, Sendable, CaseIterable {
    // Of a measured expression. All back off along the profile's levels.
    /// The median of the measure.
    case mediane
    /// (measured − median) / (1.4826 · MAD): negative below the median.
    case madZ = "mad_z"
    /// The bound 1/k² on a deviation of k standard deviations from the mean, at most 1.
    case tchebychev
    /// The share of earlier observations below the measured value, 0 to 1.
    case percentile
    /// How many earlier observations there are at the most specific level.
    case effectif
    /// The slope of the measure over the last `parameter` months, per month.
    case pente

    // Of the keys alone. Only `risque` and `saison` back off; the others ask the most specific level.
    /// How many units had these keys in the last `parameter` days.
    case compte
    /// (frauds + m·p0) / (controls + m) over verified outcomes, with time decay; p0 comes from the next level.
    case risque
    /// 1 when these keys were never seen, else 0.
    case nouveaute
    /// Days since these keys were last seen.
    case joursDepuis = "jours_depuis"
    /// This month's usual share of the year for these keys, times 12: 1 is an ordinary month.
    case saison

    // Of some keys among those of a base.
    /// How often the base came together with the keys, 0 to 1.
    case part
    /// The entropy, in nats, of the keys among those that came with the base.
    case entropie

    public enum Group: String, Sendable { case measured, counted, shared }
    public var group: Group {
        switch self {
        case .mediane, .madZ, .tchebychev, .percentile, .effectif, .pente: .measured
        case .compte, .risque, .nouveaute, .joursDepuis, .saison: .counted
        case .part, .entropie: .shared
        }
    }
}

/// What is observed each time a unit passes: the measure, and the keys under which it is remembered.
///
/// The hashes that go with it are laid out by group:
/// - measured: one a level, most specific first;
/// - counted: one a level, and last the root, under which everything is counted;
/// - shared: two, the base with the keys, then the base alone.
public struct HistoryProfile: Sendable, Hashable {
    /// Whether it sees an article or a whole declaration at a time.
    public let unit: FeatureUnit
    public let group: HistoryFunction.Group
    /// The canonical text of the measured expression; nil when only occurrences count.
    public let measure: String?
    /// What each hash is made of, such as `code_sh:6|pays_origine`: with `unit` and `measure` the stable name under
    /// which a stored profile is found again.
    public let levels: [String]

    public var keyCount: Int { levels.count }

    /// Names the profile across versions of a pack.
    public var name: String {
        "\(unit.rawValue);\(group.rawValue);\(measure ?? "");\(levels.joined(separator: ";"))"
    }
}

/// A question that some formula asks: of which profile, by which function, how far back.
public struct HistoryNeed: Sendable, Hashable {
    /// Index in `HistoryNeeds.profiles`.
    public let profile: Int
    public let function: HistoryFunction
    /// Days for `compte`, months for `pente`, else 0.
    public let parameter: Int
}

/// All that a set of formulas asks of the past; equal questions are asked once.
public struct HistoryNeeds: Sendable {
    public private(set) var profiles: [HistoryProfile] = []
    public private(set) var needs: [HistoryNeed] = []

    public init() {}

    mutating func index(of profile: HistoryProfile) -> Int {
        if let known = profiles.firstIndex(of: profile) { return known }
        profiles.append(profile)
        return profiles.count - 1
    }

    mutating func index(of need: HistoryNeed) -> Int {
        if let known = needs.firstIndex(of: need) { return known }
        needs.append(need)
        return needs.count - 1
    }
}
