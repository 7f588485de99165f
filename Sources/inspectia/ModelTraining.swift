import Analysis
import Glibc
import JSON
import Platform
import Service
import Synchronization
import Trees

/// `model train`: reads the rows, trains in a process of its own, writes the package.
struct ModelTraining {
    private let arguments: Arguments
    private let training: PackageTraining

    init(_ arguments: Arguments) throws(UsageError) {
        let profile = arguments.value("--profile").flatMap { TrainingParameters.Profile(rawValue: $0) } ?? .tuned
        let threads = try arguments.integer("--threads", in: 1...256) ?? min(Thread.availableCores, 256)
        let seed = try arguments.integer("--seed", in: 0...Int(Int32.max)) ?? 42
        let chapter = try Self.chapter(arguments.value("--chapitre") ?? "")
        var method =
            arguments.value("--method").flatMap { TrainingParameters.Method(rawValue: $0) }
            ?? profile.method(chapter: chapter)
        // A forest from elsewhere has learned numbers only.
        if arguments.value("--forest") != nil { method = .xgboost }
        var parameters = TrainingParameters(profile, method: method, seed: seed, threads: threads)
        if let trees = try arguments.integer("--trees", in: 1...10_000) { parameters.rounds = trees }
        var training = Self.training(chapter, profile, parameters)
        training.search = try Self.duration(arguments.value("--search")).map {
            ParameterSearch(seconds: $0, seed: seed)
        }
        (self.arguments, self.training) = (arguments, training)
    }

    /// For rows that trainers outside the program will see.
    init(exporting arguments: Arguments) throws(UsageError) {
        let chapter = try Self.chapter(arguments.value("--chapitre") ?? "")
        self.arguments = arguments
        training = Self.training(chapter, .tuned, TrainingParameters(.tuned, method: .xgboost))
    }

    private static func training(
        _ chapter: String, _ profile: TrainingParameters.Profile, _ parameters: TrainingParameters
    ) -> PackageTraining {
        let now = Timestamp.now()
        return PackageTraining(
            name: chapter == "tous" ? "tous" : "chap\(chapter)", version: version(now), chapter: chapter,
            created: now.rfc3339(.seconds), software: Service.version, profile: profile, parameters: parameters)
    }

