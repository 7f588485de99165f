import HTTP
import Net
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

@Suite struct ServiceSettingsTests {
    @Test func theDefaults() throws {
        let settings = try ServiceSettings.reading([:])
        #expect(settings.dataDirectory == "data")
        #expect(settings.databaseURL == nil)
        #expect(settings.loops == Thread.availableCores)
        #expect(settings.workers == Thread.availableCores)
        #expect(settings.accessLog == .all)
        #expect(settings.secondFactors.roles == [.expert, .chief, .admin])
        #expect(!settings.secondFactors.toleratesPreviousStep)
        #expect(settings.secondFactorKeys == "data/keys/second-factors.json")
        #expect(settings.crossOrigin.origins.isEmpty)
        #expect(!settings.crossOrigin.allowsCredentials)
        #expect(settings.url(port: 8080) == "http://127.0.0.1:8080/")
        #expect(settings.log.level == .info)
        #expect(settings.log.format == .automatic)
        #expect(settings.log.destination == .standardError)

        let server = settings.serverConfiguration
        #expect(server.host == "127.0.0.1")
        #expect(server.port == 8080)
        #expect(server.tls == nil)
        #expect(server.trustedProxies.blocks.isEmpty)
        #expect(server.timeouts.head == .seconds(10))
        #expect(server.timeouts.idle == .seconds(75))
        #expect(server.limits.connections == 16_384)
        #expect(server.limits.connectionsPerAddress == 1024)
        #expect(server.limits.requestsInFlight == 2048)
        #expect(server.limits.drain == .seconds(20))
        let database = settings.databaseConfiguration("")
        #expect(database.limits.sharedLinks == 2)
        #expect(database.limits.leasedLinks == 8)
        #expect(database.limits.statementTimeout == .seconds(30))
    }

