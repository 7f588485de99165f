/// How one chapter decides: everything that an expert may set, under one version.
public struct DecisionPolicy: Sendable, Equatable {
    public let chapter: String
    /// Part of every draw: another version draws anew.
    public let version: String
    public var thresholds = LaneThresholds.standard
    /// Which `ThresholdVersion` they are.
    public var thresholdNumber = 1
    public var strategy = Strategy.epsilonGreedy
    /// What a day begins with, budgets permitting.
    public var epsilon = 0.1
    /// What it never falls below.
    public var floor = 0.01
    /// The share of declarations that are controlled to measure compliance, chosen apart from all else; 0: none.
    public var stratumRate = 0.02
    /// So many imagined outcomes hold a segment to what is known above it.
    public var shrinkage = 20.0
    public var forgetting = Forgetting.standard
    public var deciles = Deciles.even
    /// How fast the prior's doubtful lane gains on release with the probability, and control on the doubtful lane.
    public var slopeGrey = 0.2
    public var slopeControl = 0.2
    /// The usual deviation of a reward, where too few were seen to tell.
    public var rewardSpread = 0.25
    public var ucbWidth = 0.1
    public var hybridWeight = 0.5
    /// On how many outcomes near a probability the calibration rests, and how far off it was on the whole (its ECE).
    public var calibrationSupport = 100.0
    public var calibrationError = 0.03

    /// Least exploration of any policy: below it, logs say too little of what was not done.
    public static let epsilonFloor = 0.01

    public init(chapter: String, version: String) throws(DecisionError) {
        guard DecisionLimits.isCode(chapter), DecisionLimits.isCode(version) else {
            throw DecisionError(.badPolicy, "une politique a un chapitre et une version")
        }
        (self.chapter, self.version) = (chapter, version)
    }

    /// To be asked before a policy is stored or used.
    public func check() throws(DecisionError) {
        func refuse(_ what: String) -> DecisionError {
            DecisionError(.badPolicy, "politique \(version) : \(what)")
        }
        guard Self.epsilonFloor...1 ~= floor, floor...1 ~= epsilon else {
            throw refuse("le plancher d’exploration va de \(Self.epsilonFloor) à ε, et ε va jusqu’à 1")
        }
        guard stratumRate == 0 || 0.01...0.03 ~= stratumRate else { throw refuse("la strate aléatoire va de 1 à 3 %") }
        guard 1...10_000 ~= shrinkage, 1e-6...10 ~= slopeGrey, 1e-6...10 ~= slopeControl, 1e-6...1 ~= rewardSpread
        else { throw refuse("réglages de l’apprentissage hors limites") }
        guard 0...10 ~= ucbWidth, 0...1 ~= hybridWeight else { throw refuse("réglages de la stratégie hors limites") }
        guard 1...1e6 ~= calibrationSupport, 0...0.5 ~= calibrationError, thresholdNumber > 0 else {
            throw refuse("calibrage hors limites")
        }
    }

    var prior: PriorLines { PriorLines(thresholds: thresholds, slopes: (slopeGrey, slopeControl)) }
}
