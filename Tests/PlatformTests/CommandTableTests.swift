import Platform
import Testing

@Suite struct CommandTableTests {
    private static let table = CommandTable(
        program: "inspectia", summary: "contrôle des déclarations en douane",
        commands: [
            Command(
                "serve", "démarre le service",
                options: [
                    .value("--host", "H", "adresse d’écoute"), .value("--port", "N", "port d’écoute"),
                    .flag("--demo", "ajoute des données de démonstration"),
                ],
                example: "inspectia serve --port 8080"
            ) { _ in .ok },
            Command(
                "model train", "entraîne un modèle",
                operands: [.init("DATA", "déclarations passées", repeated: true)],
                options: [
                    .value(
                        "--chapitre", "N", "chapitre du tarif", choices: ["30", "84", "85", "tous"], required: true),
                    .value("--seed", "S", "graine"), .value("--valid", "FILE", "fichier de validation", repeated: true),
                    .flag("--json", "une sortie pour programmes"),
                ],
                example: "inspectia model train --chapitre 30 passe.csv"
            ) { _ in .ok },
            Command("model list", "montre les modèles", example: "inspectia model list") { _ in .failure },
            Command(
                "decision replay", "recalcule une décision",
                operands: [.init("ID", "identifiant", required: false)],
                options: [.value("--last", "N", "les N dernières")], example: "inspectia decision replay --last 10"
            ) { _ in .checkFailed },
        ])

    private func arguments(_ line: String...) throws -> (command: String, arguments: Arguments) {
        guard case .run(let command, let arguments) = try Self.table.parse(line) else {
            throw UsageError(message: "help")
        }
        return (command.name, arguments)
    }
    private func help(_ line: String...) throws -> String? {
        guard case .help(let text) = try Self.table.parse(line) else { return nil }
        return text
    }
    private func message(_ line: [String]) -> String? {
        let error = #expect(throws: UsageError.self) { try Self.table.parse(line) }
        #expect(error?.exitCode.rawValue == 2)
        return error?.message
    }

    @Test func optionsAndOperandsComeInAnyOrder() throws {
        let (command, given) = try arguments(
            "model", "train", "a.csv", "--chapitre=30", "b.csv", "--valid", "v1", "--json", "--valid=v2", "--seed",
            "-7",
            "-", "--", "--c.csv", "--help")
        #expect(command == "model train")
        #expect(given.operands("DATA") == ["a.csv", "b.csv", "-", "--c.csv", "--help"])
        #expect(given.value("--chapitre") == "30")
        #expect(given.values("--valid") == ["v1", "v2"])
        #expect(given.has("--json"))
        #expect(try given.integer("--seed", in: -10...10) == -7)
        #expect(given.given == ["--chapitre": "30", "--valid": "v2", "--json": "", "--seed": "-7"])
    }

    @Test func valuesMayBeEmptyOrHoldAnEqualsSign() throws {
        #expect(try arguments("serve", "--host=").arguments.value("--host") == "")
        #expect(try arguments("serve", "--host=a=b").arguments.value("--host") == "a=b")
        #expect(try arguments("serve", "--host=--x").arguments.value("--host") == "--x")
        #expect(try arguments("serve", "--host", "").arguments.value("--host") == "")
    }

    @Test func whatWasNotGivenIsAbsent() throws {
        let (_, given) = try arguments("decision", "replay")
        #expect(given.operand("ID") == nil)
        #expect(given.value("--last") == nil)
        #expect(!given.has("--last"))
        #expect(try given.integer("--last", in: 1...10) == nil)
        #expect(given.given.isEmpty)
    }

    @Test func commandsRunAndTellTheirCode() async throws {
        for (line, code) in [
            (["serve"], ExitCode.ok), (["model", "list"], .failure), (["decision", "replay"], .checkFailed),
        ] {
            guard case .run(let command, let given) = try Self.table.parse(line) else { continue }
            #expect(try await command.run(given) == code)
        }
    }

    @Test(
        arguments: [
            ([], "il manque une commande"),
            (["serv"], "commande inconnue : « serv » (vouliez-vous dire « serve » ?)\nAide : inspectia --help"),
            (["xyzzy"], "commande inconnue : « xyzzy »\nAide : inspectia --help"),
            (["model"], "il manque un verbe après « model »"),
            (
                ["model", "tarin"],
                "verbe inconnu après « model » : « tarin » (vouliez-vous dire « train » ?)\nAide : inspectia model --help"
            ),
            (
                ["serve", "--prot", "1"],
                "option inconnue : --prot (vouliez-vous dire --port ?)\nAide : inspectia serve --help"
            ),
            (["serve", "-p", "1"], "option inconnue : -p\n"),
            (["serve", "--port"], "il manque la valeur de l’option --port N"),
            (["serve", "--port", "--demo"], "il manque la valeur de l’option --port N"),
            (["serve", "--port=1", "--port=2"], "l’option --port est donnée deux fois"),
            (["serve", "--demo=oui"], "l’option --demo ne prend pas de valeur"),
            (["serve", "--demo", "--demo"], "l’option --demo est donnée deux fois"),
            (["serve", "extra"], "argument en trop : « extra »"),
            (["model", "train", "x.csv"], "il manque l’option --chapitre N"),
            (["model", "train", "--chapitre", "30"], "il manque DATA"),
            (
                ["model", "train", "--chapitre", "tout", "x"],
                "--chapitre : « tout » n’est pas une valeur permise (vouliez-vous dire tous ?) ; choix : 30, 84, 85, tous"
            ),
        ] as [([String], String)])
    func mistakesAreExplained(line: [String], expected: String) {
        #expect(message(line)?.hasPrefix(expected) == true, "\(message(line) ?? "")")
    }

    @Test(arguments: ["x", "", "11", "1.5", "9999999999999999999999"])
    func numbersAreChecked(_ text: String) throws {
        let (_, given) = try arguments("decision", "replay", "--last=" + text)
        let error = #expect(throws: UsageError.self) { try given.integer("--last", in: 1...10) }
        #expect(error?.message == "--last : « \(text) » n’est pas un nombre entier de 1 à 10")
    }

    @Test func helpIsThereAtEachLevel() throws {
        let top = try #require(try help("--help"))
        for name in ["serve", "model train", "model list", "decision replay"] { #expect(top.contains("  \(name)  ")) }
        #expect(top.contains("Exemple : inspectia serve --port 8080"))
        let noun = try #require(try help("model", "-h"))
        #expect(noun.contains("  train  entraîne un modèle") && noun.contains("  list   montre les modèles"))
        #expect(!noun.contains("serve"))
        // Also beside a mistake.
        let verb = try #require(try help("model", "train", "--nonsense", "--help"))
        #expect(
            verb == """
                entraîne un modèle

                Usage : inspectia model train --chapitre N [OPTIONS] DATA...

                Arguments :
                  DATA  déclarations passées

                Options :
                  --chapitre N  chapitre du tarif (30, 84, 85, tous)
                  --seed S      graine
                  --valid FILE  fichier de validation
                  --json        une sortie pour programmes
                  --help        affiche cette aide

                Exemple : inspectia model train --chapitre 30 passe.csv

                """)
    }
}
