import Platform

/// Looks for better parameters by successive halving: nine candidates are tried briefly, the best three longer, the best
/// of these in full, and so again with nine others until the time is over.
///
/// Everything is judged on rows later than those that were learned from, and only among the rows for learning: what
/// stops, calibrates and measures the model has no part in it. Which candidates come in which order depends on the seed
/// alone; the time only says when to stop.
public struct ParameterSearch: Sendable {
    public var seconds: Double
    public var seed: Int

    public init(seconds: Double, seed: Int) { (self.seconds, self.seed) = (seconds, seed) }

    /// How many candidates are tried at each rung, on how many folds, and with which part of the trees.
    private static let rungs = [
        (kept: 9, folds: 1, trees: 0.25), (kept: 3, folds: 2, trees: 0.5), (kept: 1, folds: 3, trees: 1),
    ]

    /// One way of dividing the rows for learning by time: learned from, and judged on.
    struct Fold: Equatable {
        var learning: Range<Int>
        var judged: Range<Int>
    }

    /// The latest fold first. A day is never divided, and a fold has both kinds of rows on both sides.
    static func folds(_ table: TrainingTable, _ training: Range<Int>) -> [Fold] {
        let cuts = [0.85, 0.7, 0.55, 1].map { TimeSlices.cut(table.days, training, $0) }
        return [(0, 3), (1, 0), (2, 1)].compactMap { start, end in
            let fold = Fold(
                learning: training.lowerBound..<cuts[start], judged: cuts[start]..<max(cuts[start], cuts[end]))
            return table.hasBothKinds(fold.learning) && table.hasBothKinds(fold.judged) ? fold : nil
        }
    }

    /// Tries until the time is over, `grow` being asked for each candidate. `onTrial` is given the log after each
    /// trial. Returns the best parameters of those tried in full; the start when there is nothing better.
    func run(
        _ encoded: EncodedTable, _ table: TrainingTable, training: Range<Int>, start: TrainingParameters,
        resuming log: SearchLog?, now: () -> Double, grow: (TrainingParameters) -> PackageTraining.Grow,
        onTrial: (SearchLog) throws(LearningError) -> Void
    ) throws(LearningError) -> (best: TrainingParameters, log: SearchLog) {
        let fingerprint = table.fingerprint
        var log =
            log.flatMap { $0.fingerprint == fingerprint && $0.seed == seed ? $0 : nil }
            ?? SearchLog(fingerprint: fingerprint, seed: seed)
        let folds = Self.folds(table, training)
        guard !folds.isEmpty else { return (start, log) }
        // What another search has spent counts.
        let begin = now() - log.trials.reduce(0) { $0 + $1.seconds }
        var finals: [SearchLog.Trial] = []
        /// Nil when the time is over.
        func tried(_ candidate: Int, _ rung: Int) throws(LearningError) -> SearchLog.Trial? {
            let parameters = SearchSpace.candidate(candidate, from: start, seed: seed)
            if let known = log.trial(candidate, rung: rung, parameters) { return known }
            // The start is tried in full whatever it takes: nothing can be better than what is not known.
            guard candidate == 0 || now() - begin < seconds else { return nil }
            let clock = now()
            var trial = SearchLog.Trial(
                candidate: candidate, rung: rung, parameters: parameters, scores: [], seconds: 0)
            for fold in folds.prefix(Self.rungs[rung].folds) {
                trial.scores.append(try score(encoded, table, fold, parameters, Self.rungs[rung].trees, grow))
            }
            trial.seconds = now() - clock
            log.trials.append(trial)
            try onTrial(log)
            return trial
        }
        for rung in Self.rungs.indices {
            if let trial = try tried(0, rung), rung == Self.rungs.count - 1 { finals.append(trial) }
        }
        var first = 1
        search: while true {
            var candidates = Array(first..<first + Self.rungs[0].kept)
            first += candidates.count
            for rung in Self.rungs.indices {
                var trials: [SearchLog.Trial] = []
                for candidate in candidates {
                    guard let trial = try tried(candidate, rung) else { break search }
                    trials.append(trial)
                }
                if rung == Self.rungs.count - 1 {
                    finals += trials
                } else {
                    let best = trials.sorted { Self.isBetter($0, $1, start.metric) }
                    candidates = best.prefix(Self.rungs[rung + 1].kept).map(\.candidate)
                }
            }
        }
        let best = finals.min { Self.isBetter($0, $1, start.metric) }
        return (best?.parameters ?? start, log)
    }

    /// Of equals the earlier candidate.
    private static func isBetter(
        _ a: SearchLog.Trial, _ b: SearchLog.Trial, _ metric: TrainingParameters.Metric
    ) -> Bool {
        if a.score == b.score { return a.candidate < b.candidate }
        return metric.isBetterWhenLower ? a.score < b.score : a.score > b.score
    }

    private func score(
        _ encoded: EncodedTable, _ table: TrainingTable, _ fold: Fold, _ parameters: TrainingParameters,
        _ share: Double, _ grow: (TrainingParameters) -> PackageTraining.Grow
    ) throws(LearningError) -> Double {
        var own = parameters
        own.rounds = max(1, Int(Double(parameters.rounds) * share))
        own.patience = parameters.patience ?? max(1, own.rounds / 10)
        let slices = TimeSlices(learning: fold.learning, stopping: fold.judged)
        let forest = try grow(own)(encoded, table, slices, fold.judged)
        return forest.last[parameters.metric] ?? (parameters.metric.isBetterWhenLower ? .infinity : 0)
    }
}
