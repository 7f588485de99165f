import Glibc
import HTTP
import Platform
import Postgres
import Testing

@testable import Service
@testable import TestKit

/// A service in this process, on a port that the system chose.
final class RunningService: Sendable {
    struct NotReady: Error {}

    let service: Service
    let directory: TemporaryDirectory
    /// Nil for a service that is never to have one.
    let database: TestDatabase?

    var port: UInt16 { service.port }
    var routes: [Route] { service.routes }

    /// Its routes may be asked when this returns.
    init(
        database: TestDatabase?, _ variables: [String: String] = [:], adding routes: (Database) -> [Route] = { _ in [] }
    ) throws {
        directory = try TemporaryDirectory()
        self.database = database
        let common = [
            "INSPECTIA_DATA_DIR": directory.path, "INSPECTIA_HTTP_PORT": "0", "INSPECTIA_LOG_ACCESS": "none",
            "INSPECTIA_DATABASE_URL": database?.serviceConnectionString ?? "host=\(directory.path)/nowhere",
            "INSPECTIA_MODELS_DIRECTORY": directory.path + "/models", "INSPECTIA_DATABASE_CONNECTIONS": "1",
            "INSPECTIA_DATABASE_LEASES": "2", "INSPECTIA_HTTP_LOOPS": "2",
        ]
        var settings = common
        settings["INSPECTIA_OCR_PROGRAM"] = BuiltProgram.path ?? directory.path + "/nowhere"
        settings["INSPECTIA_OCR_PROCESSES"] = "1"
        // The tables' owner migrates; the service works as the role that owns nothing.
        if let database { settings["INSPECTIA_DATABASE_OWNER_URL"] = database.connectionString }
        // Tests ask faster than people.
        for rate in RateClass.allCases where rate != .probe {
            settings["INSPECTIA_LIMITS_\(rate.rawValue.uppercased())"] = "1000000"
        }
        service = try Service(.reading(settings.merging(variables) { $1 }), adding: routes)
        guard database != nil else { return }
        service.inBackground { [service] in try? await service.prepare() }
        try waitFor(status: 200, of: "/health/ready")
        let deadline = Instant.now() + .seconds(30)
        while !service.accounts.revocations.snapshot.isComplete || service.apiKeys.known.snapshot.confirmed == nil {
            guard Instant.now() < deadline else { throw NotReady() }
            usleep(5_000)
        }
    }

    /// Blocks: the tests' own threads may all be busy.
    func stop() {
        let hasStopped = Monitor(false)
        service.stop {
            hasStopped.withLock { $0 = true }
            hasStopped.signal()
        }
        hasStopped.wait { $0 ? () : nil }
    }

    /// One exchange over a connection of its own, as an administrator unless somebody else is meant.
    func ask(
        _ method: String = "GET", _ path: String, _ fields: [String: String] = [:], body: [UInt8]? = nil,
        as role: Role? = .admin, patience: Duration = .seconds(10)
    ) throws -> RawResponse {
        var fields = fields
        if let role, fields["Authorization"] == nil { fields["Authorization"] = "Bearer \(token(role))" }
        let client = try RawClient(port: port, timeout: patience)
        defer { client.close() }
        try client.send(Array(Self.head(method, path, fields, length: body?.count).utf8) + (body ?? []))
        // A stream of events has no end to wait for.
        while !client.pending.isHeadComplete, try client.fill() {}
        return try client.receive(toHead: method == "HEAD" || client.pending.beginsEvents)
    }

    /// An access token of somebody who is in no table; signed in `age` seconds ago.
    func token(
        _ role: Role, user: UUIDv7 = .make(), session: UUIDv7 = .make(), bureau: String? = "18N", seconds: Int64 = 600,
        proof: Proof = .twoFactors, age: Int64 = 1, kind: AccessTokens.Kind = .access
    ) -> String {
        let now = Timestamp.now().microseconds / 1_000_000
        let claims = AccessClaims(
            user: user, username: "essai", role: role, bureau: bureau, session: session, proof: proof,
            authenticated: now - age, issued: now - 1, expires: now + seconds)
        return service.accounts.tokens.make(claims, permissions: [], kind: kind)
    }

    static func head(_ method: String, _ path: String, _ fields: [String: String] = [:], length: Int? = nil) -> String {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        if let length { head += "Content-Length: \(length)\r\n" }
        return head + "\r\n"
    }

    /// The office is loaded in the background.
    func waitUntilAnalysing() throws {
        let deadline = Instant.now() + .seconds(120)
        while (try? service.analysis.loaded()) == nil {
            guard Instant.now() < deadline else { throw NotReady() }
            usleep(10_000)
        }
    }

    func waitFor(status: Int, of path: String) throws {
        let deadline = Instant.now() + .seconds(30)
        while try ask("GET", path).status != status {
            guard Instant.now() < deadline else { throw NotReady() }
            usleep(20_000)
        }
    }
}

extension RunningService {
    /// The service as it is for those who sit at its machine.
    static let local = Result { try RunningService(database: TestDatabase(), adding: { TrialRoutes.all($0) }) }

    static let trustedOrigin = "https://douane.example"

    /// The service behind a proxy, with what is off by default: another origin's pages, Swagger UI.
    static let proxied = Result {
        let swagger = try TemporaryDirectory()
        _ = try swagger.file("swagger-ui.css", Array("body {}".utf8))
        _ = try swagger.file("swagger-ui-bundle.js", Array("void 0".utf8))
        _ = try swagger.file("secret.txt", Array("secret".utf8))
        let service = try RunningService(
            database: TestDatabase(),
            [
                "INSPECTIA_HTTP_TRUSTED_PROXIES": "127.0.0.1", "INSPECTIA_HTTP_CORS_ORIGINS": trustedOrigin,
                "INSPECTIA_DOCS_SWAGGER_UI": swagger.path,
            ],
            adding: { TrialRoutes.all($0) })
        return (service: service, swagger: swagger)
    }
}

extension ServiceSettings {
    /// From these variables alone.
    static func reading(_ variables: [String: String]) throws -> ServiceSettings {
        var sources = ConfigurationSources()
        sources.environment = variables
        return try ServiceSettings(.load(SettingsTable.all, from: sources))
    }
}

extension [UInt8] {
    fileprivate var isHeadComplete: Bool { String(decoding: self, as: UTF8.self).contains("\r\n\r\n") }
    fileprivate var beginsEvents: Bool {
        String(decoding: prefix(4096), as: UTF8.self).contains("\r\nContent-Type: text/event-stream")
    }
}
