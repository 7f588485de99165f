import Glibc

/// What was predicted and what happened, for rows whose predicted probability lies in one interval.
public struct ReliabilityBin: Equatable, Sendable {
    public let lower: Double
    /// It belongs to the bin; the lower bound does not, but for the first bin's.
    public let upper: Double
    public let weight: Double
    public let meanPredicted: Double
    public let observedRate: Double
}

/// How far probabilities are from what happens.
public struct ProbabilityMeasures: Equatable, Sendable {
    /// Mean of -log of the probability given to what happened; probabilities are kept 2⁻⁵² away from 0 and 1.
    public let logLoss: Double
    /// Mean square of what was predicted minus what happened.
    public let brier: Double
    /// The mean distance between prediction and rate over the bins, weighted by what is in them.
    public let expectedCalibrationError: Double
    /// Bins of equal width; those without rows are left out.
    public let bins: [ReliabilityBin]
}

extension ScoredRows {
    /// The scores taken for probabilities. Nil when all weights are zero.
    public func probabilityMeasures(bins count: Int = 10) throws(LearningError) -> ProbabilityMeasures? {
        guard 1...1000 ~= count else { throw LearningError(.badParameter, "\(count) tranches") }
        try requireProbabilities()
        var sums = [Bin](repeating: Bin(), count: count)
        var (total, loss, square) = (0.0, 0.0, 0.0)
        for row in 0..<self.count {
            let (score, weight, outcome) = (scores[row], weights[row], labels[row] ? 1.0 : 0.0)
            total += weight
            loss -= weight * log(min(max(labels[row] ? score : 1 - score, 0x1p-52), 1 - 0x1p-52))
            square += weight * (score - outcome) * (score - outcome)
            let bin = Self.bin(of: score, among: count)
            sums[bin].weight += weight
            sums[bin].predicted += weight * score
            sums[bin].observed += weight * outcome
        }
        guard total > 0 else { return nil }
        let error = sums.reduce(0) { $0 + abs($1.predicted - $1.observed) } / total
        let bins = sums.indices.filter { sums[$0].weight > 0 }.map { bin in
            ReliabilityBin(
                lower: Double(bin) / Double(count), upper: Double(bin + 1) / Double(count), weight: sums[bin].weight,
                meanPredicted: sums[bin].predicted / sums[bin].weight,
                observedRate: sums[bin].observed / sums[bin].weight)
        }
        return ProbabilityMeasures(
            logLoss: loss / total, brier: square / total, expectedCalibrationError: error, bins: bins)
    }

    func requireProbabilities() throws(LearningError) {
        if let row = scores.firstIndex(where: { !(0...1 ~= $0) }) {
            throw LearningError(.badParameter, "ligne \(row + 1), probabilité hors de 0 à 1")
        }
    }

    private struct Bin {
        var weight = 0.0
        var predicted = 0.0
        var observed = 0.0
    }

    /// A score on a bound belongs below it, with the bounds k × (1/n) as numpy has them.
    private static func bin(of score: Double, among count: Int) -> Int {
        let width = 1 / Double(count)
        var bin = min(count - 1, Int(score * Double(count)))
        while bin > 0, score <= Double(bin) * width { bin -= 1 }
        while bin < count - 1, score > Double(bin + 1) * width { bin += 1 }
        return bin
    }
}
