/// What comes after the forest: calibrating, choosing thresholds, measuring, and the package.
struct PackageFitting {
    let request: PackageTraining
    let search: SearchLog?
    let rows: PreparedRows
    /// The forest's file.
    let forest: [UInt8]
    /// How it was grown; nil when that was elsewhere.
    let trained: TrainedForest?

    private var table: TrainingTable { rows.table }
    private var slices: TimeSlices { rows.slices }
    private var encoded: EncodedTable { rows.encoded }
    private var forestFile: String { forest.first == UInt8(ascii: "{") ? "forest.json" : "forest.txt" }
    /// Enough to tell which features matter, few enough not to take longer than the training.
    private static let importanceRows = 2000
    private static let curvePoints = 200

    func package() throws(LearningError) -> ModelPackage {
        let read = try read()
        let margins = read.margins(ofCells: cells(slices.calibration))
        let calibration = try Calibration.fitting(scored(slices.calibration, margins))
        let choice = try chooseThresholds(margins.map { calibration.probability(ofMargin: $0) })
        let measures = try measure(read, calibration, choice.thresholds)
        let draft = PackageManifest(
            name: request.name, version: request.version, chapter: request.chapter, created: request.created,
            software: request.software, forestFile: forestFile, library: read.library,
            libraryVersion: trained?.libraryVersion ?? read.libraryVersion, columns: encoded.encoder.columns,
            calibration: calibration, thresholds: choice.thresholds, thresholdMethod: method, training: training,
            verifiedMeasures: measures.verified, allMeasures: measures.all,
            curve: choice.curve.thinned(to: Self.curvePoints), importances: try importances(read),
            warnings: warnings(measures), files: [])
        let package = try ModelPackage(draft, forest: forest)
        let fitting = IsolationFitting(
            table: table, training: slices.training, measure: slices.measure, columns: encoded.encoder.columns,
            seed: request.parameters.seed)
        guard let isolation = try fitting.run() else { return package }
        return try package.with(isolation.forest, isolation.says)
    }

    private func read() throws(LearningError) -> ScoringForest {
        let read: ScoringForest
        do throws(ModelError) { read = try ScoringForest(reading: forest) } catch {
            throw LearningError(.badModel, forestFile, detail: error.description)
        }
        guard read.isBinary, read.cellCount == encoded.encoder.cellCount else {
            let detail = "\(read.cellCount) cells of the forest, \(encoded.encoder.cellCount) of the rows"
            throw LearningError(.badModel, forestFile, detail: detail)
        }
        return read
    }

    private func cells(_ rows: Range<Int>) -> [Float] {
        let width = encoded.encoder.cellCount
        return Array(encoded.cells[rows.lowerBound * width..<rows.upperBound * width])
    }

    private func scored(_ rows: Range<Int>, _ scores: [Double]) throws(LearningError) -> ScoredRows {
        try ScoredRows(scores: scores, labels: Array(table.labels[rows]), weights: Array(table.weights[rows]))
    }

    private var method: PackageManifest.ThresholdMethod {
        switch request.thresholds {
        case .f1: .f1
        case .netGain: .netGain
        }
    }

    private func chooseThresholds(_ probabilities: [Double]) throws(LearningError) -> ThresholdChoice {
        let rows = try scored(slices.calibration, probabilities)
        switch request.thresholds {
        case .f1: return try rows.thresholdsByF1()
        case .netGain(let costs):
            guard let duties = table.duties else { throw LearningError(.missingColumn, "enjeu") }
            return try rows.thresholdsByNetGain(duties: Array(duties[slices.calibration]), costs: costs)
        }
    }

