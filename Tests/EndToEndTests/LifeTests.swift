import Glibc
import JSON
import Platform
import TestKit
import Testing

/// The service with its own PostgreSQL, from start to end.
@Suite(.serialized) struct LifeTests {
    /// All tests of the suite, one after the other.
    private static let installation = Result { try Installation() }
    private let installation: Installation

    init() throws { installation = try Self.installation.get() }

    @Test func itStartsServesAndStops() throws {
        let service = try Serving(.own(installation))
        #expect(try service.ask("/health").status == 200)
        #expect(try service.ask("/health/ready").status == 200)
        #expect(try PlainSQL.value(installation.connection, "SELECT 1") == "1")
        #expect(try service.stop() == .exited(0))
        #expect(installation.postmaster == nil)
        #expect(service.events("service.stopped").map { $0["exit_code"]?.int } == [0])
        #expect(throws: RawClient.Failure.refused) { try service.ask("/health") }
    }

    @Test func aRestartKeepsTheData() throws {
        let first = try Serving(.own(installation))
        try PlainSQL.value(installation.connection, "CREATE TABLE memoire AS SELECT 42 AS valeur")
        #expect(try first.stop() == .exited(0))
        let second = try Serving(.own(installation))
        #expect(try PlainSQL.value(installation.connection, "SELECT valeur FROM memoire") == "42")
        // Nothing was made anew.
        #expect(second.events("cluster.initialising").isEmpty)
        #expect(second.events("schema.migrated").isEmpty)
        child(second, signal: SIGINT)
        #expect(try second.end() == .exited(0))
    }

    @Test func aSecondSignalEndsAtOnceAndTheNextStartRecovers() throws {
        let service = try Serving(.own(installation))
        // A request that never comes whole keeps the service waiting.
        let client = try RawClient(port: service.port)
        try client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab")
        usleep(100_000)
        child(service, signal: SIGTERM)
        try service.wait(for: "service.stopping")
        usleep(100_000)
        #expect(service.child.poll() == nil)
        child(service, signal: SIGTERM)
        #expect(try service.end(within: .seconds(5)) == .exited(1))
        #expect(service.events("service.killed").count == 1)
        #expect(try Serving(.own(installation)).stop() == .exited(0))
    }

    @Test func nothingIsLostUnderLoad() throws {
        let service = try Serving(.own(installation))
        let load = Load(port: service.port, clients: 32)
        while load.answered < 500 { usleep(10_000) }
        #expect(try service.stop() == .exited(0))
        let result = load.finish()
        #expect(result.wrong.isEmpty, "\(result.wrong)")
        #expect(result.cut == 0)
        #expect(result.lost == 0)
        #expect(result.answered >= 500)
    }

    @Test func aKilledDatabaseComesBack() throws {
        let service = try Serving(.own(installation))
        let before = try #require(installation.postmaster)
        let load = Load(port: service.port, clients: 8)
        kill(before, SIGKILL)
        try service.wait(for: "cluster.crashed")
        try service.wait(for: "cluster.started", times: 2)
        try service.waitFor(status: 200, of: "/health/ready")
        #expect(installation.postmaster != before)
        #expect(try service.stop() == .exited(0))
        // Nothing but yes or "not now", whole, and from one process to the end.
        let result = load.finish()
        #expect(result.wrong.isEmpty, "\(result.wrong)")
        #expect(result.cut == 0)
    }

    @Test func aStalledDatabaseIsSeen() throws {
        let service = try Serving(.own(installation))
        try installation.signalAll(SIGSTOP)
        do {
            defer { try? installation.signalAll(SIGCONT) }
            try service.waitFor(status: 503, of: "/health/ready")
            try expectUnavailable(try service.ask("/health/ready"))
            let health = try service.ask("/health")
            #expect(health.status == 503)
            #expect(try JSONValue(parsing: health.body)["composants"]?["base"]?.string == "indisponible")
            #expect(try service.ask("/health/live").status == 200)
            #expect(try service.ask("/problems").status == 200)
        }
        try service.waitFor(status: 200, of: "/health/ready")
        #expect(try service.stop() == .exited(0))
    }

    private func expectUnavailable(_ answer: RawResponse) throws {
        #expect(answer.status == 503)
        #expect(answer.value("Content-Type") == "application/problem+json; charset=utf-8")
        #expect(answer.value("Retry-After") != nil)
        #expect(try JSONValue(parsing: answer.body)["code"]?.string == "unavailable")
    }

    @Test func commandsWorkBesideTheService() throws {
        let service = try Serving(.own(installation))
        let migrated = try Program.run(["migrate", "--data-dir", installation.path])
        #expect(migrated.status == .exited(0))
        #expect(migrated.output == "Le schéma est à jour.\n")
        let examined = try Program.run(["doctor", "--data-dir", installation.path])
        #expect(examined.status == .exited(0))
        #expect(examined.output.contains("✓ base privée"))
        #expect(examined.output.contains("sommes de contrôle actives"))
        #expect(examined.output.contains("✓ schéma"))
        // A second service is refused, and does not disturb the first.
        let second = try Program.run(["serve", "--port", "0", "--data-dir", installation.path])
        #expect(second.status == .exited(1))
        #expect(second.errors.contains("est déjà tenue par le processus \(service.child.id)"))
        #expect(try service.ask("/health/ready").status == 200)
        #expect(try service.stop() == .exited(0))
    }

    @Test func commandsWorkWithoutTheService() throws {
        let examined = try Program.run(["doctor", "--json", "--data-dir", installation.path])
        #expect(examined.status == .exited(0))
        #expect(try JSONValue(parsing: Array(examined.output.utf8))["sain"]?.bool == true)
        #expect(installation.postmaster == nil)
    }

    @Test func aBaseThatCannotBeReadIsLeftAlone() throws {
        let damaged = try Installation()
        let version = damaged.path + "/postgres/data/PG_VERSION"
        try File.replace(version, with: Array("cassé\n".utf8), mode: 0o644)
        let served = try Program.run(["serve", "--port", "0", "--data-dir", damaged.path])
        #expect(served.status == .exited(1))
        #expect(served.errors.contains("restaurez une sauvegarde"))
        let examined = try Program.run(["doctor", "--data-dir", damaged.path])
        #expect(examined.status == .exited(3))
        #expect(examined.output.contains("✗ base privée"))
        #expect(Program.text(version) == "cassé\n")
    }

    private func child(_ service: Serving, signal: Int32) { service.child.send(signal: signal) }
}
