public import Customs
public import JSON
import Platform

/// A declaration of the past, as a criterion would have seen it, and what became of it.
public struct PastDeclaration: Sendable {
    public let facts: Facts
    /// Days since 1970-01-01.
    public let day: Int32
    /// Of a verified outcome; nil when nobody knows.
    public let isFraud: Bool?
    public let recovered: Double

    public init(facts: Facts, day: Int32, isFraud: Bool? = nil, recovered: Double = 0) {
        (self.facts, self.day, self.isFraud, self.recovered) = (facts, day, isFraud, recovered)
    }
}

/// What a criterion would have done on declarations of the past: nobody activates one without having seen it.
public struct CriterionSimulation: Sendable, Equatable {
    public let code: String
    /// The formula that was simulated, as it was written.
    public let formula: String
    /// When it was done, and which days it saw.
    public let day: Int32
    public internal(set) var firstDay: Int32
    public internal(set) var lastDay: Int32
    public internal(set) var declarations = 0
    public internal(set) var hits = 0
    /// Declarations of which the formula could say nothing, for want of a fact.
    public internal(set) var undecided = 0
    public internal(set) var verified = 0
    public internal(set) var frauds = 0
    /// Among all declarations, hit or not.
    public internal(set) var verifiedOfAll = 0
    public internal(set) var fraudsOfAll = 0
    public internal(set) var recovered = 0.0

    public var hitShare: Proportion { Proportion(hits, of: declarations) }
    public var precision: Proportion { Proportion(frauds, of: verified) }
    /// The rate of frauds that it has to beat.
    public var baseRate: Proportion { Proportion(fraudsOfAll, of: verifiedOfAll) }
    public var hitsPerDay: Double { Double(hits) / Double(max(1, Int(lastDay) - Int(firstDay) + 1)) }

    init(code: String, formula: String, day: Int32) {
        (self.code, self.formula, self.day, firstDay, lastDay) = (code, formula, day, .max, .min)
    }

    /// Runs the criterion over declarations of the past.
    public static func run(
        _ criterion: Criterion, over past: some Sequence<PastDeclaration>, schema: FactSchema,
        library: FormulaLibrary = FormulaLibrary(), unit: FeatureUnit = .declaration,
        history: any HistoryReader = NoHistory(), on day: Int32
    ) throws(DecisionError) -> CriterionSimulation {
        let formula = try CriterionSet.compile(criterion, schema, library, unit)
        let workspace = FormulaWorkspace()
        var report = CriterionSimulation(code: criterion.code, formula: criterion.formula, day: day)
        for declaration in past {
            let holds = formula.holds(for: declaration.facts, in: workspace, history: history, on: declaration.day)
            report.count(declaration, holds)
        }
        if report.declarations == 0 { (report.firstDay, report.lastDay) = (day, day) }
        return report
    }

    /// With what was seen elsewhere: other declarations, the same criterion.
    public func merged(with other: CriterionSimulation) throws(DecisionError) -> CriterionSimulation {
        guard other.code == code, other.formula == formula, other.day == day else {
            throw DecisionError(.badData, "ces simulations sont de critères différents")
        }
        if declarations == 0 { return other }
        if other.declarations == 0 { return self }
        var sum = self
        (sum.firstDay, sum.lastDay) = (min(firstDay, other.firstDay), max(lastDay, other.lastDay))
        sum.declarations += other.declarations
        sum.hits += other.hits
        sum.undecided += other.undecided
        sum.verified += other.verified
        sum.frauds += other.frauds
        sum.verifiedOfAll += other.verifiedOfAll
        sum.fraudsOfAll += other.fraudsOfAll
        sum.recovered += other.recovered
        return sum
    }

    private mutating func count(_ declaration: PastDeclaration, _ holds: Bool?) {
        (firstDay, lastDay) = (min(firstDay, declaration.day), max(lastDay, declaration.day))
        declarations += 1
        if let isFraud = declaration.isFraud {
            verifiedOfAll += 1
            fraudsOfAll += isFraud ? 1 : 0
        }
        guard let holds else { undecided += 1; return }
        guard holds else { return }
        hits += 1
        guard let isFraud = declaration.isFraud else { return }
        verified += 1
        frauds += isFraud ? 1 : 0
        recovered += max(0, declaration.recovered)
    }
}

extension CriterionSimulation: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (code, formula, day): (String?, String?, Int32?)
        var report = CriterionSimulation(code: "", formula: "", day: 0)
        let place = try reader.offset()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "code": code = try reader.string()
            case "formule": formula = try reader.string()
            case "le": day = try reader.day()
            case "du": report.firstDay = try reader.day()
            case "au": report.lastDay = try reader.day()
            case "declarations": report.declarations = try reader.int()
            case "touchees": report.hits = try reader.int()
            case "indecises": report.undecided = try reader.int()
            case "verifiees": report.verified = try reader.int()
            case "fraudes": report.frauds = try reader.int()
            case "verifiees_en_tout": report.verifiedOfAll = try reader.int()
            case "fraudes_en_tout": report.fraudsOfAll = try reader.int()
            case "recouvre": report.recovered = try reader.double()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            code: try reader.required(code, "code"), formula: try reader.required(formula, "formule"),
            day: try reader.required(day, "le"))
        let counts = [report.hits, report.undecided, report.verifiedOfAll]
        guard counts.allSatisfy({ 0...report.declarations ~= $0 }), 0...report.hits ~= report.verified,
            0...report.verified ~= report.frauds, 0...report.verifiedOfAll ~= report.fraudsOfAll,
            report.firstDay <= report.lastDay
        else { throw reader.refusal(at: place) }
        (firstDay, lastDay, declarations, hits) = (report.firstDay, report.lastDay, report.declarations, report.hits)
        (undecided, verified, frauds) = (report.undecided, report.verified, report.frauds)
        (verifiedOfAll, fraudsOfAll) = (report.verifiedOfAll, report.fraudsOfAll)
        recovered = report.recovered
    }

    public func write(to writer: inout JSONWriter) {
        func date(_ day: Int32) -> String { CivilDate(daysSinceEpoch: Int(day)).description }
        writer.object { writer in
            writer.member("code", code)
            writer.member("formule", formula)
            writer.member("le", date(day))
            writer.member("du", date(firstDay))
            writer.member("au", date(lastDay))
            writer.member("declarations", declarations)
            writer.member("touchees", hits)
            writer.member("indecises", undecided)
            writer.member("verifiees", verified)
            writer.member("fraudes", frauds)
            writer.member("verifiees_en_tout", verifiedOfAll)
            writer.member("fraudes_en_tout", fraudsOfAll)
            writer.member("recouvre", recovered)
        }
    }
}
