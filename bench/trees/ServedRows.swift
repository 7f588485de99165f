import Platform
import Trees

/// Rows as a service has them, numbers and texts, and what it wants to know of each: the margin, and every column's
/// part in it.
enum ServedRows {
    static func measure(package: String, rows path: String, _ count: Int) throws {
        let scorer = try PackageScorer(ModelPackage.read(package))
        let columns = scorer.manifest.columns
        let values = try RowsFile.read(
            File.read(path, limit: 1 << 30),
            columns: columns.map { RowsFile.Column($0.name, isText: !$0.encoding.takesNumbers) })
        let (width, rows) = (columns.count, values.count / columns.count)
        var (times, answers): ([Double], [Double]) = ([], [])
        for index in 0..<count + count / 4 {
            let first = index &* 7919 % rows * width
            let start = Clock.now()
            let cells = scorer.cells { values[first + $0] }
            let (margin, base, parts) = try scorer.explain(cells: cells)
            let end = Clock.now()
            precondition(abs(parts.reduce(base, +) - margin) < 1e-6, "the parts do not add up")
            if index >= count / 4 { times.append(end - start) }
            if answers.count < 8 { answers.append(margin) }
        }
        BenchTrees.report("us", times.map { $0 * 1e6 }, answers)
    }

    /// Of the profile `seed`, depth 8: texts are categories, and numbers that come back are too.
    static func makePackage(_ directory: String, rows path: String, trees: Int) throws {
        var parameters = TrainingParameters(.seed, method: .oblivious, threads: Thread.availableCores)
        parameters.rounds = trees
        let training = PackageTraining(
            name: "mesure", version: "1", chapter: "tous", created: "2026-01-01T00:00:00Z", software: "mesure",
            profile: .seed, parameters: parameters)
        let package = try training.run(TableFile.read(paths: [path]).table, grow: PackageTraining.here(parameters))
        try package.write(to: directory)
        print(package.fingerprint)
    }
}
