import Customs
import Glibc
import Platform

extension Commands {
    static let simulate = Command(
        "simulate", "Imagine un monde d'exercice : déclarations, fraudes, contrôles",
        options: [
            .value("--declarations", "N", "combien de déclarations", required: true),
            .value("--seed", "S", "la même graine donne le même monde (42 par défaut)"),
            .value("--out", "DIR", "où écrire declarations.csv et verite.csv", required: true),
        ],
        example: "inspectia simulate --declarations 10000 --seed 42 --out exercice",
        run: { arguments in
            let count = try arguments.integer("--declarations", in: 1...5_000_000) ?? 0
            let seed = try arguments.integer("--seed", in: 0...Int(Int32.max)) ?? 42
            let directory = arguments.value("--out") ?? ""
            let configuration = try ConfigurationDirectory()
            let twin = Twin(
                try TwinWorld.load(from: configuration), tariff: try Tariff.load(from: configuration),
                declarations: count, seed: UInt64(seed))
            let isTerminal = isatty(STDERR_FILENO) == 1
            let summary = try TwinFiles.write(twin, declarations: count, to: directory) { made in
                guard isTerminal else { return }
                let line = Array("\r\(made) déclarations sur \(count)\u{1b}[K".utf8)
                _ = write(STDERR_FILENO, line, line.count)
            }
            if isTerminal { _ = write(STDERR_FILENO, "\r\u{1b}[K", 4) }
            print(
                """
                \(summary.declarations) déclarations, \(summary.articles) articles : \(directory)/\(TwinFiles.declarations)
                \(summary.frauds) fraudes en vérité : \(directory)/\(TwinFiles.truth)
                \(summary.controls) contrôles, dont \(summary.found) ont trouvé une fraude
                """)
            return .ok
        })
}
