import Glibc
import Platform
import Service

/// The service at work, for those who want to see it.
extension Commands {
    static let demoSeed = Command(
        "demo seed", "Remplit une base vide d'une année imaginée : comptes, déclarations, décisions, verdicts",
        options: [
            configuration, dataDirectory, json,
            .value("--declarations", "N", "combien de déclarations (3000 par défaut)"),
            .value("--seed", "S", "la même graine donne le même monde (7 par défaut)"),
        ],
        example: "inspectia demo seed --data-dir demonstration",
        run: { arguments in
            // What goes well is told by the counter and the summary.
            try Log.shared.configure(.init(level: .warn))
            let (isJSON, shows) = (arguments.has("--json"), isatty(STDERR_FILENO) == 1)
            let summary = try DemonstrationCommands.seed(
                try settings(arguments), declarations: try arguments.integer("--declarations", in: 1...100_000) ?? 3000,
                seed: try arguments.integer("--seed", in: 0...Int(Int32.max)) ?? 7
            ) { report in
                switch report {
                // At once: they are shown again to nobody.
                case .accounts(let accounts) where !isJSON: try? writeOut(Array("\(accounts.text)\n\n".utf8))
                case .progress(let done, let total) where shows:
                    let text = Array("\r\(done) / \(total) déclarations\(done == total ? "\n" : "\u{1b}[K")".utf8)
                    _ = write(STDERR_FILENO, text, text.count)
                default: break
                }
            }
            print(summary.text(json: isJSON))
            return .ok
        })
}
