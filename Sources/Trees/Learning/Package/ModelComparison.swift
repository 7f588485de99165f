/// A model beside others: all have ranked the same rows, which are later than those that made any of them.
public struct ModelComparison: Equatable, Sendable {
    public enum Role: String, CaseIterable, Sendable {
        /// The one that was chosen to serve.
        case served = "servi"
        case challenger = "adversaire"
        /// No model: how many rules of the office hold.
        case rules = "regles"
    }

    /// One that ranked the rows.
    public struct Entry: Equatable, Sendable {
        public let role: Role
        /// Nil of rules, like all that follows up to the measures.
        public let model: Model?
        public let auc: Double
        public let aucInterval: Interval?
        public let averagePrecision: Double
        public let averagePrecisionInterval: Interval?
        /// Of the first twentieth.
        public let precision: Double
        /// The share of all frauds' duties in the first twentieth; nil when duties are not known.
        public let revenue: Double?
        /// Less the served model's, drawn together; nil of that itself.
        public let aucGap: Interval?
        public let averagePrecisionGap: Interval?
    }

    public struct Model: Equatable, Sendable {
        public let name: String
        public let version: String
        /// Nil when the forest was grown elsewhere, like the method and the number of trees.
        public let profile: TrainingParameters.Profile?
        public let method: TrainingParameters.Method?
        public let trees: Int?
        public let library: String
        /// The SHA-256 of the forest's file.
        public let forest: String
    }

    public let firstDay: Int
    public let lastDay: Int
    public let positives: Int
    /// Of the rows that were ranked: verified ones alone, if there are such of both kinds.
    public let provenance: ProvenanceCounts
    /// The served model first.
    public let entries: [Entry]

    public var rows: Int { provenance.total }

    static let share = 0.05
    static let mostEntries = 16
    private static let bootstrap = Bootstrap(replicates: 400)
}

extension ModelComparison {
    /// Ranks the rows of the table with each of the models, the first being the one that serves.
    ///
    /// - Parameter rules: how many rules hold for each row; nil without rules.
    public init(_ models: [PackageScorer], rules: [Double]? = nil, on table: TrainingTable) throws(LearningError) {
        guard 1..<Self.mostEntries ~= models.count else {
            throw LearningError(.badParameter, "\(models.count) modèles")
        }
        let rows = try Self.rows(of: table)
        var ranked: [(role: Role, model: Model?, rows: ScoredRows)] = []
        for scorer in models {
            try Self.check(scorer.manifest, table)
            let margins = scorer.margins(ofCells: try scorer.encoder.encode(table))
            ranked.append(
                (ranked.isEmpty ? .served : .challenger, Model(scorer.manifest), try rows.scored(by: margins)))
        }
        if let rules {
            guard rules.count == table.count else { throw LearningError(.mismatchedCounts) }
            ranked.append((.rules, nil, try rows.scored(by: rules)))
        }
        let served = ranked[0].rows
        var entries: [Entry] = []
        for (role, model, scored) in ranked {
            entries.append(try Self.entry(role, model, scored, beside: role == .served ? nil : served, rows.duties))
        }
        (firstDay, lastDay) = (Int(table.days[0]), Int(table.days[table.count - 1]))
        positives = rows.labels.count { $0 }
        (provenance, self.entries) = (ProvenanceCounts(rows.provenances), entries)
    }

    /// A model whose rates have learned what became of these rows would judge them too well.
    private static func check(_ manifest: PackageManifest, _ table: TrainingTable) throws(LearningError) {
        guard let last = manifest.lastDayOfItsMaking, last < Int(table.days[0]) else {
            throw LearningError(.badParameter, "\(manifest.name) \(manifest.version), appris de ces jours")
        }
        if let column = manifest.columns.first(where: { $0.encoding.kind == .target }) {
            throw LearningError(.badParameter, "\(manifest.name) \(manifest.version), \(column.name)")
        }
    }

    private static func entry(
        _ role: Role, _ model: Model?, _ scored: ScoredRows, beside served: ScoredRows?, _ duties: [Double]?
    ) throws(LearningError) -> Entry {
        guard let auc = scored.rocAUC, let averagePrecision = scored.averagePrecision else {
            throw LearningError(.oneClassOnly)
        }
        let top = try scored.top(share, duties: duties)
        var gaps: (auc: Interval?, averagePrecision: Interval?)
        if let served {
            gaps.auc = try bootstrap.gap(of: scored, over: served) { $0.rocAUC }
            gaps.averagePrecision = try bootstrap.gap(of: scored, over: served) { $0.averagePrecision }
        }
        return Entry(
            role: role, model: model, auc: auc, aucInterval: try bootstrap.interval(over: scored) { $0.rocAUC },
            averagePrecision: averagePrecision,
            averagePrecisionInterval: try bootstrap.interval(over: scored) { $0.averagePrecision },
            precision: top.precision, revenue: top.revenue, aucGap: gaps.auc,
            averagePrecisionGap: gaps.averagePrecision)
    }

    /// The rows that count, and what became of them.
    private struct Rows {
        let places: [Int]
        let labels: [Bool]
        let weights: [Double]
        let duties: [Double]?
        let provenances: [LabelProvenance]

        init(_ places: [Int], of table: TrainingTable) {
            self.places = places
            labels = places.map { table.labels[$0] }
            weights = places.map { table.weights[$0] }
            duties = table.duties.map { duties in places.map { duties[$0] } }
            provenances = places.map { table.provenances[$0] }
        }

        var hasBothKinds: Bool { labels.contains(true) && labels.contains(false) }

        func scored(by scores: [Double]) throws(LearningError) -> ScoredRows {
            try ScoredRows(scores: places.map { scores[$0] }, labels: labels, weights: weights)
        }
    }

    private static func rows(of table: TrainingTable) throws(LearningError) -> Rows {
        let verified = Rows(table.provenances.indices.filter { table.provenances[$0].isVerified }, of: table)
        if verified.hasBothKinds { return verified }
        let all = Rows(Array(0..<table.count), of: table)
        guard all.hasBothKinds else { throw LearningError(.oneClassOnly) }
        return all
    }
}

extension ModelComparison.Model {
    init(_ manifest: PackageManifest) {
        self.init(
            name: manifest.name, version: manifest.version, profile: manifest.training?.profile,
            method: manifest.training?.parameters.method, trees: manifest.training?.trees, library: manifest.library,
            forest: manifest.forestFingerprint)
    }
}
