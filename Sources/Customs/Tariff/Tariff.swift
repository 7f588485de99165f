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

    /// By the number of their prefix.
    private var positions: [Int: [Position]] = [:]
    public internal(set) var taxes: [Tax] = [] { didSet { layOutTaxes() } }
    /// By tax: its rate, NaN when the position tells, and the bits of the earlier ones that its base includes.
    private(set) var rates: [Double] = []
    private(set) var bases: [UInt32] = []
    /// The bits of those that are due only where they are declared.
    private(set) var optional: UInt32 = 0
    var exemptions: [Exemption] = []
    var regimes: [(prefix: String, label: String, effect: Effect)] = []
    var fiscalRegimes: [String: (label: String, effect: Effect)] = [:]
    var preferences: [Preference] = []
    var headings = HeadingWords()
    var administered = AdministeredValues()

    /// A set of taxes is a word of bits.
    static let mostTaxes = 32

    init() {}

    static let positionsFile = "tarif/positions.json"
    static let taxesFile = "tarif/taxes.json"

    public static func load(from configuration: ConfigurationDirectory) throws(CustomsError) -> Tariff {
        let positions: TariffPositions = try configuration.read(positionsFile)
        var tariff: Tariff = try configuration.read(taxesFile)
        for position in positions.all { tariff.append(position) }
        tariff.headings = HeadingWords(positions.all)
        if configuration.path(of: AdministeredValues.file) != nil {
            tariff.administered = try configuration.read(AdministeredValues.file)
        }
        return tariff
    }

    mutating func append(_ position: Position) {
        Self.withNumbers(ofPrefixes: position.prefix) { positions[$0[$0.count - 1], default: []].append(position) }
    }

    /// The most precise position that the code belongs to and that knows its duty, else the most precise one.
    public func position(of code: String, on day: Int? = nil) -> Position? {
        Self.withNumbers(ofPrefixes: code) { numbers in
            var best: Position?
            for number in numbers.reversed() {
                guard let found = positions[number]?.first(where: { $0.validity.contains(day) }) else { continue }
                if found.duty != nil { return found }
                best = best ?? found
            }
            return best
        }
    }

    /// The numbers of a code's prefixes, the shortest first: their digits after a 1, so that noughts count.
    private static func withNumbers<Result>(
        ofPrefixes code: String, _ body: (UnsafeMutableBufferPointer<Int>) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: longestPrefix) { numbers in
            var (number, count) = (1, 0)
            for byte in code.utf8.prefix(longestPrefix) {
                guard 0x30...0x39 ~= byte else { break }
                number = number * 10 + Int(byte - 0x30)
                numbers[count] = number
                count += 1
            }
            return body(UnsafeMutableBufferPointer(rebasing: numbers[..<count]))
        }
    }

    static let longestPrefix = 10

    private mutating func layOutTaxes() {
        rates = taxes.map { $0.rate ?? .nan }
        bases = taxes.indices.map { tax in bits { $0 < tax && taxes[tax].base.contains(taxes[$0].code) } }
        optional = bits { taxes[$0].due == .siDeclaree }
    }

    private func bits(_ isIn: (Int) -> Bool) -> UInt32 {
        taxes.indices.reduce(0) { isIn($1) ? $0 | 1 << UInt32($1) : $0 }
    }

    /// What the customs regime changes, and how it is called.
    public func effect(ofRegime regime: String?, fiscal: String?) -> (effect: Effect, label: String) {
        let customs = regime.flatMap { regime in
            regimes.indices.lazy.filter { regime.hasPrefix(regimes[$0].prefix) }
                .max { regimes[$0].prefix.utf8.count < regimes[$1].prefix.utf8.count }
        }.map { regimes[$0] }
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
