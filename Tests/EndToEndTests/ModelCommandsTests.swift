import Glibc
import JSON
import Platform
import TestKit
import Testing
import Trees

/// `model …` and `worker train` of the built program, with the real library.
@Suite(.enabled(if: (try? XGBoostTrainer.load()) != nil, "libxgboost is not installed"))
struct ModelCommandsTests {
    private let scratch: TemporaryDirectory

    init() throws { scratch = try TemporaryDirectory() }

    /// Declarations whose fraud follows from their price, by day.
    private func csv(rows: Int, from day: Int, seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        var text = "etiquette,date,enjeu,provenance,prix,bureau\n"
        for row in 0..<rows {
            let price = Double.random(in: -2...2, using: &random)
            let isFraud = price + Double.random(in: -1...1, using: &random) < -0.5
            let date = CivilDate(daysSinceEpoch: 20_000 + day + row / 4)
            text += "\(isFraud ? 1 : 0),\(date),\(1000 + row),documentaire,\(price),\(["18N", "10S"][row % 2])\n"
        }
        return text
    }

    private func train(_ more: [String] = []) throws -> (path: String, outcome: Program.Outcome) {
        let data = try scratch.file("a.csv", Array(csv(rows: 400, from: 0, seed: 1).utf8))
        let more = more + ["--data", data, try scratch.file("b.csv", Array(csv(rows: 400, from: 100, seed: 2).utf8))]
        let valid = try scratch.file("v.csv", Array(csv(rows: 400, from: 200, seed: 3).utf8))
        let path = scratch.path + "/models/chap84-1"
        let outcome = try Program.run(
            ["model", "train", "--chapitre", "84", "--out", path, "--valid", valid, "--trees", "30", "--threads", "1"]
                + more)
        return (path, outcome)
    }

    @Test(arguments: ["xgboost", "symetrique"])
    func aModelIsTrainedShownMeasuredAndUsed(method: String) throws {
        let (path, outcome) = try train(["--json", "--method", method])
        #expect(outcome.status == .exited(0) && outcome.errors.isEmpty, "\(outcome.errors)")
        let trained = try JSONValue(parsing: Array(outcome.output.utf8))
        #expect(trained["chapitre"] == "84" && trained["chemin"]?.string == path)
        #expect(try #require(trained["mesures_verifiees"]?["auc"]?.double) > 0.8)
        // Nothing is left of the rows.
        #expect(names(in: scratch.path + "/models") == ["chap84-1"])

        let shown = try Program.run(["model", "show", path])
        #expect(shown.status == .exited(0) && shown.output.hasPrefix("# Modèle chap84"))
        let listed = try Program.run(["model", "list", "--dir", scratch.path + "/models", "--json"])
        #expect(try JSONValue(parsing: Array(listed.output.utf8))["modeles"]?[0]?["nom"] == "chap84")

        let test = try scratch.file("t.csv", Array(csv(rows: 300, from: 300, seed: 4).utf8))
        let history = scratch.path + "/v.csv"
        let evaluated = try Program.run(
            ["model", "evaluate", "--model", path, "--data", test, "--history", history, "--json"])
        #expect(evaluated.status == .exited(0), "\(evaluated.errors)")
        let measures = try JSONValue(parsing: Array(evaluated.output.utf8))
        for name in ["n", "positives", "auc", "pr_auc", "f1", "precision", "recall", "threshold", "brier", "ece"] {
            #expect(measures[name]?.double != nil, "\(name)")
        }
        for name in ["precision_at", "recall_at", "revenue_at"] {
            #expect(measures[name]?.members?.map(\.name) == ["0.01", "0.02", "0.05", "0.10"])
        }
        #expect(measures["n"] == 300 && measures["provenance"]?["documentaire"] == 300)

        for model in [path, path + "/forest.json"] {
            let rows = try scratch.file(
                "r.csv", Array("prix,bureau=10S,bureau=18N,bureau=*,bureau\n-1.5,0,1,0,18N\n,0,0,1,?\n".utf8))
            let predicted = try Program.run(["model", "predict", "--model", model, "--rows", rows, "--shap", "--json"])
            #expect(predicted.status == .exited(0), "\(predicted.errors)")
            let answer = try JSONValue(parsing: Array(predicted.output.utf8))
            for row in 0..<2 {
                let margin = try #require(answer["margin"]?[row]?.double)
                let shap = (answer["shap"]?[row]?.array ?? []).compactMap(\.double)
                #expect(shap.count == (model == path || method == "symetrique" ? 3 : 5))
                #expect(abs(shap.reduce(0, +) - margin) < 1e-6)
            }
        }
    }