    /// `45s`, `10m` or `2h`, as seconds.
    private static func duration(_ text: String?) throws(UsageError) -> Double? {
        guard let text else { return nil }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()), 1...100_000 ~= number
        else {
            throw UsageError(message: "--search : « \(text) » n’est pas une durée, comme 10m")
        }
        return Double(number) * unit
    }

    /// `30`, `chap30` or `tous`.
    private static func chapter(_ text: String) throws(UsageError) -> String {
        if text == "tous" { return text }
        let digits = text.hasPrefix("chap") ? String(text.dropFirst(4)) : text
        guard digits.utf8.count == 2, let number = Int(digits), 1...99 ~= number else {
            throw UsageError(message: "--chapitre : « \(text) » n’est ni un chapitre à deux chiffres ni « tous »")
        }
        return digits
    }

    /// `20260302T101500Z`: sorts like time, and is a directory's name.
    private static func version(_ now: Timestamp) -> String {
        String(now.rfc3339(.seconds).filter { $0 != "-" && $0 != ":" })
    }

    /// `model dataset`: the cells that a training would learn from.
    func export() throws -> ExitCode {
        let paths = arguments.values("--data") + arguments.operands("FILE...")
        let directory = arguments.value("--out") ?? ""
        try File.createDirectory(directory, mode: 0o755)
        let prepared: PreparedRows
        if try LabelledRows.areIn(paths.first) {
            let (table, later, _) = try rowTables(paths)
            prepared = try training.prepare(table, later: later)
        } else {
            let (_, lesson) = try lesson(paths)
            prepared = try training.prepare(lesson.table, later: lesson.later)
        }
        try prepared.writeCells(to: "\(directory)/cellules.csv")
        let (rows, columns) = (prepared.table.count, prepared.encoded.encoder.cellCount)
        print("\(rows) lignes, \(columns) colonnes : \(directory)/cellules.csv")
        return .ok
    }

    func run() throws -> ExitCode {
        let paths = arguments.values("--data") + arguments.operands("FILE...")
        let out = arguments.value("--out") ?? "models/\(training.name)-\(training.version)"
        try File.createDirectory(Self.parent(of: out), mode: 0o755)
        let package =
            try LabelledRows.areIn(paths.first) ? trainOnRows(paths, for: out) : trainOnDeclarations(paths, for: out)
        try package.write(to: out)
        // The package has the search's log now.
        unlink(Self.log(for: out))
        let line = ModelListing.Line(package, path: out)
        print(arguments.has("--json") ? String(decoding: line.jsonBytes(), as: UTF8.self) : line.text)
        return .ok
    }

    private func trainOnRows(_ paths: [String], for out: String) throws -> ModelPackage {
        let (table, later, isUndated) = try rowTables(paths)
        var training = training
        training.isUndated = isUndated
        training.thresholds = try thresholds(table)
        return try grow(training, table, later, for: out)
    }

    private func rowTables(
        _ paths: [String]
    ) throws -> (table: TrainingTable, later: TrainingTable?, isUndated: Bool) {
        let (table, isUndated) = try TableFile.read(paths: paths)
        guard let path = arguments.value("--valid") else { return (table, nil, isUndated) }
        let valid = try TableFile.read(paths: [path], firstDay: isUndated ? Int32(table.count) : 0)
        guard valid.isUndated == isUndated else {
            throw UsageError(message: "--valid : la colonne date manque d’un côté")
        }
        return (table, valid.table, isUndated)
    }

    private func trainOnDeclarations(_ paths: [String], for out: String) throws -> ModelPackage {
        let (lessons, lesson) = try lesson(paths)
        var training = training
        training.thresholds = try thresholds(lesson.table)
        return try lessons.complete(grow(training, lesson.table, lesson.later, for: out), with: lesson)
    }

    private func lesson(_ paths: [String]) throws -> (training: DeclarationTraining, lesson: DeclarationTraining.Lesson)
    {
        let files = try DeclarationFiles(arguments)
        let lessons = try DeclarationTraining(
            files.office, chapter: training.chapter, usesPast: !arguments.has("--sans-historique"))
        let progress = CountProgress()
        defer { progress.finish() }
        let lesson = try lessons.learn(
            from: files.read(paths), later: files.read(arguments.value("--valid").map { [$0] } ?? []),
            progress: { progress.show($0, "déclarations") })
        return (lessons, lesson)
    }

    private func thresholds(_ table: TrainingTable) throws(UsageError) -> PackageTraining.ThresholdRule {
        guard let full = try amount("--cout-controle") else {
            if arguments.has("--cout-leger") { throw UsageError(message: "--cout-leger demande --cout-controle") }
            return .f1
        }
        guard table.duties != nil else {
            throw UsageError(message: "--cout-controle demande une colonne « enjeu » dans les données")
        }
        return .netGain(ControlCosts(full: full, light: try amount("--cout-leger") ?? full / 5))
    }

    private func amount(_ option: String) throws(UsageError) -> Double? {
        guard let text = arguments.value(option) else { return nil }
        guard let amount = Double(text), amount >= 0, amount.isFinite else {
            throw UsageError(message: "\(option) : « \(text) » n’est pas un montant")
        }
        return amount
    }

    private func grow(
        _ training: PackageTraining, _ table: TrainingTable, _ later: TrainingTable?, for out: String
    ) throws(LearningError) -> ModelPackage {
        let (directory, path) = (Self.parent(of: out), Self.log(for: out))
        if let path = arguments.value("--forest") {
            let forest: [UInt8]
            do throws(FileError) { forest = try File.read(path, limit: 1 << 30) } catch {
                throw LearningError(.unreadable, path, detail: error.message)
            }
            return try training.run(table, later: later, taking: forest)
        }
        guard let executable = Self.executable else { throw LearningError(.workerFailed, detail: "/proc/self/exe") }
        let progress = TrainingProgress(training.parameters)
        defer { progress.finish() }
        do throws(LearningError) {
            return try training.run(
                table, later: later, resuming: training.search.flatMap { _ in Self.log(path) },
                onTrial: { log throws(LearningError) in try Self.keep(log, path) }
            ) { parameters in
                PackageTraining.apart(
                    parameters, executable: executable, directory: directory, limits: TrainingLimits(),
                    watch: { Interruption.watch($0?.id ?? 0) }, onRound: { progress.show($0) })
            }
        } catch {
            throw Interruption.hasCome ? LearningError(.cancelled) : error
        }
    }

    /// Where a search writes down its trials until the package has them.
    private static func log(for out: String) -> String { "\(out).recherche.json" }

    /// Of a search that was interrupted; one that cannot be read is begun anew.
    private static func log(_ path: String) -> SearchLog? {
        (try? File.read(path, limit: 64 << 20)).flatMap { try? SearchLog(parsing: $0) }
    }

    private static func keep(_ log: SearchLog, _ path: String) throws(LearningError) {
        do throws(FileError) { try File.replace(path, with: log.jsonBytes()) } catch {
            throw LearningError(.unreadable, path, detail: error.message)
        }
    }

    private static var executable: String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    private static func parent(of path: String) -> String {
        var path = path[...]
        while path.count > 1, path.last == "/" { path = path.dropLast() }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// Ctrl-C during a training: the child is killed, and this process cleans up after it and ends. Later it ends at once.
enum Interruption {
    private static let child = Atomic<Int32>(0)
    private static let came = Atomic<Bool>(false)

    static var hasCome: Bool { came.load(ordering: .relaxed) }

    /// `process` is 0 when there is none.
    static func watch(_ process: Int32) {
        child.store(process, ordering: .relaxed)
        for signal in [SIGINT, SIGTERM] {
            Glibc.signal(signal) { signal in
                let child = Interruption.child.load(ordering: .relaxed)
                if child == 0 { _exit(128 + signal) }
                Interruption.came.store(true, ordering: .relaxed)
                _ = kill(child, SIGKILL)
            }
        }
    }
}

/// One line on a terminal, rewritten after each round; nothing anywhere else.
struct TrainingProgress {
    private let parameters: TrainingParameters
    private let isShown = isatty(STDERR_FILENO) == 1

    init(_ parameters: TrainingParameters) { self.parameters = parameters }

    func show(_ round: TrainingRound) {
        let values = TrainingParameters.Metric.allCases.compactMap { metric in
            round[metric].map { "\(metric.rawValue) \(($0 * 10_000).rounded() / 10_000)" }
        }
        say("\rarbre \(round.number + 1) sur \(parameters.rounds) au plus : \(values.joined(separator: ", "))\u{1b}[K")
    }

    func finish() { say("\r\u{1b}[K") }

    private func say(_ text: String) {
        guard isShown else { return }
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
