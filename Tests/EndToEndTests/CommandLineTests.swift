import Glibc
import JSON
import Platform
import TestKit
import Testing

/// Commands that end by themselves.
@Suite struct CommandLineTests {
    private let scratch: TemporaryDirectory

    init() throws { scratch = try TemporaryDirectory() }

    // MARK: Help and usage

    @Test(arguments: [
        ["--help"], ["config", "--help"], ["serve", "--help"], ["migrate", "--help"], ["config", "show", "--help"],
        ["audit", "verify", "--help"], ["user", "add", "--help"], ["admin", "bootstrap", "--help"],
        ["token", "issue", "--help"], ["audit", "export", "--help"], ["config", "check", "--help"],
        ["doctor", "--help"], ["openapi", "--help"], ["declaration", "read", "--help"], ["keys", "rotate", "--help"],
        ["keys", "status", "--help"], ["keys", "prepare", "--help"], ["keys", "forget", "--help"],
        ["person", "export", "--help"],
    ])
    func helpIsEverywhere(_ words: [String]) throws {
        let outcome = try Program.run(words)
        #expect(outcome.status == .exited(0))
        #expect(outcome.errors.isEmpty)
        #expect(outcome.output.contains("Exemple : inspectia "))
        #expect(outcome.output.contains("Usage : inspectia ") || words == ["--help"])
    }

    @Test func theProgramKnowsItsVersion() throws {
        let outcome = try Program.run(["--version"])
        #expect(outcome.status == .exited(0))
        #expect(outcome.output.hasPrefix("inspectia "))
    }

