import JSON
import Platform
import Testing

extension Setting {
    fileprivate static let port = Setting(
        "http.port", .integer(1...65535), default: "8080", flag: "--port", "Port d’écoute.")
    fileprivate static let host = Setting(
        "http.host", .string, default: "127.0.0.1", flag: "--host", "Adresse d’écoute.")
    fileprivate static let demo = Setting(
        "demo", .boolean, default: "false", flag: "--demo", "Données de démonstration.")
    fileprivate static let timeout = Setting(
        "http.request_timeout", .duration(.milliseconds(100) ... .seconds(3600)), default: "30s", "Durée d’une requête."
    )
    fileprivate static let body = Setting(
        "http.body_limit", .byteSize(1000...1 << 30), default: "20MB", "Taille d’un envoi.")
    fileprivate static let level = Setting("log.level", .choice(["debug", "info", "warn"]), default: "info", "Niveau.")
    fileprivate static let proxies = Setting("http.trusted_proxies", .list, "Mandataires de confiance.")
    fileprivate static let data = Setting("data_dir", .path, "Dossier des données.")
    fileprivate static let database = Setting("database.password", .secret, "Mot de passe de la base.")
    fileprivate static let all = [port, host, demo, timeout, body, level, proxies, data, database]
}

@Suite struct ConfigurationTests {
    private let scratch: ScratchDirectory
    private let file: String

    init() throws {
        scratch = try ScratchDirectory()
        file = scratch("inspectia.json")
    }

    private func load(
        _ text: String? = nil, _ environment: [String: String] = [:], _ flags: [String: String] = [:]
    ) throws -> Configuration {
        if let text { try File.replace(file, with: Array(text.utf8)) }
        var sources = ConfigurationSources()
        (sources.flags, sources.environment) = (flags, environment)
        (sources.file, sources.otherVariables) = (file, ["INSPECTIA_CONFIG"])
        return try Configuration.load(Setting.all, from: sources)
    }

    private func problems(
        _ text: String? = nil, _ environment: [String: String] = [:], _ flags: [String: String] = [:]
    ) -> [String] {
        let error = #expect(throws: ConfigurationError.self) { try load(text, environment, flags) }
        return error?.problems.map { $0.message.replacing(file, with: "FICHIER") } ?? []
    }

    @Test func defaultsAreThereWithoutAnySource() throws {
        let configuration = try load()
        #expect(configuration.integer(.port) == 8080)
        #expect(configuration.text(.host) == "127.0.0.1")
        #expect(!configuration.boolean(.demo))
        #expect(configuration.duration(.timeout) == .seconds(30))
        #expect(configuration.byteSize(.body) == 20_000_000)
        #expect(configuration.text(.level) == "info")
        #expect(configuration.list(.proxies).isEmpty)
        #expect(configuration.textIfSet(.data) == nil)
        #expect(configuration.textIfSet(.database) == nil)
        #expect(configuration.origin(.port) == .defaultValue)
        #expect(configuration.origin(.data) == nil)
    }

    @Test func theStrongestSourceWins() throws {
        let text = #"{"http":{"port":1,"host":"file","request_timeout":"1s"}}"#
        let environment = ["INSPECTIA_HTTP_PORT": "2", "INSPECTIA_HTTP_HOST": "env", "INSPECTIA_DEMO": "", "PATH": "x"]
        let configuration = try load(text, environment, ["--port": "3", "--json": "", "--demo": ""])
        #expect(configuration.integer(.port) == 3)
        #expect(configuration.origin(.port) == .flag("--port"))
        #expect(configuration.text(.host) == "env")
        #expect(configuration.origin(.host) == .environment("INSPECTIA_HTTP_HOST"))
        #expect(configuration.duration(.timeout) == .seconds(1))
        #expect(configuration.origin(.timeout) == .file(file))
        #expect(configuration.boolean(.demo))
    }

