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

    /// Who grows the trees.
    public enum Method: String, CaseIterable, Sendable {
        case xgboost
        /// Oblivious trees, by this program itself, in CatBoost's format.
        case oblivious = "symetrique"
    }

    public var method: Method
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
    /// Of oblivious trees: how many categories one statistic may join.
    public var combination = 2
    /// Of oblivious trees: in how many borders a statistic is cut.
    public var statisticCuts = 15
    /// Of oblivious trees: how much less a new combination of very many values is worth, as a power.
    public var thrift = 0.5
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

        /// The first specification has CatBoost's trees for medicines, XGBoost's for everything else.
        public func method(chapter: String) -> Method {
            switch self {
            case .seed: chapter == "30" ? .oblivious : .xgboost
            case .tuned: .oblivious
            }
        }
    }

    public init(_ profile: Profile, method: Method = .xgboost, seed: Int = 42, threads: Int = 1) {
        self.method = method
        switch (profile, method) {
        case (.seed, .xgboost):
            (rounds, depth, learningRate) = (1000, 8, 0.1)
            (minChildWeight, lambda, gamma) = (1, 1, 0)
            (subsample, columnSample, bins) = (0.8, 0.8, 256)
            (balance, patience, metric) = (.none, nil, .logLoss)
        case (.tuned, .xgboost):
            (rounds, depth, learningRate) = (3000, 10, 0.05)
            (minChildWeight, lambda, gamma) = (1, 1, 0)
            (subsample, columnSample, bins) = (0.8, 0.8, 16_384)
            (balance, patience, metric) = (.none, 200, .precisionRecall)
        case (.seed, .oblivious):
            (rounds, depth, learningRate) = (1000, 8, 0.1)
            (minChildWeight, lambda, gamma) = (0, 3, 0)
            (subsample, columnSample, bins) = (0.8, 1, 255)
            (balance, patience, metric) = (.none, nil, .logLoss)
        case (.tuned, .oblivious):
            (rounds, depth, learningRate) = (1000, 6, 0.1)
            (minChildWeight, lambda, gamma) = (1, 10, 0)
            (subsample, columnSample, bins) = (0.8, 0.5, 255)
            (balance, patience, metric) = (.none, 60, .precisionRecall)
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
            ("combinaisons", 1...8 ~= combination), ("bornes", 1...Statistic.mostCuts ~= statisticCuts),
            ("parcimonie", thrift >= 0 && thrift <= 100),
            ("graine", 0...Int(Int32.max) ~= seed), ("fils", 1...256 ~= threads), ("equilibre", balanceIsValid),
        ]
        for (name, isValid) in bounds where !isValid { throw LearningError(.badParameter, name) }
    }

    private static func isAmount(_ value: Double) -> Bool { value >= 0 && value <= 1e9 }
    private var balanceIsValid: Bool {
        if case .factor(let factor) = balance { factor > 0 && factor <= 1e6 } else { true }
    }
}
