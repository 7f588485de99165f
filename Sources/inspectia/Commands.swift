import Glibc
import Platform
import Service

/// What the program can be asked to do.
enum Commands {
    static let table = CommandTable(
        program: "inspectia", summary: "aide au ciblage des contrôles douaniers",
        commands: [
            serve, migrate, adminBootstrap, userAdd, tokenIssue, auditVerify, auditResume, auditExport, configShow,
            configCheck,
            doctor, openAPI, DeclarationCommands.read, DeclarationCommands.score, historyImport, decisionReplay,
            DocumentCommands.extract, DocumentCommands.pages, simulate, demoSeed,
        ] + vault + retention + models + [workerTrain, DocumentCommands.worker])

    /// Where the settings come from, for every command that has any.
    static let configuration = Command.Option.value(
        "--config", "FICHIER", "fichier de configuration (config/inspectia.json par défaut)")
    static let dataDirectory = Command.Option.value(
        "--data-dir", "DIR", "répertoire des données (data par défaut)")
    static let json = Command.Option.flag("--json", "sortie pour les programmes")

    static let serve = Command(
        "serve", "Lance le service",
        options: [
            configuration, dataDirectory,
            .value("--host", "IP", "adresse d'écoute (127.0.0.1 par défaut)"),
            .value("--port", "N", "port d'écoute (8080 par défaut)"),
            .value("--tls-cert", "FICHIER", "chaîne de certificats TLS, en PEM"),
            .value("--tls-key", "FICHIER", "clé privée du certificat, en PEM"),
        ],
        example: "inspectia serve --host 0.0.0.0 --port 8443 --tls-cert cert.pem --tls-key cle.pem",
        run: { arguments in ServiceProcess.serve(try settings(arguments)) })

    static let migrate = Command(
        "migrate", "Met la base de données au schéma de cette version", options: [configuration, dataDirectory, json],
        example: "inspectia migrate --data-dir /var/lib/inspectia",
        run: { arguments in
            print(try SchemaMigration.run(try settings(arguments)).text(json: arguments.has("--json")))
            return .ok
        })

    static let adminBootstrap = Command(
        "admin bootstrap", "Donne un code, valable 24 h et une seule fois, pour créer le premier administrateur",
        options: [configuration, dataDirectory, json], example: "inspectia admin bootstrap",
        run: { arguments in
            let code = try AccountCommands.bootstrap(try settings(arguments))
            print(code.text(json: arguments.has("--json")))
            return .ok
        })

    static let userAdd = Command(
        "user add", "Crée un compte ; le mot de passe est lu sur l'entrée standard",
        operands: [.init("NOM", "nom du compte : minuscules, chiffres, « . », « - », « _ »")],
        options: [
            configuration, dataDirectory, json,
            .value("--role", "ROLE", "ce que le compte peut faire", choices: AccountCommands.roles, required: true),
            .value("--bureau", "CODE", "bureau dont le compte voit les dossiers (tous par défaut)"),
            .value("--email", "ADRESSE", "adresse électronique"),
        ],
        example: "inspectia user add awa.diop --role inspecteur --bureau 18N < mot-de-passe.txt",
        run: { arguments in
            let id = try AccountCommands.add(
                try settings(arguments), username: arguments.operand("NOM") ?? "",
                role: arguments.value("--role") ?? "", bureau: arguments.value("--bureau"),
                email: arguments.value("--email"), password: try Descriptor.line())
            print(arguments.has("--json") ? "{\"id\":\"\(id)\"}" : "Compte créé : \(id)")
            return .ok
        })

    static let tokenIssue = Command(
        "token issue", "Donne un jeton d'accès, pour les scripts de cette machine",
        operands: [.init("NOM", "nom du compte")],
        options: [configuration, dataDirectory, .value("--ttl", "DUREE", "durée de 1 à 60 minutes (15m par défaut)")],
        example: "inspectia token issue awa.diop --ttl 30m",
        run: { arguments in
            let minutes = arguments.value("--ttl") ?? "15m"
            guard minutes.hasSuffix("m"), let count = Int(minutes.dropLast()), 1...60 ~= count else {
                throw UsageError(message: "--ttl : « \(minutes) » n’est pas une durée de 1m à 60m")
            }
            print(
                try AccountCommands.token(
                    try settings(arguments), username: arguments.operand("NOM") ?? "", seconds: count * 60))
            return .ok
        })