    @Test func eachKindIsReadFromFileAndEnvironment() throws {
        let text = #"""
            {"http":{"port":443,"request_timeout":"250ms","body_limit":5000,"trusted_proxies":["10.0.0.1","::1"]},
             "demo":true,"log":{"level":"warn"},"data_dir":"/srv/données"}
            """#
        let read = try load(text)
        #expect(read.integer(.port) == 443 && read.boolean(.demo) && read.text(.level) == "warn")
        #expect(read.duration(.timeout) == .milliseconds(250) && read.byteSize(.body) == 5000)
        #expect(read.list(.proxies) == ["10.0.0.1", "::1"] && read.textIfSet(.data) == "/srv/données")
        let set = try load(
            "{}",
            [
                "INSPECTIA_HTTP_PORT": "65535", "INSPECTIA_DEMO": "oui", "INSPECTIA_LOG_LEVEL": "debug",
                "INSPECTIA_HTTP_REQUEST_TIMEOUT": "1h", "INSPECTIA_HTTP_BODY_LIMIT": "64KiB",
                "INSPECTIA_HTTP_TRUSTED_PROXIES": " 10.0.0.1 ,, ::1", "INSPECTIA_DATA_DIR": "data",
            ])
        #expect(set.integer(.port) == 65535 && set.boolean(.demo) && set.text(.level) == "debug")
        #expect(set.duration(.timeout) == .seconds(3600) && set.byteSize(.body) == 65536)
        #expect(set.list(.proxies) == ["10.0.0.1", "::1"] && set.textIfSet(.data) == "data")
    }

    @Test func allMistakesAreNamedAtOnce() {
        let text =
            #"{"http":{"prot":1,"port":70000,"host":""},"htpp":{"host":"x"},"demo":"true","log":3,"data_dir":null}"#
        let environment = [
            "INSPECTIA_HTTP_PROT": "1", "INSPECTIA_HTTP_REQUEST_TIMEOUT": "30", "INSPECTIA_XYZZY": "1",
            "INSPECTIA_CONFIG": "x",
        ]
        #expect(
            problems(text, environment, ["--port": "huit"]) == [
                "FICHIER : http.prot est inconnu (vouliez-vous dire http.port ?)",
                "FICHIER : http.port vaut « 70000 » ; est attendu : un nombre entier de 1 à 65535",
                "FICHIER : http.host vaut «  » ; est attendu : un texte",
                "FICHIER : htpp.host est inconnu (vouliez-vous dire http.host ?)",
                "FICHIER : demo vaut « \"true\" » ; est attendu : true ou false",
                "FICHIER : log ; est attendu : un objet",
                "FICHIER : data_dir vaut « null » ; est attendu : un chemin",
                "variable INSPECTIA_HTTP_REQUEST_TIMEOUT vaut « 30 » ; est attendu : une durée de 100ms à 1h, "
                    + "comme 30s, 5m ou 1h",
                "variable INSPECTIA_HTTP_PROT : inconnue (vouliez-vous dire INSPECTIA_HTTP_PORT ?)",
                "variable INSPECTIA_XYZZY : inconnue",
                "option --port vaut « huit » ; est attendu : un nombre entier de 1 à 65535",
            ])
    }

    @Test(arguments: [
        (#"{"http":{"port":"8080"}}"#, "http.port"), (#"{"http":{"port":1.5}}"#, "http.port"),
        (#"{"http":{"port":0}}"#, "http.port"), (#"{"http":{"port":65536}}"#, "http.port"),
        (#"{"http":{"port":99999999999999999999}}"#, "http.port"), (#"{"http":{"port":{"a":1}}}"#, "http.port"),
        (#"{"http":{"trusted_proxies":"a"}}"#, "http.trusted_proxies"),
        (#"{"http":{"trusted_proxies":["a",1]}}"#, "http.trusted_proxies"),
        (#"{"http":{"request_timeout":30}}"#, "http.request_timeout"),
        (#"{"http":{"request_timeout":"99ms"}}"#, "http.request_timeout"),
        (#"{"http":{"request_timeout":"61m"}}"#, "http.request_timeout"),
        (#"{"http":{"body_limit":"999B"}}"#, "http.body_limit"),
        (#"{"http":{"body_limit":"2GiB"}}"#, "http.body_limit"),
        (#"{"log":{"level":"trace"}}"#, "log.level"), (#"{"vide":{}}"#, "vide"),
    ])
    func wrongValuesOfTheFileAreRefused(text: String, key: String) {
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("FICHIER : \(key) ") == true)
    }

    @Test func aFileThatIsNotAnObjectIsRefused() {
        #expect(problems("[]") == ["FICHIER : un objet JSON est attendu"])
        #expect(problems(#"{"demo":true,}"#).first?.hasPrefix("FICHIER : ligne 1, colonne 14 : ") == true)
        #expect(problems(#"{"demo":true,"demo":false}"#).count == 1)
        #expect(problems("").count == 1)
    }

    @Test func aDottedNameIsNotAnotherWayToWriteAKey() {
        #expect(
            problems(#"{"http":{"port":1},"http.port":2}"#) == [
                "FICHIER : « http.port » s’écrit avec des objets, un par mot"
            ])
    }

    @Test func aMissingFileMattersOnlyWhenItWasNamed() throws {
        var sources = ConfigurationSources()
        sources.file = "/nonexistent/inspectia.json"
        #expect(try Configuration.load(Setting.all, from: sources).integer(.port) == 8080)
        sources.requiresFile = true
        let error = #expect(throws: ConfigurationError.self) { try Configuration.load(Setting.all, from: sources) }
        #expect(error?.problems.map(\.code) == [.unreadableFile])
        #expect(error?.message == "/nonexistent/inspectia.json : n’existe pas (open, errno 2)")
    }

    @Test func aFilePastTheLimitIsRefused() {
        let padding = String(repeating: " ", count: (1 << 20) - 2)
        #expect(throws: Never.self) { try load("{\(padding)}") }
        #expect(problems("{\(padding) }").first?.contains("dépasse la taille permise") == true)
    }

    @Test func secretsComeFromFilesOrVariables() throws {
        try File.replace(scratch("secret"), with: Array("s3cr\u{e9}t\n".utf8))
        let byVariable = try load("{}", ["INSPECTIA_DATABASE_PASSWORD": "direct"])
        #expect(byVariable.textIfSet(.database) == "direct")
        let byFile = try load("{}", ["INSPECTIA_DATABASE_PASSWORD_FILE": scratch("secret")])
        #expect(byFile.textIfSet(.database) == "s3crét")
        #expect(byFile.origin(.database) == .environment("INSPECTIA_DATABASE_PASSWORD_FILE"))
        let byConfiguration = try load(#"{"database":{"password_file":"\#(scratch("secret"))"}}"#)
        #expect(byConfiguration.textIfSet(.database) == "s3crét")
    }

    @Test func secretsAreNeverShown() throws {
        let canary = "canary-7f3a"
        try File.replace(scratch("secret"), with: Array(canary.utf8))
        let configuration = try load("{}", ["INSPECTIA_DATABASE_PASSWORD_FILE": scratch("secret")])
        let shown = configuration.table() + String(decoding: configuration.json(), as: UTF8.self)
        #expect(shown.contains("***") && !shown.contains(canary))
        // Nor by the messages about mistakes.
        let found = problems(
            #"{"database":{"password":"\#(canary)"}}"#,
            ["INSPECTIA_DATABASE_PASSWORD": canary, "INSPECTIA_DATABASE_PASSWORD_FILE": "/nonexistent"])
        #expect(found.count == 3)
        #expect(!found.joined().contains(canary))
        #expect(
            found.first == "FICHIER : database.password : un secret ne s’écrit pas ici ; "
                + "utilisez database.password_file ou INSPECTIA_DATABASE_PASSWORD_FILE")
    }

    @Test func secretFilesAreChecked() throws {
        for bytes in [[], [0x0a], [0xff, 0xfe], [UInt8](repeating: 0x61, count: 65537)] as [[UInt8]] {
            try File.replace(scratch("secret"), with: bytes)
            #expect(problems("{}", ["INSPECTIA_DATABASE_PASSWORD_FILE": scratch("secret")]).count == 1)
        }
        try File.replace(scratch("secret"), with: [UInt8](repeating: 0x61, count: 65536))
        let configuration = try load("{}", ["INSPECTIA_DATABASE_PASSWORD_FILE": scratch("secret")])
        #expect(configuration.textIfSet(.database)?.utf8.count == 65536)
    }

    @Test func theTableShowsValuesAndOrigins() throws {
        let configuration = try load(#"{"http":{"port":443}}"#, ["INSPECTIA_LOG_LEVEL": "warn"], ["--demo": ""])
        let lines = configuration.table().replacing(file, with: "F").split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines == [
                "http.port 443 fichier F", "http.host 127.0.0.1 défaut", "demo true option --demo",
                "http.request_timeout 30s défaut", "http.body_limit 20MB défaut",
                "log.level warn variable INSPECTIA_LOG_LEVEL", "http.trusted_proxies (non défini)",
                "data_dir (non défini)", "database.password (non défini)",
            ])
    }

    @Test func theJSONHasTypedValues() throws {
        let configuration = try load(#"{"http":{"trusted_proxies":["a\"b"]}}"#, ["INSPECTIA_DATABASE_PASSWORD": "x"])
        let json = try JSONValue(parsing: configuration.json())
        #expect(json.members?.map(\.name) == Setting.all.map(\.key))
        #expect(json["http.port"]?["valeur"] == .int(8080))
        #expect(json["http.port"]?["origine"] == .string("défaut"))
        #expect(json["demo"]?["valeur"] == .bool(false))
        #expect(json["http.request_timeout"]?["valeur"] == .string("30s"))
        #expect(json["http.trusted_proxies"]?["valeur"] == .array([.string("a\"b")]))
        #expect(json["data_dir"]?["valeur"] == .null)
        #expect(json["database.password"]?["valeur"] == .string("***"))
        #expect(json["database.password"]?["origine"] == .string("variable INSPECTIA_DATABASE_PASSWORD"))
    }

    @Test func theProcessEnvironmentIsReadable() {
        let variables = Environment.variables
        #expect(variables["PATH"]?.isEmpty == false)
        #expect(!variables.keys.contains(""))
    }
}
