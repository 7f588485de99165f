/// How a forest is grown. The profiles are all there is by default; a job may change any value.
public struct TrainingParameters: Equatable, Sendable {
    /// How much a fraud weighs against any other row.
    public enum Balance: Equatable, Sendable {
        case none
        /// As much as makes both kinds weigh the same.
        case balanced
        case factor(Double)
    }
    public enum Metric: String, CaseIterable, Sendable {
        case logLoss = "logloss"
        case precisionRecall = "aucpr"
        case roc = "auc"

        var isBetterWhenLower: Bool { self == .logLoss }
    }

    /// Trees at most.
    public var rounds: Int
    public var depth: Int
    public var learningRate: Double
    public var minChildWeight: Double
    public var lambda: Double
    public var gamma: Double
    /// The share of rows that each tree sees.
    public var subsample: Double
    /// The share of cells that each tree may ask.
    public var columnSample: Double
    public var bins: Int
    public var balance: Balance
    /// After how many rounds without progress on the later slice to stop; nil: never.
    public var patience: Int?
    public var metric: Metric
    public var seed: Int
    /// With the seed it decides the result to the last bit.
    public var threads: Int

    public enum Profile: String, CaseIterable, Sendable {
        /// The numbers that the first specification of the service gives.
        case seed
        /// Slower steps, stopped on a later slice.
        case tuned
    }

    public init(_ profile: Profile, seed: Int = 42, threads: Int = 1) {
        switch profile {
        case .seed:
            (rounds, depth, learningRate) = (1000, 8, 0.1)
            (minChildWeight, lambda, gamma) = (1, 1, 0)
            (subsample, columnSample, bins) = (0.8, 0.8, 256)
            (balance, patience, metric) = (.none, nil, .logLoss)
        case .tuned:
            (rounds, depth, learningRate) = (3000, 10, 0.05)
            (minChildWeight, lambda, gamma) = (1, 1, 0)
            (subsample, columnSample, bins) = (0.8, 0.8, 16_384)
            (balance, patience, metric) = (.none, 200, .precisionRecall)
        }
        (self.seed, self.threads) = (seed, threads)
    }

    /// Throws when a value is out of bounds.
    public func check() throws(LearningError) {
        let bounds: [(String, Bool)] = [
            ("arbres", 1...10_000 ~= rounds), ("profondeur", 1...16 ~= depth),
            ("pas", learningRate > 0 && learningRate <= 1), ("poids_minimal", Self.isAmount(minChildWeight)),
            ("lambda", Self.isAmount(lambda)), ("gamma", Self.isAmount(gamma)),
            ("part_lignes", subsample > 0 && subsample <= 1), ("part_colonnes", columnSample > 0 && columnSample <= 1),
            ("tranches", 2...65_536 ~= bins), ("patience", patience.map { 1...10_000 ~= $0 } ?? true),
            ("graine", 0...Int(Int32.max) ~= seed), ("fils", 1...256 ~= threads), ("equilibre", balanceIsValid),
        ]
        for (name, isValid) in bounds where !isValid { throw LearningError(.badParameter, name) }
    }

    private static func isAmount(_ value: Double) -> Bool { value >= 0 && value <= 1e9 }
    private var balanceIsValid: Bool {
        if case .factor(let factor) = balance { factor > 0 && factor <= 1e6 } else { true }
    }
}
