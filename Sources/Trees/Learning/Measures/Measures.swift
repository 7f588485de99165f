/// All that is said of a model's answers on a set of rows.
public struct Measures: Equatable, Sendable {
    public var count: Int
    public var positives: Int
    public var provenance: ProvenanceCounts
    /// Nil where the rows are all of one kind.
    public var auc: Double?
    public var aucInterval: Interval?
    public var averagePrecision: Double?
    public var averagePrecisionInterval: Interval?
    /// At `threshold`.
    public var f1: Double
    public var precision: Double?
    public var recall: Double?
    public var threshold: Double
    public var logLoss: Double
    public var brier: Double
    public var expectedCalibrationError: Double
    public var bins: [ReliabilityBin]
    public var tops: [TopShare]

    public static let shares = [0.01, 0.02, 0.05, 0.10]

    /// Rows are ranked by margin, which calibration may tie, and judged by probability.
    public init(
        margins: [Double], probabilities: [Double], labels: [Bool], weights: [Double]? = nil, duties: [Double]?,
        provenances: [LabelProvenance], threshold: Double, bootstrap: Bootstrap? = nil
    ) throws(LearningError) {
        let ranked = try ScoredRows(scores: margins, labels: labels, weights: weights)
        let judged = try ScoredRows(scores: probabilities, labels: labels, weights: weights)
        guard let measured = try judged.probabilityMeasures() else { throw LearningError(.emptySample) }
        let confusion = judged.confusion(at: threshold)
        (count, positives) = (labels.count, labels.count(where: { $0 }))
        provenance = ProvenanceCounts(provenances)
        (auc, averagePrecision) = (ranked.rocAUC, ranked.averagePrecision)
        aucInterval = try bootstrap?.interval(over: ranked) { $0.rocAUC }
        averagePrecisionInterval = try bootstrap?.interval(over: ranked) { $0.averagePrecision }
        (f1, precision, recall) = (confusion.f1, confusion.precision, confusion.recall)
        self.threshold = threshold
        (logLoss, brier) = (measured.logLoss, measured.brier)
        (expectedCalibrationError, bins) = (measured.expectedCalibrationError, measured.bins)
        tops = []
        for share in Self.shares { tops.append(try ranked.top(share, duties: duties)) }
    }
}
