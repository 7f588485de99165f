public import Crypto

/// What makes a probability less than certain to be one.
public struct DecisionConditions: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The declaration is unlike those that the model has learned from.
    public static let outOfDomain = DecisionConditions(rawValue: 1)
    /// Values were read from an image and nobody has verified them.
    public static let unverifiedReading = DecisionConditions(rawValue: 2)
    /// A part of the service was missing: history, criteria, features.
    public static let degraded = DecisionConditions(rawValue: 4)

    static let names: [(DecisionConditions, String)] = [
        (.outOfDomain, "hors_domaine"), (.unverifiedReading, "lecture_non_verifiee"), (.degraded, "mode_degrade"),
    ]
}

/// What is known of a declaration when its lane is chosen.
public struct DecisionRequest: Sendable, Equatable {
    /// Of the decision to be made.
    public let id: String
    public let fingerprint: Digest
    /// Calibrated. Nil, or not in 0…1: no model could say.
    public var probability: Double?
    /// Duties and taxes that would be missing if it is a fraud, in FCFA.
    public var duties = 0.0
    /// What waits when it is held, in FCFA.
    public var value = 0.0
    public var heading = 0
    public var isNewTrader = false
    public var originDiffers = false
    public var conditions: DecisionConditions = []
    public var hits: [CriterionHit] = []
    /// Declarations that wait at the office.
    public var officeLoad: Int?
    /// Controls that the office may still order today; nil: no ceiling.
    public var capacityLeft: Int?
    /// What a control's place costs today: see `CapacityPlan`.
    public var capacityPrice = 0.0
    /// What is explored just now, and why so much: see `ExplorationPlan`.
    public var epsilon: Double
    public var epsilonReason = ExplorationPlan.Reason.policy
    /// Days since 1970-01-01.
    public var day: Int32
    public var modelVersion = ""
    public var criteriaVersion = ""

    public init(id: String, fingerprint: Digest, probability: Double?, epsilon: Double, day: Int32) {
        (self.id, self.fingerprint, self.probability) = (id, fingerprint, probability)
        (self.epsilon, self.day) = (epsilon, day)
    }

    /// The same with nothing that could not be stored and read back: what is no probability is none, what is no amount
    /// is 0, what is no ε is the policy's least.
    func made(soundFor policy: DecisionPolicy) -> DecisionRequest {
        func amount(_ x: Double) -> Double { x > 0 && x.isFinite ? x : 0 }
        var sound = self
        sound.probability = Guardrail.probability(self)
        (sound.duties, sound.value) = (amount(duties), amount(value))
        sound.capacityPrice = amount(capacityPrice)
        sound.epsilon = epsilon.isFinite ? epsilon : policy.floor
        sound.heading = 1...9999 ~= heading ? heading : 0
        return sound
    }
}
