import Customs
import Glibc
import Platform

/// Commands about declarations, which need no database.
enum DeclarationCommands {
    static let read = Command(
        "declaration read", "Dit ce qui a été compris d'un fichier de déclarations (CSV, XLSX ou JSON)",
        operands: [.init("FILE", "fichier à lire")],
        options: [
            .value("--mapping", "FICHIER", "correspondance des colonnes : fichier, ou nom dans config/mappings"),
            .value("--config-dir", "DIR", "configuration du bureau, qui passe avant celle du programme"),
            .value("--chapitre", "NN", "n'accepter que ce chapitre", choices: chapters),
            .value("--rejets", "FICHIER", "écrit les lignes rejetées et leurs motifs, en CSV"),
            .value(
                "--enregistrer-mapping", "FICHIER", "écrit la correspondance trouvée, pour la relire et la corriger"),
            .flag("--controles", "contrôle aussi chaque déclaration (sommes, taxes, dates)"),
            .flag("--json", "sortie pour les programmes"),
        ],
        example: "inspectia declaration read export.csv --rejets rejets.csv",
        run: { arguments in
            var reading = DeclarationReading(path: arguments.operand("FILE") ?? "")
            reading.mapping = arguments.value("--mapping")
            reading.configuration = arguments.value("--config-dir")
            reading.chapter = arguments.value("--chapitre")
            reading.rejects = arguments.value("--rejets")
            reading.savedMapping = arguments.value("--enregistrer-mapping")
            reading.controls = arguments.has("--controles")
            reading.isJSON = arguments.has("--json")
            do {
                return try reading.run(output: StandardOutput.write, progress: { CountProgress().show($0, "lignes") })
            } catch let error as CustomsError where error.code != "unreadable_file" {
                throw UsageError(message: error.message)
            }
        })

    private static let chapters = (1...97).map { $0 < 10 ? "0\($0)" : String($0) }
}

/// Bytes for whoever reads what the program says.
enum StandardOutput {
    static func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress! + done, bytes.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError("write", "sortie standard", errno: errno) }
            done += count
        }
    }
}
