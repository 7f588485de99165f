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
    private let probabilities: [Double]
    private let frauds: [Bool]
    private let weights: [Double]
    private let starts: [Int]
    private let rate: Double

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
        (self.count, probabilities, frauds, weights) = (count, rows.probabilities, rows.frauds, rows.weights)
        starts = (0...count).map { $0 * rows.count / count }
        var (bad, all) = (0.0, 0.0)
        for row in 0..<rows.count {
            all += rows.weights[row]
            if rows.frauds[row] { bad += rows.weights[row] }
        }
        rate = bad / all
    }

    public func judge(_ threshold: Double, batch: Int) -> Judgement {
        var (hits, falseAlarms, misses, rest) = (0.0, 0.0, 0.0, 0.0)
        for row in starts[batch]..<starts[batch + 1] {
            switch (probabilities[row] >= threshold, frauds[row]) {
            case (true, true): hits += weights[row]
            case (true, false): falseAlarms += weights[row]
            case (false, true): misses += weights[row]
            case (false, false): rest += weights[row]
            }
        }
        let sum = 2 * hits + falseAlarms + misses
        let all = hits + falseAlarms + misses + rest
        return Judgement(
            // Nothing to find and nothing accused: nothing is wrong.
            performance: sum > 0 ? 2 * hits / sum : 1, feedback: (hits + rest) / all,
            drift: ((hits + misses) / all - rate).magnitude / rate)
    }

    /// The agent's reward, on the mean over all batches.
    public func reward(_ threshold: Double, for agent: ThresholdAgent) -> Double {
        (0..<count).reduce(0) { $0 + agent.reward(judge(threshold, batch: $1), threshold) } / Double(count)
    }
}