    static let auditVerify = Command(
        "audit verify", "Vérifie la chaîne du journal d'audit et dit le premier événement fautif",
        options: [
            configuration, dataDirectory, json,
            .value("--anchors", "FICHIER", "ancres signées à comparer"),
            .value("--journal", "FICHIER", "un journal exporté, au lieu de la base"),
            .value("--key", "FICHIER", "clé publique des ancres (celle du répertoire des données par défaut)"),
        ],
        example: "inspectia audit verify --anchors /mnt/ancres/anchors.jsonl",
        run: { arguments in
            let verdict = try AuditCommands.verify(
                try settings(arguments), journal: arguments.value("--journal"), anchors: arguments.value("--anchors"),
                key: arguments.value("--key"))
            print(verdict.text(json: arguments.has("--json")))
            return verdict.isGood ? .ok : .checkFailed
        })

    static let auditResume = Command(
        "audit resume",
        "Relie le journal à ses ancres après la restauration d'une sauvegarde, par un événement qui le dit",
        options: [
            configuration, dataDirectory,
            .value("--reason", "MOTIF", "ce qui a été restauré, et pourquoi"),
        ],
        example: "inspectia audit resume --reason \"disque perdu, sauvegarde du 12 mars\"",
        run: { arguments in
            guard let reason = arguments.value("--reason") else {
                throw UsageError(message: "--reason : dites ce qui a été restauré, et pourquoi")
            }
            let seq = try AuditCommands.resume(try settings(arguments), reason: reason)
            print("Le journal est repris : l'événement \(seq) le dit, et une ancre le signe.")
            return .ok
        })

    static let auditExport = Command(
        "audit export", "Écrit le journal d'audit : une empreinte et un événement par ligne",
        options: [configuration, dataDirectory], example: "inspectia audit export > journal.txt",
        run: { arguments in
            try AuditCommands.export(try settings(arguments)) { try writeOut($0) }
            return .ok
        })

    /// To standard output, whole.
    static func writeOut(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw FileError("write", "stdout", errno: errno) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    static let configShow = Command(
        "config show", "Montre chaque réglage, sa valeur et d'où elle vient",
        options: [configuration, dataDirectory, json], example: "inspectia config show",
        run: { arguments in
            let configuration = try loadConfiguration(arguments)
            print(
                arguments.has("--json")
                    ? String(decoding: configuration.json(), as: UTF8.self) : configuration.table(), terminator: "")
            return .ok
        })

    static let configCheck = Command(
        "config check", "Vérifie la configuration sans rien lancer", options: [configuration, dataDirectory],
        example: "inspectia config check --config /etc/inspectia/inspectia.json",
        run: { arguments in
            do {
                _ = try settings(arguments)
            } catch let error as ConfigurationError {
                print(error.message)
                return .checkFailed
            } catch let error as SettingsError {
                print(error.description)
                return .checkFailed
            }
            print("La configuration est correcte.")
            return .ok
        })

    static let doctor = Command(
        "doctor", "Examine l'installation et conseille", options: [configuration, dataDirectory, json],
        example: "inspectia doctor --data-dir /var/lib/inspectia",
        run: { arguments in
            let report = Doctor.examine(try settings(arguments))
            print(arguments.has("--json") ? report.json : report.text, terminator: "")
            return report.isHealthy ? .ok : .checkFailed
        })

    static let openAPI = Command(
        "openapi", "Écrit le document OpenAPI 3.1 de l'API", options: [configuration],
        example: "inspectia openapi > openapi.json",
        run: { arguments in
            print(String(decoding: try Service.openAPI(try settings(arguments)), as: UTF8.self))
            return .ok
        })

    static func settings(_ arguments: Arguments) throws -> ServiceSettings {
        try ServiceSettings(try loadConfiguration(arguments))
    }

    private static func loadConfiguration(_ arguments: Arguments) throws(ConfigurationError) -> Configuration {
        let environment = Environment.variables
        var sources = ConfigurationSources()
        sources.flags = arguments.given
        sources.environment = environment
        sources.otherVariables = SettingsTable.otherVariables
        let named = arguments.value("--config") ?? environment[SettingsTable.configurationVariable]
        (sources.file, sources.requiresFile) = (named ?? "config/inspectia.json", named != nil)
        return try .load(SettingsTable.all, from: sources)
    }
}

extension Descriptor {
    /// The first line of standard input.
    fileprivate static func line() throws -> String {
        let input = Descriptor(owning: dup(STDIN_FILENO))
        let bytes = try input.readToEnd(limit: 64 << 10, name: "stdin")
        var line = Array(bytes.prefix { $0 != 0x0a })
        if line.last == 0x0d { line.removeLast() }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw UsageError(message: "le mot de passe lu n’est pas du texte en UTF-8")
        }
        return text
    }
}