    @Test(arguments: [
        [], ["serv"], ["config"], ["config", "shwo"], ["serve", "--prot", "1"], ["serve", "--port"],
        ["serve", "--port", "x"], ["serve", "--port", "65536"], ["serve", "--host", "localhost"],
        ["serve", "--tls-cert", "c"], ["serve", "extra"], ["migrate", "--config", "/nonexistent"],
        ["doctor", "--json=1"],
    ])
    func wrongUsageIsTwo(_ words: [String]) throws {
        let outcome = try Program.run(words)
        #expect(outcome.status == .exited(2))
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("inspectia : "))
        #expect(!outcome.errors.contains("Error"))
    }

    // MARK: Configuration

    @Test func aGoodConfigurationIsSaidToBe() throws {
        let file = try scratch.file("c.json", Array(#"{"http":{"port":9090},"log":{"level":"warn"}}"#.utf8))
        let outcome = try Program.run(["config", "check", "--config", file])
        #expect(outcome.status == .exited(0))
        #expect(outcome.output == "La configuration est correcte.\n")
        let shown = try Program.run(
            ["config", "show", "--json"], ["INSPECTIA_CONFIG": file, "INSPECTIA_WORKERS": "7"])
        #expect(shown.status == .exited(0))
        let text = shown.output
        #expect(try JSONValue(parsing: Array(text.utf8)).members?.isEmpty == false)
        for value in ["9090", "warn", file, "INSPECTIA_WORKERS"] { #expect(text.contains(value)) }
    }

    @Test(arguments: [
        (#"{"http":{"prot":1}}"#, "http.prot"), (#"{"http":{"port":"x"}}"#, "http.port"), ("{", "c.json"),
        (#"{"http":{"host":"nom"}}"#, "http.host"), (#"{"http":{"tls_cert":"c"}}"#, "http.tls_key"),
        (#"{"database":{"url":"postgresql://u:secret-en-clair@h/x"}}"#, "database.url"),
    ])
    func aBadConfigurationIsThree(_ text: String, _ named: String) throws {
        let file = try scratch.file("c.json", Array(text.utf8))
        let outcome = try Program.run(["config", "check", "--config", file])
        #expect(outcome.status == .exited(3))
        #expect(outcome.output.contains(named))
        #expect(!(outcome.output + outcome.errors).contains("secret-en-clair"))
        #expect(try Program.run(["serve", "--config", file]).status == .exited(2))
    }

    @Test func secretsAreNotShown() throws {
        let variables = ["INSPECTIA_DATABASE_URL": "postgresql://u:motdepasse@h/x"]
        for words in [["config", "show"], ["config", "show", "--json"]] {
            let outcome = try Program.run(words, variables)
            #expect(outcome.status == .exited(0))
            #expect(outcome.output.contains("database.url") || outcome.output.contains("\"url\""))
            #expect(!outcome.output.contains("motdepasse"))
        }
    }

    @Test func anUnknownVariableIsNamed() throws {
        let outcome = try Program.run(["config", "check"], ["INSPECTIA_HTTP_PROT": "1"])
        #expect(outcome.status == .exited(3))
        #expect(outcome.output.contains("INSPECTIA_HTTP_PORT"))
    }

    // MARK: Resources

    /// Whoever can write where a command is typed must not choose the SQL that it runs.
    @Test func theWorkingDirectoryDoesNotChooseTheMigrations() throws {
        try File.createDirectory(scratch.path + "/migrations")
        _ = try scratch.file("migrations/0001_piege.sql", Array("CREATE TABLE piege ();".utf8))
        let database = try TestDatabase()
        let variables = ["INSPECTIA_DATABASE_URL": database.connectionString]
        let outcome = try Program.run(["migrate", "--json"], variables, in: scratch.path)
        #expect(outcome.status == .exited(0))
        let applied = try JSONValue(parsing: Array(outcome.output.utf8))["migrations"]?.array?.map(\.string)
        #expect(try applied == Program.migrations.get())
        #expect(try database.value("SELECT to_regclass('piege') IS NULL") == "t")
        #expect(try Program.run(["migrate"], variables).output == "Le schéma est à jour.\n")
    }

    @Test func theDocumentNeedsNoDatabase() throws {
        let outcome = try Program.run(["openapi"])
        #expect(outcome.status == .exited(0))
        let document = try JSONValue(parsing: Array(outcome.output.utf8))
        #expect(document["openapi"]?.string == "3.1.0")
        #expect(document["paths"]?["/health"] != nil)
    }

    // MARK: Accounts

    @Test func theFirstAdministratorComesWithACode() throws {
        let database = try TestDatabase()
        let variables = ["INSPECTIA_DATABASE_URL": database.connectionString, "INSPECTIA_DATA_DIR": scratch.path]
        let outcome = try Program.run(["admin", "bootstrap", "--json"], variables)
        #expect(outcome.status == .exited(0))
        let code = try #require(try JSONValue(parsing: Array(outcome.output.utf8))["code"]?.string)
        #expect(code.utf8.count == 39)
        #expect(try database.value("SELECT count(*) FROM users") == "0")
        #expect(
            try database.value("SELECT count(*) FROM activation_codes WHERE expires_at < now() + interval '24 hours'")
                == "1")
    }

    @Test func aPasswordIsReadFromStandardInputAndATokenIssued() throws {
        let database = try TestDatabase()
        let variables = ["INSPECTIA_DATABASE_URL": database.connectionString, "INSPECTIA_DATA_DIR": scratch.path]
        let secret = try scratch.file("secret", Array("quatre chevaux verts\n".utf8))
        func add(_ file: String, _ words: [String]) throws -> Program.Outcome {
            let shell = ["/bin/sh", "-c", "exec \"$@\" < '\(file)'", "sh"]
            return try Program.run(["user", "add"] + words, variables, prefix: shell)
        }
        #expect(try add(secret, ["awa.diop", "--role", "inspecteur", "--bureau", "18N"]).status == .exited(0))
        #expect(try database.value("SELECT role || bureau || status FROM users") == "inspecteur18Nactif")
        #expect(try database.value("SELECT password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%' FROM users") == "t")
        let again = try add(secret, ["awa.diop", "--role", "inspecteur"])
        #expect(again.status == .exited(1))
        #expect(again.errors == "inspectia : le compte « awa.diop » existe déjà\n")
        let short = try scratch.file("short", Array("court".utf8))
        #expect(try add(short, ["b.sarr", "--role", "admin"]).status == .exited(1))
        #expect(try add(secret, ["b.sarr", "--role", "roi"]).status == .exited(2))

        let token = try Program.run(["token", "issue", "awa.diop", "--ttl", "30m"], variables)
        #expect(token.status == .exited(0))
        #expect(token.output.split(separator: ".").count == 3)
        #expect(try Program.run(["token", "issue", "personne"], variables).status == .exited(1))
        #expect(try Program.run(["token", "issue", "awa.diop", "--ttl", "61m"], variables).status == .exited(2))
        let service = try Serving(.at(database.connectionString), ["--data-dir", scratch.path])
        let bearer = "Authorization: Bearer \(token.output.dropLast())\r\n"
        let head = "GET /auth/me HTTP/1.1\r\nHost: localhost\r\n\(bearer)\r\n"
        let deadline = Instant.now() + .seconds(20)
        while true {
            let client = try RawClient(port: service.port)
            defer { client.close() }
            try client.send(head)
            let answer = try client.receive()
            if answer.status == 200 {
                #expect(try JSONValue(parsing: answer.body)["username"] == "awa.diop")
                break
            }
            // Until it has read what was revoked, it lets nobody in.
            try #require(answer.status == 503 && Instant.now() < deadline)
            usleep(10_000)
        }
        #expect(try Program.run(["audit", "verify"], variables).status == .exited(0))
        #expect(try service.stop() == .exited(0))
    }

    // MARK: The audit trail

    @Test func aJournalIsVerifiedAndItsFaultNamed() throws {
        let database = try TestDatabase()
        let variables = ["INSPECTIA_DATABASE_URL": database.connectionString, "INSPECTIA_DATA_DIR": scratch.path]
        #expect(try Program.run(["migrate"], variables).status == .exited(0))
        let good = try Program.run(["audit", "verify"], variables)
        #expect(good.status == .exited(0))
        #expect(good.output == "Le journal est intègre : 0 événements, sans ancre à comparer.\n")
        try database.value(
            """
            INSERT INTO audit_events (canonical, hash)
            VALUES ('{"acteur":"a","date":"d","evenement":"e","seq":1}', sha256('x'))
            """)
        let bad = try Program.run(["audit", "verify", "--json"], variables)
        #expect(bad.status == .exited(3))
        #expect(try JSONValue(parsing: Array(bad.output.utf8))["premier_numero_fautif"]?.int == 1)
        let exported = try Program.run(["audit", "export"], variables).output
        #expect(exported.hasSuffix(#" {"acteur":"a","date":"d","evenement":"e","seq":1}"# + "\n"))
        let file = try scratch.file("journal", Array(exported.utf8))
        #expect(try Program.run(["audit", "verify", "--journal", file]).status == .exited(3))
    }

    // MARK: Databases elsewhere

    @Test func doctorExaminesADatabaseElsewhere() throws {
        let database = try TestDatabase()
        let variables = ["INSPECTIA_DATABASE_URL": database.connectionString, "INSPECTIA_DATA_DIR": scratch.path]
        let good = try Program.run(["doctor"], variables)
        #expect(good.status == .exited(0))
        #expect(good.output.contains("! schéma"))
        #expect(good.output.contains("✓ base"))
        let bad = try Program.run(
            ["doctor", "--json"], variables.merging(["INSPECTIA_DATABASE_URL": "host=\(scratch.path)"]) { $1 })
        #expect(bad.status == .exited(3))
        #expect(try JSONValue(parsing: Array(bad.output.utf8))["sain"]?.bool == false)
    }

    @Test func aNewerDatabaseIsLeftAlone() throws {
        let database = try TestDatabase()
        let variables = ["INSPECTIA_DATABASE_URL": database.connectionString, "INSPECTIA_DATA_DIR": scratch.path]
        #expect(try Program.run(["migrate"], variables).status == .exited(0))
        try database.value("INSERT INTO schema_migrations VALUES (9999, 'futur', 'x', now(), 0)")
        let message = "La base de données est plus récente que ce programme (migration 9999)"
        for words in [["serve", "--port", "0"], ["migrate"]] {
            let outcome = try Program.run(words, variables)
            #expect(outcome.status == .exited(1))
            #expect(outcome.errors.contains(message))
        }
        let examined = try Program.run(["doctor"], variables)
        #expect(examined.status == .exited(3))
        #expect(examined.output.contains(message))
        let applied = try Program.migrations.get().count
        #expect(try database.value("SELECT count(*) FROM schema_migrations") == String(applied + 1))
    }

    @Test func aPortInUseIsSaid() throws {
        let other = try Serving(.none, isReady: false)
        let outcome = try Program.run(
            ["serve", "--port", "\(other.port)", "--data-dir", scratch.path],
            ["INSPECTIA_DATABASE_URL": "host=/nonexistent"])
        #expect(outcome.status == .exited(1))
        #expect(outcome.errors.contains("127.0.0.1:\(other.port) est déjà occupé par un autre programme"))
    }

    @Test func aDataDirectoryThatCannotBeIsSaid() throws {
        let file = try scratch.file("f", [])
        let outcome = try Program.run(["serve", "--port", "0", "--data-dir", file + "/data"])
        #expect(outcome.status == .exited(1))
        #expect(outcome.errors.contains(file))
        #expect(!outcome.errors.contains("FileError"))
    }

    @Test func aCertificateThatIsNoneIsSaid() throws {
        let file = try scratch.file("c.pem", Array("rien".utf8))
        let outcome = try Program.run(
            ["serve", "--port", "0", "--data-dir", scratch.path, "--tls-cert", file, "--tls-key", file])
        #expect(outcome.status == .exited(1))
        #expect(outcome.errors.contains("certificat ou clé TLS inutilisable"))
    }
}
