import Analysis
import Customs
import Decisions
import Glibc
import JSON
import Platform

extension DeclarationCommands {
    static let score = Command(
        "declaration score", "Analyse des déclarations : probabilité, explication, contrôles, voie proposée",
        operands: [.init("FILE...", "fichiers à analyser (CSV, XLSX ou JSON)", repeated: true)],
        options: [
            .value("--chapitre", "N", "chapitre du modèle : auto, 30, 84, 85… (auto par défaut)"),
            .value("--models", "DIR", "dossier des paquets de modèles (ceux du programme par défaut)"),
            .value("--mapping", "FICHIER", "correspondance des colonnes : fichier, ou nom dans config/mappings"),
            .value("--config-dir", "DIR", "configuration du bureau, qui passe avant celle du programme"),
            .value("--contributions", "N", "combien de contributions montrer : un nombre, ou toutes (10 par défaut)"),
            .flag("--json", "un objet JSON par ligne et par déclaration"),
            .flag("--csv", "une ligne par déclaration, pour un tableur"),
        ],
        example: "inspectia declaration score export.csv --json",
        run: { arguments in try DeclarationScoring(arguments).run() })
}

/// `declaration score`: from files to analyses, without a database.
struct DeclarationScoring {
    private let files: DeclarationFiles
    private let paths: [String]
    private let scoring: Once<Result<FileScoring, any Error>>
    private let form: ScoreForm

    init(_ arguments: Arguments) throws {
        files = try DeclarationFiles(arguments)
        paths = arguments.operands("FILE...")
        let strongest =
            arguments.value("--contributions") == "toutes"
            ? Int.max : try arguments.integer("--contributions", in: 0...1000) ?? 10
        form = arguments.has("--csv") ? .csv : arguments.has("--json") ? .json(strongest: strongest) : .text
        var chapter = arguments.value("--chapitre") ?? "auto"
        if chapter.hasPrefix("chap") { chapter.removeFirst(4) }
        guard chapter == "auto" || files.office.packs.sets[chapter] != nil else {
            throw UsageError(message: "--chapitre : il n’y a pas de pack pour « \(chapter) »")
        }
        let (office, models) = (files.office, arguments.value("--models"))
        let asked = chapter == "auto" ? nil : chapter
        scoring = Once {
            Result { try FileScoring(office, packages: InstalledModels.packages(in: models), chapter: asked) }
        }
    }

    func run() throws -> ExitCode {
        // The models come into memory while the first file is read.
        Thread.start("modeles") { [scoring] in _ = scoring.value }.detach()
        for (number, path) in paths.enumerated() {
            let read = Result { try files.read([path])[0].file }
            let scoring = try scoring.value.get()
            if number == 0 {
                for warning in scoring.warnings { Self.warn("attention : \(warning)") }
                try StandardOutput.write(form.header)
            }
            let file = try read.get()
            try scoring.run(
                file, strongest: form.strongest, write: { [form] in form.write($0, to: &$1) },
                sink: StandardOutput.write)
            for rejected in file.rejected {
                let reasons = rejected.reasons.map { $0.text(file.vocabulary) }.joined(separator: ", ")
                Self.warn("\(path), ligne \(rejected.line) rejetée : \(reasons)")
            }
        }
        return .ok
    }

    private static func warn(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}

/// How analyses are shown.
enum ScoreForm: Sendable {
    case text, csv
    case json(strongest: Int)

    /// How many contributions are put into words.
    var strongest: Int {
        switch self {
        case .csv: 0
        case .text: 3
        case .json(let strongest): strongest
        }
    }

    var header: [UInt8] {
        guard case .csv = self else { return [] }
        return Array("numero_declaration;chapitre;fraud_probability;voie;modele;resume;isolement\n".utf8)
    }

    func write(_ analysis: DeclarationAnalysis, to bytes: inout [UInt8]) {
        let (assessment, prediction) = (analysis.assessment, analysis.assessment.prediction)
        switch self {
        case .json(let strongest):
            var writer = JSONWriter(capacity: 16 << 10)
            analysis.write(to: &writer, strongest: strongest)
            bytes += writer.finish()
        case .csv:
            let probability = prediction.map { String($0.probability) } ?? ""
            let model = prediction.map { "\($0.model) \($0.version)" } ?? ""
            // Names and sentences are ours and hold no quotation mark.
            bytes += "\(assessment.key);\(assessment.chapter ?? "");\(probability);\(analysis.lane.rawValue);".utf8
            bytes += "\(model);\"\(prediction?.explanation.summary ?? "")\";".utf8
            bytes += (assessment.isolation.map { String($0.rank) } ?? "").utf8
        case .text:
            let share =
                prediction.map { ValueFormat.text($0.probability, kind: .nombre, unit: "part") } ?? "sans modèle"
            bytes += "\(assessment.key)  \(analysis.lane.rawValue)  \(share)".utf8
            for contribution in prediction?.explanation.contributions(3) ?? [] {
                bytes += "\n    \(contribution.sentence)".utf8
            }
            if let isolation = assessment.isolation { bytes += "\n    \(isolation.sentence)".utf8 }
            for control in assessment.controls { bytes += "\n    ! \(control.message)".utf8 }
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
