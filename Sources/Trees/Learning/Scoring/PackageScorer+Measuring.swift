extension PackageScorer {
    /// Measures the package on a file of rows whose outcome is known, after learning the outcomes of `history`.
    public func measure(path: String, history: [String]) throws(LearningError) -> Measures {
        var learned = encoder
        for path in history { learned = try learned.learning(TableFile.read(path: path, for: manifest.columns)) }
        return try measure(TableFile.read(path: path, for: manifest.columns), encodedBy: learned)
    }

    /// Measures it on a table, with encodings that may have learned more than the package's own.
    public func measure(_ table: TrainingTable, encodedBy encoder: RowEncoder) throws(LearningError) -> Measures {
        let margins = margins(ofCells: try encoder.encode(table))
        return try Measures(
            margins: margins, probabilities: margins.map { probability(ofMargin: $0) }, labels: table.labels,
            weights: table.weights, duties: table.duties, provenances: table.provenances,
            threshold: manifest.thresholds.haut,
            bootstrap: table.count <= Self.mostRowsWithIntervals ? Bootstrap(replicates: 400) : nil)
    }

    private static let mostRowsWithIntervals = 100_000
}