    @Test func aSearchIsKeptInThePackage() throws {
        let (path, outcome) = try train(["--search", "1s"])
        #expect(outcome.status == .exited(0), "\(outcome.errors)")
        #expect(names(in: scratch.path + "/models") == ["chap84-1"])
        let training = try #require(try ModelPackage.read(path).manifest.training)
        let log = try #require(training.search)
        #expect(log.trials.first?.candidate == 0 && log.fingerprint == training.fingerprint)
        #expect(log.trials.contains { $0.rung == 2 && $0.parameters == training.parameters })
    }

    @Test func aPackageGetsItsIsolationForestLater() throws {
        let (path, _) = try train()
        let package = try ModelPackage.read(path)
        var manifest = package.manifest
        manifest.isolation = nil
        let (bare, again) = (scratch.path + "/sans", scratch.path + "/avec")
        try ModelPackage(manifest, forest: package.forest).write(to: bare)
        let command = ["model", "isolate", bare, "--out", again, "--data"]
        let wrong = try Program.run(command + [scratch.path + "/b.csv"])
        #expect(
            wrong.status == .exited(1) && wrong.errors.contains("celles dont le modèle a appris"), "\(wrong.errors)")
        let files = [scratch.path + "/a.csv", "--data", scratch.path + "/b.csv", "--valid", scratch.path + "/v.csv"]
        let outcome = try Program.run(command + files)
        #expect(outcome.status == .exited(0) && outcome.output.contains(again), "\(outcome.errors)")
        #expect(try ModelPackage.read(again).fingerprint == package.fingerprint)
        #expect(try Program.run(["model", "show", again]).output.contains("## Isolement"))
    }

    @Test(arguments: ["train", "evaluate", "isolate", "predict", "list", "show"])
    func helpShowsAnExample(_ verb: String) throws {
        let outcome = try Program.run(["model", verb, "--help"])
        #expect(outcome.status == .exited(0) && outcome.output.contains("Exemple : inspectia model \(verb) "))
    }

    @Test func theSameCommandGivesTheSameForest() throws {
        let (path, _) = try train()
        let first = try File.read(path + "/forest.json", limit: 1 << 24)
        let package = try ModelPackage.read(path)
        #expect(rename(path, path + "-avant") == 0)
        #expect(try train().outcome.status == .exited(0))
        #expect(try File.read(path + "/forest.json", limit: 1 << 24) == first)
        #expect(try ModelPackage.read(path).manifest.training == package.manifest.training)
        // It is there, and is not replaced.
        let again = try train().outcome
        #expect(again.status == .exited(1) && again.errors.contains(path))
    }

    @Test func mistakesAreSaid() throws {
        let (path, _) = try train()
        let bad = try scratch.file("bad.csv", Array("prix,bureau\n1,18N\nx,18N\n".utf8))
        let wrong = try Program.run(["model", "predict", "--model", path, "--rows", bad, "--json"])
        #expect(wrong.status == .exited(1) && wrong.output.isEmpty)
        #expect(wrong.errors.contains("ligne 3, colonne « prix »"))
        let forest = try File.read(path + "/forest.json", limit: 1 << 24)
        try File.replace(path + "/forest.json", with: forest + [0x20])
        let tampered = try Program.run(["model", "show", path])
        #expect(
            tampered.status == .exited(3) && tampered.output.contains("forest.json : un fichier du paquet n’est plus"))
        #expect(try Program.run(["model", "evaluate", "--model", path, "--data", bad]).status == .exited(1))
        for words in [
            ["model", "train", "--data", bad], ["model", "train", "--chapitre", "x", "--data", bad],
            ["model", "train", "--chapitre", "84", "--data", bad, "--profile", "autre"], ["model", "predict"],
            ["model", "train", "--chapitre", "84", "--data", bad, "--trees", "0"],
            ["model", "train", "--chapitre", "84", "--data", bad, "--search", "10"], ["model"], ["worker", "train"],
        ] {
            #expect(try Program.run(words).status == .exited(2))
        }
        let missing = try Program.run(["model", "train", "--chapitre", "84", "--data", bad])
        #expect(missing.status == .exited(1) && missing.errors.contains("ne nomme les colonnes attendues"))
    }

    // MARK: The process that trains

    private func job(_ change: (inout TrainingJob) -> Void = { _ in }) throws -> (TrainingDirectory, TrainingJob) {
        let rows = 2000
        var random = SeededGenerator(seed: 1)
        let prices = (0..<rows).map { _ in Float.random(in: -1...1, using: &random) }
        let table = try TrainingTable(
            columns: [.init("prix", numbers: prices)],
            labels: prices.map { $0 + Float.random(in: -0.5...0.5, using: &random) > 0 },
            days: (0..<Int32(rows)).map { $0 }, provenances: prices.map { _ in .simulation })
        let directory = try TrainingDirectory(under: scratch.path)
        try directory.write(RowEncoder.learn([ColumnPlan("prix")], from: table, training: 0..<rows), of: table)
        var parameters = TrainingParameters(.seed)
        parameters.rounds = 10_000
        var job = TrainingJob(
            directory: directory.path, rows: rows, columns: 1, training: rows, later: 0, names: ["prix"], monotone: [0],
            parameters: parameters, limits: TrainingLimits())
        change(&job)
        return (directory, job)
    }

    @Test func aTrainingIsStopped() throws {
        let (directory, job) = try job()
        let process = try TrainingProcess(job, executable: Program.path.get())
        var rounds = 0
        #expect(throws: LearningError(.cancelled)) {
            try process.wait { _ in
                rounds += 1
                if rounds == 3 { process.stop() }
            }
        }
        #expect(rounds >= 3 && rounds < 10_000)
        // It is gone, with the rows.
        #expect(kill(process.id, 0) != 0 && errno == ESRCH)
        #expect(names(in: directory.path) == ["job.json"])
    }

    @Test func aTrainingIsLimitedInTime() throws {
        let (directory, job) = try job { $0.limits.seconds = 1 }
        let process = try TrainingProcess(job, executable: Program.path.get())
        #expect { try process.wait() } throws: { ($0 as? LearningError)?.reason == .workerFailed }
        withExtendedLifetime(directory) {}
    }

    @Test func aTrainingIsLimitedInMemory() throws {
        let (directory, job) = try job { $0.limits.memory = 32 << 20 }
        let process = try TrainingProcess(job, executable: Program.path.get())
        #expect { try process.wait() } throws: {
            [.outOfMemory, .workerFailed].contains(($0 as? LearningError)?.reason)
        }
        withExtendedLifetime(directory) {}
    }

    @Test func aTrainingTellsOnlyJSON() throws {
        let (directory, job) = try job { $0.parameters.rounds = 3 }
        let path = try scratch.file("job.json", job.jsonBytes())
        let outcome = try Program.run(["worker", "train", path], ["INSPECTIA_NOTHING": ""])
        #expect(outcome.status == .exited(0) && outcome.errors.isEmpty)
        let lines = outcome.output.split(separator: "\n").map { try? TrainingEvent(parsing: Array($0.utf8)) }
        #expect(lines.count == 4 && lines.allSatisfy { $0 != nil })
        if case .done(let trees, _, let rounds, _)?? = lines.last {
            #expect(trees == 3 && rounds == 3)
        } else {
            Issue.record("no end")
        }
        withExtendedLifetime(directory) {}
        let broken = try Program.run(["worker", "train", try scratch.file("none.json", Array("{}".utf8))])
        #expect(broken.status == .exited(1) && broken.output.contains("\"erreur\":\"fichier_illisible\""))
    }

    private func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
