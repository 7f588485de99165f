/// An isolation forest for a package, and how well it alone ranks frauds.
struct IsolationFitting {
    let table: TrainingTable
    /// The rows that it is grown on.
    let training: Range<Int>
    /// The rows that measure it, which no part of the model has seen.
    let measure: Range<Int>
    /// Those of the model.
    let columns: [InputColumn]
    let seed: Int

    /// Nil when the rows do not suffice.
    func run() throws(LearningError) -> (forest: Isolation, says: PackageManifest.Isolation)? {
        let grown = try Isolation.grow(
            on: table, rows: training, columns: columns.filter(\.encoding.takesNumbers).map(\.name),
            seed: UInt64(truncatingIfNeeded: seed))
        guard let grown else { return nil }
        let scores = try IsolationScorer(grown).scores(of: table, rows: measure)
        let verified = measure.filter { table.provenances[$0].isVerified }
        let says = PackageManifest.Isolation(
            file: Isolation.fileName, columns: grown.columns.count, rows: training.count, trees: grown.treeCount,
            sample: grown.sample, seed: seed, verified: try ranking(verified, scores),
            all: try ranking(Array(measure), scores))
        return (grown, says)
    }

    private func ranking(
        _ rows: [Int], _ scores: [Double]
    ) throws(LearningError) -> PackageManifest.Isolation.Ranking? {
        guard !rows.isEmpty else { return nil }
        let scored = try ScoredRows(
            scores: rows.map { scores[$0 - measure.lowerBound] }, labels: rows.map { table.labels[$0] },
            weights: rows.map { table.weights[$0] })
        guard let auc = scored.rocAUC else { return nil }
        let interval = try Bootstrap(replicates: 400, seed: UInt64(truncatingIfNeeded: seed)).interval(over: scored) {
            $0.rocAUC
        }
        return .init(rows: rows.count, positives: scored.labels.count { $0 }, auc: auc, aucInterval: interval)
    }
}

extension ModelPackage {
    /// The same model, with an isolation forest grown on the rows that it was trained on; they are known again by the
    /// fingerprint of the whole table.
    public func isolated(on table: TrainingTable, later: TrainingTable? = nil) throws(LearningError) -> ModelPackage {
        guard let training = manifest.training else { throw LearningError(.unknownRows, manifest.name) }
        var whole = table
        if let later { whole = try table.followed(by: later) }
        func rows(_ use: PackageManifest.Slice.Use) -> Int { training.slices.first { $0.use == use }?.rows ?? 0 }
        let (learned, measured) = (rows(.training), rows(.measure))
        guard whole.fingerprint == training.fingerprint, learned <= whole.count, measured <= whole.count - learned
        else { throw LearningError(.otherRows, manifest.name) }
        let fitting = IsolationFitting(
            table: whole, training: 0..<learned, measure: (whole.count - measured)..<whole.count,
            columns: manifest.columns, seed: training.parameters.seed)
        guard let (forest, says) = try fitting.run() else { throw LearningError(.emptySample, manifest.name) }
        return try with(forest, says)
    }
}
