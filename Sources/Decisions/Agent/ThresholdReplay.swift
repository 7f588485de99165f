/// Verified outcomes in the order of time, cut into batches: the world in which the agent moves its threshold.
public struct ThresholdReplay: Sendable {
    /// How a threshold does on one batch.
    public struct Judgement: Sendable, Equatable {
        /// F1 of "at or above is a fraud".
        public let performance: Double
        /// Share of verified outcomes with which the threshold agrees.
        public let feedback: Double
        /// How far the batch's rate of frauds is from the rate of all, relative to it.
        public let drift: Double
    }

    public let count: Int
    /// Of every threshold that the agent can reach, on every batch.
    private let judgements: [Judgement]

    static let smallestBatch = 50
    static let mostBatches = 52

    /// `rows` are in the order of time and weigh 1 over the chance that their outcome became known.
    public init(_ rows: VerifiedRows) throws(DecisionError) {
        guard rows.count >= 2 * Self.smallestBatch, rows.frauds.contains(true), rows.frauds.contains(false) else {
            throw DecisionError(
                .badData,
                "l’agent de seuil demande au moins \(2 * Self.smallestBatch) résultats vérifiés des deux sortes")
        }
        let count = min(Self.mostBatches, rows.count / Self.smallestBatch)
        let all = Counts(rows, 0..<rows.count, threshold: 0)
        let rate = all.frauds / all.total
        judgements = (0..<ThresholdAgent.levels * count).map { place in
            let (level, batch) = place.quotientAndRemainder(dividingBy: count)
            let range = batch * rows.count / count..<(batch + 1) * rows.count / count
            return Counts(rows, range, threshold: ThresholdAgent.threshold(level)).judgement(rate: rate)
        }
        self.count = count
    }

    func judge(level: Int, batch: Int) -> Judgement { judgements[level * count + batch] }

    /// The agent's reward at the level nearest to `threshold`, on the mean over all batches.
    public func reward(_ threshold: Double, for agent: ThresholdAgent) -> Double {
        let level = ThresholdAgent.level(of: threshold)
        let sum = (0..<count).reduce(0.0) {
            $0 + agent.reward(judge(level: level, batch: $1), ThresholdAgent.threshold(level))
        }
        return sum / Double(count)
    }
}

/// How many outcomes fall on each side of a threshold.
private struct Counts {
    var (hits, falseAlarms, misses, rest) = (0.0, 0.0, 0.0, 0.0)
    var frauds: Double { hits + misses }
    var total: Double { hits + falseAlarms + misses + rest }

    init(_ rows: VerifiedRows, _ range: Range<Int>, threshold: Double) {
        for row in range {
            switch (rows.probabilities[row] >= threshold, rows.frauds[row]) {
            case (true, true): hits += rows.weights[row]
            case (true, false): falseAlarms += rows.weights[row]
            case (false, true): misses += rows.weights[row]
            case (false, false): rest += rows.weights[row]
            }
        }
    }

    func judgement(rate: Double) -> ThresholdReplay.Judgement {
        let sum = 2 * hits + falseAlarms + misses
        return ThresholdReplay.Judgement(
            // Nothing to find and nothing accused: nothing is wrong.
            performance: sum > 0 ? 2 * hits / sum : 1, feedback: (hits + rest) / total,
            drift: (frauds / total - rate).magnitude / rate)
    }
}