    @Test func everySettingArrives() throws {
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATA_DIR": "/srv/x", "INSPECTIA_WORKERS": "3", "INSPECTIA_HTTP_LOOPS": "5",
            "INSPECTIA_HTTP_HOST": "::1", "INSPECTIA_HTTP_PORT": "1", "INSPECTIA_HTTP_TLS_CERT": "/c",
            "INSPECTIA_HTTP_TLS_KEY": "/k", "INSPECTIA_HTTP_CONNECTIONS": "2", "INSPECTIA_HTTP_DRAIN": "3s",
            "INSPECTIA_HTTP_CONNECTIONS_PER_ADDRESS": "4", "INSPECTIA_HTTP_REQUESTS_IN_FLIGHT": "6",
            "INSPECTIA_HTTP_TIMEOUT_HEAD": "7s", "INSPECTIA_HTTP_TIMEOUT_IDLE": "8s",
            "INSPECTIA_HTTP_TRUSTED_PROXIES": "10.0.0.0/8,::1", "INSPECTIA_HTTP_CORS_ORIGINS": "https://a.example",
            "INSPECTIA_DATABASE_URL": "postgresql:///x", "INSPECTIA_DATABASE_CONNECTIONS": "9",
            "INSPECTIA_DATABASE_LEASES": "10", "INSPECTIA_DATABASE_STATEMENT_TIMEOUT": "11s",
            "INSPECTIA_LOG_LEVEL": "warn", "INSPECTIA_LOG_FORMAT": "json", "INSPECTIA_LOG_FILE": "/l",
            "INSPECTIA_LOG_ACCESS": "errors", "INSPECTIA_ACCOUNTS_MFA_ROLES": "inspecteur,declarant",
            "INSPECTIA_ACCOUNTS_MFA_PREVIOUS_STEP": "true", "INSPECTIA_ACCOUNTS_SECOND_FACTOR_KEYS": "/f",
        ])
        #expect(settings.dataDirectory == "/srv/x")
        #expect(settings.workers == 3)
        #expect(settings.loops == 5)
        #expect(settings.url(port: 1) == "https://[::1]:1/")
        #expect(settings.databaseURL == "postgresql:///x")
        #expect(settings.accessLog == .errors)
        #expect(settings.secondFactors.roles == Set(Role.allCases))
        #expect(settings.secondFactors.toleratesPreviousStep)
        #expect(settings.secondFactorKeys == "/f")
        #expect(settings.log.level == .warn)
        #expect(settings.log.format == .json)
        #expect(settings.log.destination == .file("/l"))
        #expect(settings.crossOrigin.origins == ["https://a.example"])
        // All loops' connections, and room for commands.
        #expect(settings.clusterSettings.connections >= 5 * 19 + 16)

        let server = settings.serverConfiguration
        #expect(server.host == "::1")
        #expect(server.port == 1)
        #expect(server.tls == TLSFiles(certificate: "/c", key: "/k"))
        #expect(server.trustedProxies.blocks.count == 2)
        #expect(server.timeouts.head == .seconds(7))
        #expect(server.timeouts.idle == .seconds(8))
        #expect(server.limits.connections == 2)
        #expect(server.limits.connectionsPerAddress == 4)
        #expect(server.limits.requestsInFlight == 6)
        #expect(server.limits.drain == .seconds(3))
        #expect(server.commonFields.contains { $0.isNamed("Strict-Transport-Security") })
        let database = settings.databaseConfiguration("host=x")
        #expect(database.limits.sharedLinks == 9)
        #expect(database.limits.leasedLinks == 10)
        #expect(database.limits.statementTimeout == .seconds(11))
    }

    private func problems(_ variables: [String: String]) -> [String] {
        do {
            _ = try ServiceSettings.reading(variables)
            return []
        } catch let error as SettingsError {
            return error.problems
        } catch {
            return ["\(error)"]
        }
    }

    @Test(arguments: [
        (["HTTP_HOST": "localhost"], "http.host : « localhost » n'est pas une adresse IP"),
        (
            ["HTTP_TRUSTED_PROXIES": "10.0.0.1,10.0.0.1/8"],
            "http.trusted_proxies : « 10.0.0.1/8 » n'est pas un bloc d'adresses"
        ),
        (
            ["HTTP_CORS_ORIGINS": "https://a.example/"],
            "http.cors_origins : une origine s'écrit https://nom ou https://nom:port"
        ),
        (["ACCOUNTS_MFA_ROLES": "roi"], "accounts.mfa_roles : « roi » n'est pas un rôle"),
        (["HTTP_CORS_ORIGINS": "null"], "http.cors_origins : une origine s'écrit https://nom ou https://nom:port"),
        (["HTTP_TLS_CERT": "c"], "http.tls_cert et http.tls_key vont ensemble"),
        (["HTTP_TLS_KEY": "k"], "http.tls_cert et http.tls_key vont ensemble"),
        (["RESOURCES": "/proc"], "resources : aucun répertoire ne contient migrations/, ni ici ni auprès du programme"),
    ])
    func whatContradictsItselfIsNamed(_ variables: [String: String], _ message: String) {
        let named = Dictionary(uniqueKeysWithValues: variables.map { ("INSPECTIA_" + $0.key, $0.value) })
        #expect(problems(named) == [message])
    }

    @Test func everythingIsNamedAtOnce() {
        let found = problems([
            "INSPECTIA_HTTP_HOST": "x", "INSPECTIA_HTTP_TLS_KEY": "k", "INSPECTIA_HTTP_TRUSTED_PROXIES": "a,b",
        ])
        #expect(found.count == 4)
    }

    /// The secret may stand in a file, and is never shown.
    @Test func theDatabasesAddressIsASecret() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.file("url", Array("postgresql://u:motdepasse@h/x\n".utf8))
        let settings = try ServiceSettings.reading(["INSPECTIA_DATABASE_URL_FILE": path])
        #expect(settings.databaseURL == "postgresql://u:motdepasse@h/x")
        #expect(!settings.configuration.table().contains("motdepasse"))
        #expect(!String(decoding: settings.configuration.json(), as: UTF8.self).contains("motdepasse"))
    }
}

@Suite struct ResourcesTests {
    @Test func aNamedDirectoryIsTakenAsItIs() throws {
        let directory = try TemporaryDirectory()
        #expect(Resources.find(directory.path, holding: "migrations") == nil)
        try File.createDirectory(directory.path + "/migrations")
        #expect(Resources.find(directory.path, holding: "migrations") == directory.path)
        #expect(try ServiceSettings.reading(["INSPECTIA_RESOURCES": directory.path]).resources == directory.path)
    }

    @Test func withoutANameTheProgramFindsItsOwn() throws {
        let found = try #require(Resources.find(holding: "migrations"))
        #expect(try !File.read(found + "/migrations/0001_fondations.sql", limit: 1 << 20).isEmpty)
    }
}
