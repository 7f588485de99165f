/// The tariff as data: positions with their duty, taxes with what they are computed on, and what lightens them.
public struct Tariff: Sendable {
    public struct Position: Sendable {
        /// 2 to 10 digits.
        public let prefix: String
        public let label: String
        /// The customs duty in %; nil when the office has not entered it: it is never supposed.
        public let duty: Double?
        public let validity: Validity
    }
    public struct Tax: Sendable {
        public enum Due: String, Sendable { case toujours, siDeclaree = "si_declaree" }
        public let code: String
        public let symbol: String
        public let label: String
        /// The taxes that are added to the value to make the base.
        public let base: [String]
        /// In %; nil when the position tells.
        public let rate: Double?
        /// Some taxes are due by cases that a declaration does not show: they are checked only where declared.
        public let due: Due
        public let validity: Validity
    }
    struct Exemption: Sendable {
        let prefix: String
        let taxes: [String]
        let reason: String
        let validity: Validity
    }
    /// What a regime changes.
    public enum Effect: String, Sendable, CaseIterable {
        case common = "droit_commun"
        /// Taxes may be lower than the grid, by an exemption or a reduction that the declaration does not detail.
        case relief = "allegement"
        /// Nothing is due as long as the goods do not enter into use; many offices still liquidate.
        case suspension
        case outside = "hors_champ"
    }
    struct Preference: Sendable {
        let label: String
        let countries: Set<String>
        let taxes: [String]
    }

    var positions: [String: [Position]] = [:]
    public internal(set) var taxes: [Tax]
    var exemptions: [Exemption] = []
    var regimes: [(prefix: String, label: String, effect: Effect)] = []
    var fiscalRegimes: [String: (label: String, effect: Effect)] = [:]
    var preferences: [Preference] = []
    var headings = HeadingWords()
    var administered = AdministeredValues()

    init(taxes: [Tax]) { self.taxes = taxes }

    static let positionsFile = "tarif/positions.json"
    static let taxesFile = "tarif/taxes.json"

    public static func load(from configuration: ConfigurationDirectory) throws(CustomsError) -> Tariff {
        let positions: TariffPositions = try configuration.read(positionsFile)
        var tariff: Tariff = try configuration.read(taxesFile)
        for position in positions.all { tariff.positions[position.prefix, default: []].append(position) }
        tariff.headings = HeadingWords(positions.all)
        if configuration.path(of: AdministeredValues.file) != nil {
            tariff.administered = try configuration.read(AdministeredValues.file)
        }
        return tariff
    }

    /// The most precise position that the code belongs to and that knows its duty, else the most precise one.
    public func position(of code: String, on day: Int? = nil) -> Position? {
        var best: Position?
        for length in stride(from: min(10, code.utf8.count), through: 2, by: -1) {
            guard let found = positions[String(code.prefix(length))]?.first(where: { $0.validity.contains(day) }) else {
                continue
            }
            if found.duty != nil { return found }
            best = best ?? found
        }
        return best
    }

    /// What the customs regime changes, and how it is called.
    public func effect(ofRegime regime: String?, fiscal: String?) -> (effect: Effect, label: String) {
        let customs = regime.flatMap { regime in
            regimes.filter { regime.hasPrefix($0.prefix) }.max { $0.prefix.utf8.count < $1.prefix.utf8.count }
        }
        if let customs, customs.effect != .common { return (customs.effect, customs.label) }
        if let fiscal, let found = fiscalRegimes[fiscal], found.effect != .common {
            return (found.effect, "régime fiscal \(found.label)")
        }
        return (.common, customs?.label ?? "droit commun")
    }

    /// How much of a description's words are those of a chapter's headings, the rarer the more.
    public func resemblance(of description: String, toChapter chapter: String) -> Double {
        headings.best(description, within: chapter)?.score ?? 0
    }

    /// The heading that a description resembles most, in the whole tariff or within a prefix; nil when none.
    public func nearestHeading(_ description: String, within prefix: String = "") -> (prefix: String, score: Double)? {
        headings.best(description, within: prefix)
    }
}

/// From which day to which day something holds, both included; open without one.
public struct Validity: Sendable, Equatable {
    let from: Int?
    let to: Int?

    func contains(_ day: Int?) -> Bool {
        guard let day else { return to == nil }
        return day >= from ?? .min && day <= to ?? .max
    }
}
