/// What is known after one more tree.
public struct TrainingRound: Equatable, Sendable {
    /// The first is 0.
    public let number: Int
    /// By metric, on the later slice; on the training rows when there is none.
    public let logLoss: Double?
    public let precisionRecall: Double?
    public let roc: Double?

    init(_ number: Int, _ values: [(metric: TrainingParameters.Metric, value: Double)]) {
        func value(_ metric: TrainingParameters.Metric) -> Double? { values.first { $0.metric == metric }?.value }
        self.number = number
        (logLoss, precisionRecall, roc) = (value(.logLoss), value(.precisionRecall), value(.roc))
    }

    public init(_ number: Int, logLoss: Double? = nil, precisionRecall: Double? = nil, roc: Double? = nil) {
        (self.number, self.logLoss, self.precisionRecall, self.roc) = (number, logLoss, precisionRecall, roc)
    }

    public subscript(_ metric: TrainingParameters.Metric) -> Double? {
        switch metric {
        case .logLoss: logLoss
        case .precisionRecall: precisionRecall
        case .roc: roc
        }
    }

    /// The library's line: `[7]\tplus_tard-logloss:0.31\tplus_tard-aucpr:0.77`.
    init?(_ number: Int, parsing line: String) {
        var values: [(metric: TrainingParameters.Metric, value: Double)] = []
        for part in line.split(separator: "\t").dropFirst() {
            let halves = part.split(separator: ":", maxSplits: 1)
            guard halves.count == 2, let dash = halves[0].lastIndex(of: "-"), let value = Double(halves[1]),
                let metric = TrainingParameters.Metric(rawValue: String(halves[0][halves[0].index(after: dash)...]))
            else { return nil }
            values.append((metric, value))
        }
        guard !values.isEmpty else { return nil }
        self.init(number, values)
    }
}

/// Remembers the best round, and says when there is no more hope.
struct EarlyStopping {
    let metric: TrainingParameters.Metric
    let patience: Int?
    private(set) var best: (round: Int, value: Double)?

    init(_ metric: TrainingParameters.Metric, patience: Int?) { (self.metric, self.patience) = (metric, patience) }

    /// Whether to stop after this round. The first of equally good rounds is the best one.
    mutating func isOver(after round: TrainingRound) -> Bool {
        guard let value = round[metric], !value.isNaN else { return false }
        guard let best else {
            best = (round.number, value)
            return false
        }
        if metric.isBetterWhenLower ? value < best.value : value > best.value {
            self.best = (round.number, value)
        }
        guard let patience, let best = self.best else { return false }
        return round.number - best.round >= patience
    }
}

/// What a training gives.
public struct TrainedForest: Equatable, Sendable {
    /// The library's own JSON, cut after the best round.
    public let json: [UInt8]
    public let trees: Int
    /// How many were grown before it stopped.
    public let rounds: Int
    /// What was measured after the last of the forest's trees.
    public let last: TrainingRound
    /// "1.7.4"
    public let libraryVersion: String
}
