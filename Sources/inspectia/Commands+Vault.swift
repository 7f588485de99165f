import Glibc
import Platform
import Service

/// Keys, and the data of persons.
extension Commands {
    static let vault = [keysRotate, keysStatus, keysPrepare, keysForget, personExport]

    static let keysRotate = Command(
        "keys rotate", "Renouvelle la clé qui protège celles des personnes, pendant que le service tourne",
        options: [
            configuration, dataDirectory, json,
            .flag("--tokens", "renouvelle aussi la clé qui signe les jetons d'accès"),
        ],
        example: "inspectia keys rotate --data-dir /var/lib/inspectia",
        run: { arguments in
            let shows = isatty(STDERR_FILENO) == 1
            let rotation = try VaultCommands.rotate(try settings(arguments), tokens: arguments.has("--tokens")) {
                guard shows else { return }
                let text = Array("\r\($0) / \($1) personnes\($0 == $1 ? "\n" : "")".utf8)
                _ = write(STDERR_FILENO, text, text.count)
            }
            print(rotation.text(json: arguments.has("--json")))
            return .ok
        })

    static let keysStatus = Command(
        "keys status", "Montre les clés qui protègent les données, et ce que chacune protège encore",
        options: [configuration, dataDirectory, json], example: "inspectia keys status",
        run: { arguments in
            print(try VaultCommands.status(try settings(arguments)).text(json: arguments.has("--json")))
            return .ok
        })

    static let keysPrepare = Command(
        "keys prepare", "Crée un fichier de clés, ou y ajoute la suivante, sans base : pour le distribuer d'avance",
        operands: [.init("FICHIER", "fichier que désignera vault.keys")],
        example: "inspectia keys prepare coffre.json",
        run: { arguments in
            print("Dernière clé du fichier : \(try VaultCommands.prepare(arguments.operand("FICHIER") ?? "")).")
            return .ok
        })

    static let keysForget = Command(
        "keys forget",
        "Détruit une clé retirée : les sauvegardes de son temps deviennent illisibles, effacements compris",
        operands: [.init("VERSION", "numéro de la clé, que donne « keys status »")],
        options: [configuration, dataDirectory], example: "inspectia keys forget 1",
        run: { arguments in
            guard let version = Int(arguments.operand("VERSION") ?? "") else {
                throw UsageError(message: "VERSION : un numéro de clé est un nombre entier")
            }
            try VaultCommands.forget(try settings(arguments), version: version)
            print("La clé \(version) est détruite.")
            return .ok
        })

    static let personExport = Command(
        "person export", "Écrit en JSON tout ce qui est conservé d'une personne",
        operands: [.init("ID", "identifiant de la personne, que donne POST /api/v2/personnes/recherche")],
        options: [configuration, dataDirectory],
        example: "inspectia person export 019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b1 > personne.json",
        run: { arguments in
            let id = arguments.operand("ID") ?? ""
            guard try VaultCommands.export(try settings(arguments), person: id, to: { try writeOut($0) }) else {
                throw UsageError(message: "aucune personne n’a l’identifiant « \(id) »")
            }
            return .ok
        })
}
