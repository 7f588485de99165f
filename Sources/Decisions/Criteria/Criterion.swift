/// A targeting criterion or business rule: a formula over a declaration's facts, with the person who answers for it, the
/// law it rests on, and what is done when it holds.
public struct Criterion: Sendable, Equatable {
    public enum Action: String, Sendable, CaseIterable {
        /// The declaration must be controlled, whatever its probability.
        case mandatory = "controle_obligatoire"
        /// It may not be released unseen.
        case removeConforme = "retirer_conforme"
        /// It is said to the inspector, and changes nothing.
        case advise = "conseil"
        /// A random share of what it holds for must be controlled.
        case randomShare = "part_aleatoire"
    }
    public enum State: String, Sendable, CaseIterable {
        case draft = "brouillon"
        case simulated = "simule"
        case active = "actif"
        case retired = "retire"
    }

    public let code: String
    /// What the inspector reads when it holds.
    public let sentence: String
    public let owner: String
    public let legalBasis: String
    /// As written in the language of docs/formulas.md.
    public let formula: String
    public let action: Action
    /// Of `randomShare`: how many of those it holds for are controlled.
    public let share: Double
    /// Chapters it is for; empty: all.
    public let chapters: [String]
    /// First and last day, as days since 1970-01-01.
    public let validFrom: Int32
    public let validTo: Int32
    public internal(set) var state: State
    public internal(set) var simulation: CriterionSimulation?
    /// Who changed its state last, and why.
    public internal(set) var reason: String
    public internal(set) var changedBy: String

    public init(
        code: String, sentence: String, owner: String, legalBasis: String, formula: String, action: Action,
        share: Double = 1, chapters: [String] = [], validFrom: Int32, validTo: Int32
    ) throws(DecisionError) {
        guard DecisionLimits.isCode(code), DecisionLimits.isText(sentence), DecisionLimits.isText(owner),
            DecisionLimits.isText(legalBasis)
        else {
            throw DecisionError(
                .badCriterion, "« \(code.prefix(64)) » : code, phrase, propriétaire et base légale sont à donner")
        }
        guard validFrom <= validTo else {
            throw DecisionError(.badCriterion, "« \(code) » : la validité finit avant de commencer")
        }
        guard share > 0, share <= 1, action == .randomShare || share == 1 else {
            throw DecisionError(
                .badCriterion, "« \(code) » : la part est entre 0 et 1, et seulement pour « part_aleatoire »")
        }
        guard chapters.allSatisfy(DecisionLimits.isCode), chapters.count <= 99 else {
            throw DecisionError(.badCriterion, "« \(code) » : chapitres mal écrits")
        }
        (self.code, self.sentence, self.owner, self.legalBasis) = (code, sentence, owner, legalBasis)
        (self.formula, self.action, self.share, self.chapters) = (formula, action, share, chapters)
        (self.validFrom, self.validTo) = (validFrom, validTo)
        (state, simulation, reason, changedBy) = (.draft, nil, "", owner)
    }

    public func isInForce(chapter: String, day: Int32) -> Bool {
        state == .active && validFrom <= day && day <= validTo && (chapters.isEmpty || chapters.contains(chapter))
    }
}

/// How a criterion has done since it is in force.
public struct CriterionCounters: Sendable, Equatable {
    public var seen = 0
    public var hits = 0
    /// Of the hits, those whose outcome was verified, and those that were frauds.
    public var verified = 0
    public var frauds = 0
    public var recovered = 0.0

    public init() {}

    /// How often it was right, with its interval.
    public var precision: Proportion { Proportion(frauds, of: verified) }

    /// Whether it is to be proposed for retirement: it is surely right less often than `floor`.
    public func isBelow(floor: Double, atLeast minimum: Int = 50) -> Bool {
        verified >= minimum && precision.high < floor
    }
}
