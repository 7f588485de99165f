import Glibc
import JSON
import Platform
import TestKit
import Testing

/// The service with a database that somebody else runs.
@Suite struct ElsewhereTests {
    @Test func itServesFromThere() throws {
        let database = try TestDatabase()
        let service = try Serving(.at(database.connectionString))
        #expect(try service.ask("/health/ready").status == 200)
        #expect(service.events("cluster.started").isEmpty)
        let count = try Program.migrations.get().count
        #expect(try database.value("SELECT count(*) FROM schema_migrations") == "\(count)")
        #expect(try service.stop() == .exited(0))
        // The server needs a moment to see that its clients have gone.
        let left =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(database.name)' AND pid <> pg_backend_pid()"
        let deadline = Instant.now() + .seconds(10)
        while try database.value(left) != "0" {
            try #require(Instant.now() < deadline)
            usleep(50_000)
        }
    }

    @Test func twoInstancesStartTogether() throws {
        let database = try TestDatabase()
        let directory = try TemporaryDirectory()
        let keys = ["INSPECTIA_VAULT_KEYS": directory.path + "/coffre.json"]
        let services = try (0..<2).map { _ in try Serving(.at(database.connectionString), [], keys, isReady: false) }
        for service in services { try service.waitFor(status: 200, of: "/health/ready") }
        #expect(try database.value("SELECT count(*) FROM schema_migrations") == String(Program.migrations.get().count))
        for service in services { #expect(try service.stop() == .exited(0)) }
    }

    /// Going on with keys of its own, it would write what nobody else can read.
    @Test func aServiceWithoutTheKeysOfItsDatabaseDoesNotStart() throws {
        let database = try TestDatabase()
        #expect(try Serving(.at(database.connectionString)).stop() == .exited(0))
        let other = try Serving(.at(database.connectionString), isReady: false)
        #expect(try other.wait(for: "service.failed")["error"]?.string?.contains("coffre.json") == true)
        #expect(try other.end() == .exited(1))
    }

    @Test func aServerThatIsNotThereYetIsAwaited() throws {
        let database = try TestDatabase()
        let scratch = try TemporaryDirectory()
        // The socket's directory appears later, under another name.
        let host = try #require(database.connectionString.split(separator: "'").dropFirst().first.map(String.init))
        let link = scratch.path + "/run"
        let service = try Serving(.at(database.connectionString.replacing(host, with: link)), isReady: false)
        try service.wait(for: "database.awaited")
        #expect(try service.ask("/health/ready").status == 503)
        #expect(try service.ask("/health").status == 503)
        #expect(try service.ask("/docs").status == 401)
        try #require(symlink(host, link) == 0)
        try service.wait(for: "service.ready")
        try service.waitFor(status: 200, of: "/health/ready")
        #expect(try service.stop() == .exited(0))
    }

    @Test func anAccountThatIsRefusedIsSaidAndAwaited() throws {
        let database = try TestDatabase()
        let url = database.connectionString.replacing(
            "user='inspectia'", with: "user='personne' password='canari-secret'")
        try #require(url != database.connectionString)
        let service = try Serving(.at(url), isReady: false)
        let awaited = try service.wait(for: "database.awaited")
        #expect(awaited["error"]?.string?.contains("personne") == true)
        #expect(try service.ask("/health/ready").status == 503)
        // Stopping does not wait for it.
        #expect(try service.stop() == .exited(0))
        #expect(!Program.text(service.log).contains("canari-secret"))
    }

    @Test func anAddressThatIsNoneIsRefused() throws {
        let outcome = try Program.run(
            ["serve", "--port", "0"], ["INSPECTIA_DATABASE_URL": "postgresql://u:canari-secret%zz@h/x"])
        #expect(outcome.status == .exited(1))
        #expect(!outcome.errors.contains("canari-secret"))
    }
}

/// The service as an account without privileges.
@Suite struct OrdinaryAccountTests {
    private static let nobody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

    private static var isPossible: Bool {
        guard geteuid() == 0, let program = try? Program.path.get() else { return false }
        let command = ChildCommand(
            nobody[0], Array(nobody.dropFirst()) + ["/usr/bin/test", "-x", program], environment: [:])
        return (try? Child.start(command).wait().isSuccess) ?? false
    }

    @Test(.enabled(if: isPossible, "only root may become another account that reaches the program"))
    func itHasItsOwnDatabase() throws {
        let directory = try TemporaryDirectory()
        let data = directory.path + "/données"
        try File.createDirectory(data)
        try #require(chown(data, 65534, 65534) == 0)
        let service = try Serving(.none, ["--data-dir", data], ["INSPECTIA_DATABASE_URL": ""], prefix: Self.nobody)
        #expect(try service.ask("/health/ready").status == 200)
        var status = stat()
        #expect(stat(data + "/postgres/data", &status) == 0)
        #expect(status.st_uid == 65534)
        #expect(try service.stop() == .exited(0))
    }
}
