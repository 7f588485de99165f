import Platform
import Service

/// Decisions that were recorded.
extension Commands {
    static let decisionReplay = Command(
        "decision replay", "Refait des décisions enregistrées et dit ce qui diffère",
        operands: [.init("ID", "décision, ou numéro de déclaration", required: false)],
        options: [
            .value("--config", "FICHIER", "fichier de configuration (config/inspectia.json par défaut)"),
            .value("--data-dir", "DIR", "répertoire des données (data par défaut)"),
            .value("--last", "N", "les N dernières décisions"), .flag("--json", "sortie pour les programmes"),
        ],
        example: "inspectia decision replay --last 1000",
        run: { arguments in
            let choice: DecisionCommands.Choice
            switch (arguments.operands("ID").first, try arguments.integer("--last", in: 1...1_000_000)) {
            case (let id?, nil): choice = .one(id)
            case (nil, let count?): choice = .last(count)
            default: throw UsageError(message: "indiquez une décision, ou --last N")
            }
            let verdict = try DecisionCommands.replay(try settings(arguments), choice)
            print(verdict.text(json: arguments.has("--json")))
            guard verdict.decisions > 0 else {
                throw UsageError(message: "aucune décision n’est enregistrée sous ce nom")
            }
            return verdict.isGood ? .ok : .checkFailed
        })
}

/// Past declarations.
extension Commands {
    static let historyImport = Command(
        "history import", "Charge des déclarations passées avec leurs issues",
        operands: [.init("FILE...", "fichiers (CSV, XLSX ou JSON)", repeated: true)],
        options: [
            .value("--config", "FICHIER", "fichier de configuration (config/inspectia.json par défaut)"),
            .value("--data-dir", "DIR", "répertoire des données (data par défaut)"),
            .value("--mapping", "FICHIER", "correspondance des colonnes : fichier, ou nom dans config/mappings"),
            .value("--config-dir", "DIR", "configuration du bureau, qui passe avant celle du programme"),
            .flag("--json", "sortie pour les programmes"),
        ],
        example: "inspectia history import 2024.csv 2025.csv",
        run: { arguments in
            let files = try DeclarationFiles(arguments)
            let sources = try files.read(arguments.operands("FILE..."))
            let summary = try HistoryCommands.load(try settings(arguments), sources, office: files.office)
            print(summary.text(json: arguments.has("--json")))
            return .ok
        })
}
