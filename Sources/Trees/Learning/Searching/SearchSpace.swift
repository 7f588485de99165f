import Glibc
import Platform

/// Where candidates are drawn from: around what is usual, by the candidate's number and the search's seed alone.
enum SearchSpace {
    /// Candidate 0 is the start itself.
    static func candidate(_ number: Int, from start: TrainingParameters, seed: Int) -> TrainingParameters {
        guard number > 0 else { return start }
        var random = Random(seed: UInt64(truncatingIfNeeded: seed) &* 1_000_003 &+ UInt64(number))
        var drawn = start
        drawn.learningRate = logarithmic(0.02...0.2, &random)
        drawn.depth = Int.random(in: 4...9, using: &random)
        drawn.lambda = logarithmic(0.5...30, &random)
        drawn.minChildWeight = logarithmic(0.3...10, &random)
        drawn.subsample = rounded(Double.random(in: 0.5...1, using: &random))
        drawn.columnSample = rounded(Double.random(in: 0.3...1, using: &random))
        drawn.bins = [64, 254, 1024, 4096, 16_384].randomElement(using: &random) ?? start.bins
        guard start.method == .oblivious else { return drawn }
        drawn.combination = Int.random(in: 1...3, using: &random)
        drawn.statisticCuts = [7, 15, 31, 63].randomElement(using: &random) ?? start.statisticCuts
        return drawn
    }

    private static func logarithmic(_ range: ClosedRange<Double>, _ random: inout Random) -> Double {
        rounded(exp(Double.random(in: log(range.lowerBound)...log(range.upperBound), using: &random)))
    }

    /// To three digits after the point: what is on the card is what was used.
    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
