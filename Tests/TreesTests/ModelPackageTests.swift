import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Trees

/// A package trained by the real library, stored, read again and put to work.
@Suite(.enabled(if: (try? XGBoostTrainer.load()) != nil, "libxgboost is not installed"))
struct ModelPackageTests {
    private let scratch: TemporaryDirectory
    private static let table = Result { try TrainingTables.table(rows: 3000) }
    private static let package = Result { try train(table.get()) }

    init() throws { scratch = try TemporaryDirectory() }

    private static func train(
        _ table: TrainingTable, later: TrainingTable? = nil, _ change: (inout PackageTraining) -> Void = { _ in }
    ) throws -> ModelPackage {
        var parameters = TrainingParameters(.tuned)
        (parameters.rounds, parameters.depth, parameters.learningRate, parameters.patience) = (60, 4, 0.2, 10)
        var training = PackageTraining(
            name: "essai", version: "1", chapter: "84", created: "2026-01-01T00:00:00Z", software: "0", profile: .tuned,
            parameters: parameters)
        training.columns = TrainingTables.plans
        change(&training)
        return try training.run(table, later: later, grow: PackageTraining.here(training.parameters))
    }

    @Test func aPackageLearnsWhatThereIsToLearn() throws {
        let manifest = try Self.package.get().manifest
        let measures = try #require(manifest.verifiedMeasures)
        #expect(measures == manifest.allMeasures)
        // A tenth of 3000 rows; the best that can be known is about 0.93.
        #expect(measures.count == 300 && measures.provenance[.physique] == 300)
        #expect((measures.auc ?? 0) > 0.85 && measures.expectedCalibrationError < 0.12)
        let interval = try #require(measures.aucInterval)
        #expect(interval.low < measures.auc ?? 0 && interval.high > measures.auc ?? 1)
        let slices = try #require(manifest.training?.slices)
        #expect(
            slices.map(\.rows) == [2100, 300, 300, 300]
                && slices.map(\.use) == [.training, .stopping, .calibration, .measure])
        #expect(zip(slices, slices.dropFirst()).allSatisfy { ($0.lastDay ?? 0) < ($1.firstDay ?? 0) })
        let strongest = manifest.importances.max { $0.drop < $1.drop }
        #expect(strongest?.name == "prix" && manifest.importances.count == 4 && manifest.warnings.isEmpty)
        #expect(manifest.library == "xgboost" && manifest.libraryVersion.hasPrefix("1."))
    }

    @Test func whatIsStoredIsReadAgain() throws {
        let package = try Self.package.get()
        let path = scratch.path + "/essai-1"
        try package.write(to: path)
        let read = try ModelPackage.read(path)
        #expect(read.manifest == package.manifest && read.forest == package.forest)
        #expect(read.fingerprint == package.fingerprint)
        #expect(try ModelPackage.describe(path) == package.manifest)
        #expect(read.manifest.files.map(\.name) == ["forest.json", "card.md", "isolement.json"])
        // Written once: it is neither replaced nor half replaced.
        #expect(throws: LearningError.self) { try package.write(to: path) }
        #expect(try ModelPackage.read(path).fingerprint == package.fingerprint)
        // The forest is XGBoost's own file.
        #expect(throws: Never.self) { try ScoringForest(path: path + "/forest.json") }
    }

    @Test func theSameDataGiveTheSamePackage() throws {
        let again = try Self.train(Self.table.get())
        #expect(try again.fingerprint == Self.package.get().fingerprint)
        let other = try Self.train(Self.table.get()) { $0.parameters.seed = 43 }
        #expect(try other.fingerprint != Self.package.get().fingerprint)
    }

    @Test func aTamperedFileIsRefused() throws {
        let path = scratch.path + "/p"
        try Self.package.get().write(to: path)
        for name in ["forest.json", "card.md"] {
            let bytes = try File.read("\(path)/\(name)", limit: 1 << 24)
            var changed = bytes
            changed[changed.count / 2] ^= 1
            for wrong in [changed, bytes + [0x20], []] {
                try File.replace("\(path)/\(name)", with: wrong)
                #expect(throws: LearningError(.tampered, name)) { try ModelPackage.read(path) }
            }
            unlink("\(path)/\(name)")
            #expect(throws: LearningError.self) { try ModelPackage.read(path) }
            try File.replace("\(path)/\(name)", with: bytes)
        }
        let error = LearningError(.tampered, "forest.json")
        #expect(error.message == "forest.json : un fichier du paquet n’est plus celui qui a été enregistré")
        let manifest = String(decoding: try File.read(path + "/package.json", limit: 1 << 24), as: UTF8.self)
        for (found, replacement) in [
            ("inspectia-modele-1", "inspectia-modele-2"), ("\"forest.json\"", "\"../forest.json\""),
            ("\"seuils\": {", "\"seuils\": {\"x\": 1,"), ("\"chapitre\"", "\"chapter\""), ("{", ""),
        ] {
            let changed = manifest.replacing(found, with: replacement, maxReplacements: 1)
            #expect(changed != manifest)
            try File.replace(path + "/package.json", with: Array(changed.utf8))
            #expect { try ModelPackage.read(path) } throws: { ($0 as? LearningError)?.reason == .badPackage }
        }
    }

    @Test(arguments: 0..<20)
    func aDamagedManifestIsReadOrRefused(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = try Self.package.get().manifest.jsonBytes()
        for _ in 0..<20 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(
                    in: 0x20...0x7e, using: &random)
            }
            if Bool.random(using: &random) { damaged.removeLast(Int.random(in: 1...damaged.count, using: &random)) }
            guard let manifest = try? PackageManifest(parsing: damaged) else { continue }
            // What is still a manifest makes cells and probabilities without a crash.
            let encoder = RowEncoder(manifest.columns)
            var cells = [Float](repeating: 0, count: encoder.cellCount)
            encoder.fill(&cells, from: manifest.columns.map { _ in .text("produit 1") })
            #expect(0...1 ~= manifest.calibration.probability(ofMargin: 0.3))
            #expect(!ModelCard.text(of: manifest).isEmpty)
        }
    }

    @Test func aRowIsScoredByThePackageAlone() throws {
        let (package, table) = (try Self.package.get(), try Self.table.get())
        let scorer = try PackageScorer(package)
        let margins = scorer.margins(ofCells: try scorer.encoder.encode(table))
        for row in stride(from: 0, to: table.count, by: 113) {
            let score = scorer.score(TrainingTables.plans.map { table.value($0.name, row) })
            #expect(score.margin == margins[row])
            #expect(score.probability == package.manifest.calibration.probability(ofMargin: score.margin))
            #expect(0...1 ~= score.probability)
        }
        let unknown = scorer.score([.number(.nan), .number(.nan), .text("?"), .text("?")])
        #expect(unknown.margin.isFinite)
    }

    /// The forest's own answers, for prices that rise while all else stays.
    @Test func aMonotoneConstraintHolds() throws {
        let scorer = try PackageScorer(try Self.package.get())
        var falls = 0
        for office in ["18N", "10S", "", "autre"] {
            for good in 0..<40 {
                var last = Double.infinity
                for price in stride(from: -2.5, through: 2.5, by: 0.05) {
                    let margin = scorer.score([.number(price), .number(0.5), .text(office), .text("produit \(good)")])
                        .margin
                    #expect(margin <= last)
                    if margin < last { falls += 1 }
                    last = margin
                }
            }
        }
        #expect(falls > 1000)
    }

    @Test func laterRowsJudge() throws {
        let (earlier, later) = (try TrainingTables.table(rows: 900), try TrainingTables.table(rows: 600, seed: 2))
        // Both begin on the same day.
        #expect(throws: LearningError.self) { try Self.train(earlier, later: later) }
        let shifted = try later.shifted(by: 450, provenance: .simulation)
        let manifest = try Self.train(earlier, later: shifted).manifest
        #expect(manifest.training?.slices.map(\.rows) == [900, 240, 240, 120])
        #expect(manifest.verifiedMeasures == nil && manifest.allMeasures?.provenance[.simulation] == 120)
        #expect(manifest.warnings.contains { $0.contains("vérifiée") })
    }

    @Test func thresholdsFollowTheGain() throws {
        let costs = ControlCosts(full: 50_000, light: 10_000)
        let package = try Self.train(Self.table.get()) { $0.thresholds = .netGain(costs) }
        #expect(package.manifest.thresholdMethod == .netGain && !package.manifest.curve.gain.isEmpty)
        #expect(package.manifest.curve.count <= 200)
    }

    @Test func tooLittleIsRefused() throws {
        #expect(throws: LearningError.self) { try Self.train(try TrainingTables.table(rows: 8)) }
    }

    @Test func theCardTellsAll() throws {
        let card = try Self.package.get().card
        for part in [
            "# Modèle essai 1", "chapitre 84", "Il ne décide rien", "contrôle physique", "| prix |", "AUC (ROC)",
            "2100", "- prix : nombre, décroissante", "- produit : place dans l’ordre des codes", "## Limites",
            "Empreinte des données",
        ] {
            #expect(card.contains(part), "\(part)")
        }
        var manifest = try Self.package.get().manifest
        manifest.name = "a|b\n# c"
        #expect(ModelCard.text(of: manifest).hasPrefix("# Modèle a b   c 1\n"))
    }

    @Test func predictionsComeFromPackagesAndFiles() throws {
        let path = scratch.path + "/p"
        let package = try Self.package.get()
        try package.write(to: path)
        let predictor = try ModelPredictor(path: path)
        #expect(predictor.columns.map(\.isText) == [false, false, true, true])
        let csv = Array("bureau,id,prix,bruit,produit\n18N,7,0.5,0.25,produit 3\n,8,,,\n".utf8)
        let json = Array(#"[[0.5,0.25,"18N","produit 3"],[null,null,null,null]]"#.utf8)
        let values = try RowsFile.read(csv, columns: predictor.columns)
        #expect(values.count == 8)
        let text = String(decoding: try predictor.json(values), as: UTF8.self)
        #expect(
            text == String(decoding: try predictor.json(RowsFile.read(json, columns: predictor.columns)), as: UTF8.self)
        )
        let answer = try JSONValue(parsing: Array(text.utf8))
        let score = try PackageScorer(package).score([.number(0.5), .number(0.25), .text("18N"), .text("produit 3")])
        #expect(answer["margin"]?[0]?.double == score.margin && answer["probability"]?[0]?.double == score.probability)

        let bare = try ModelPredictor(path: path + "/forest.json")
        #expect(bare.columns.count == 7 && bare.columns[0].name == "prix")
        #expect(throws: LearningError(.missingColumn, "« bureau= »")) { try RowsFile.read(csv, columns: bare.columns) }
        #expect { try ModelPredictor(path: path + "/card.md") } throws: { ($0 as? LearningError)?.reason == .badModel }
        #expect { try ModelPredictor(path: path + "/none") } throws: { ($0 as? LearningError)?.reason == .unreadable }
    }
}

extension TrainingTable {
    fileprivate func value(_ name: String, _ row: Int) -> RowEncoder.Value {
        switch column(name)?.values {
        case .numbers(let numbers)?: .number(Double(numbers[row]))
        case .categories(let codes, let levels)?: .text(levels[Int(codes[row])])
        case nil: .text("")
        }
    }

    fileprivate func shifted(by days: Int32, provenance: LabelProvenance) throws -> TrainingTable {
        try TrainingTable(
            columns: columns, labels: labels, days: self.days.map { $0 + days }, duties: duties,
            provenances: provenances.map { _ in provenance })
    }
}