    private func measure(
        _ forest: ScoringForest, _ calibration: Calibration, _ thresholds: Thresholds
    ) throws(LearningError) -> (verified: Measures?, all: Measures?) {
        guard !slices.measure.isEmpty else { return (nil, nil) }
        let margins = forest.margins(ofCells: cells(slices.measure))
        func measures(_ rows: [Int]) throws(LearningError) -> Measures? {
            guard !rows.isEmpty else { return nil }
            let chosen = rows.map { margins[$0 - slices.measure.lowerBound] }
            return try Measures(
                margins: chosen, probabilities: chosen.map { calibration.probability(ofMargin: $0) },
                labels: rows.map { table.labels[$0] }, weights: rows.map { table.weights[$0] },
                duties: table.duties.map { duties in rows.map { duties[$0] } },
                provenances: rows.map { table.provenances[$0] }, threshold: thresholds.haut,
                bootstrap: Bootstrap(replicates: 400, seed: UInt64(request.parameters.seed)))
        }
        let verified = slices.measure.filter { table.provenances[$0].isVerified }
        return (try measures(verified), try measures(Array(slices.measure)))
    }

    private func importances(_ forest: ScoringForest) throws(LearningError) -> [PackageManifest.Importance] {
        let rows = slices.measure.suffix(Self.importanceRows)
        guard table.hasBothKinds(rows) else { return [] }
        let drops = try Importance.permutation(
            cells: cells(rows), columns: encoded.encoder.cellCount, groups: encoded.encoder.groups, repeats: 3,
            seed: UInt64(request.parameters.seed)
        ) { cells throws(LearningError) in
            try scored(rows, forest.margins(ofCells: cells)).rocAUC ?? 0.5
        }
        return zip(encoded.encoder.columns, drops).map { PackageManifest.Importance(name: $0.name, drop: $1) }
    }

    private var training: PackageManifest.Training? {
        guard let trained else { return nil }
        let parts: [(PackageManifest.Slice.Use, Range<Int>)] = [
            (.training, slices.training), (.stopping, slices.stopping), (.calibration, slices.calibration),
            (.measure, slices.measure),
        ]
        return PackageManifest.Training(
            profile: request.profile, parameters: request.parameters, trees: trained.trees, rounds: trained.rounds,
            fingerprint: table.fingerprint, search: search,
            slices: parts.map { use, rows in
                let isDated = !request.isUndated && !rows.isEmpty
                return PackageManifest.Slice(
                    use: use, rows: rows.count, positives: table.labels[rows].count(where: { $0 }),
                    firstDay: isDated ? Int(table.days[rows.lowerBound]) : nil,
                    lastDay: isDated ? Int(table.days[rows.upperBound - 1]) : nil,
                    provenance: ProvenanceCounts(table.provenances[rows]))
            })
    }

    private var simulated: String? {
        let count = table.provenances.count { $0 == .simulation }
        guard count > 0 else { return nil }
        return "Appris sur des données simulées (\(count) étiquettes sur \(table.count)) : ces nombres ne disent rien "
            + "de vraies fraudes. Un bureau entraîne les siens sur ses propres contrôles."
    }

    private func warnings(_ measures: (verified: Measures?, all: Measures?)) -> [String] {
        var warnings: [String] = []
        if measures.verified == nil {
            warnings.append("Aucune étiquette vérifiée par un contrôle dans la tranche de mesure.")
        }
        if let all = measures.all, all.auc == nil {
            warnings.append(
                "La tranche de mesure n’a que des lignes d’une sorte : le classement n’y est pas mesurable.")
        }
        if measures.all == nil { warnings.append("Aucune ligne n’est restée pour mesurer le modèle.") }
        if let simulated { warnings.append(simulated) }
        if trained == nil { warnings.append("La forêt a été entraînée hors du programme, sur les mêmes lignes.") }
        if trained != nil, rows.stopping.isEmpty, request.parameters.patience != nil {
            warnings.append(
                "La tranche d’arrêt n’a que des lignes d’une sorte : tous les arbres demandés ont été construits.")
        }
        if request.isUndated {
            warnings.append("Les données n’ont pas de dates : l’ordre des lignes a été pris pour celui du temps.")
        }
        return warnings
    }
}
