import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct HealthServiceTests {
    @Test func aHealthyServiceSaysSo() throws {
        let service = try RunningService.local.get()
        for path in ["/health", "/health/ready"] {
            let answer = try service.ask("GET", path)
            let report = try JSONValue(parsing: answer.body)
            #expect(answer.status == 200)
            #expect(answer.value("Cache-Control") == "no-store")
            #expect(report.members?.map(\.name) == ["statut", "version", "composants"])
            #expect(report["version"]?.string == Service.version)
            #expect(report["composants"]?["base"]?.string == "ok")
            // A machine that is short of space is degraded, and right to say so.
            let disk = try #require(report["composants"]?["disque"]?.string)
            #expect(["ok", "degrade"].contains(disk))
            let reading = try #require(report["composants"]?["ocr"]?.string)
            #expect(reading == (BuiltProgram.path == nil ? "degrade" : "ok"))
            // Of models there are none, and before they were looked for nothing is analysed.
            let models = try #require(report["composants"]?["modeles"]?.string)
            #expect(["indisponible", "degrade"].contains(models))
            #expect(report["statut"]?.string == "degrade")
        }
        let live = try service.ask("GET", "/health/live")
        #expect(live.status == 200)
        #expect(live.text == #"{"statut":"ok"}"#)
    }

    @Test func aModelThatCannotBeUsedIsTold() throws {
        let world = try ImaginedWorld.made.get().models
        let whole = try AnalysingService(models: world)
        #expect(try models(of: whole.service) == "ok")

        let directory = try TemporaryDirectory()
        for name in try File.names(in: world) {
            #expect(symlink("\(world)/\(name)", directory.path + "/" + name) == 0)
        }
        try File.createDirectory(directory.path + "/abime", mode: 0o755)
        _ = try directory.file("abime/package.json", Array("{".utf8))
        let maimed = try AnalysingService(models: directory.path)
        #expect(try models(of: maimed.service) == "degrade")
        #expect(try maimed.service.ask("GET", "/health").status == 200)
    }

    /// What is found once the last finding is too old.
    private func models(of service: RunningService) throws -> String? {
        usleep(1_100_000)
        return try JSONValue(parsing: service.ask("GET", "/health").body)["composants"]?["modeles"]?.string
    }

    @Test func aLostDatabaseIsSeenAndFoundAgain() throws {
        let (database, other) = (try TestDatabase(), try TestDatabase())
        let service = try RunningService(database: database)
        try other.value("ALTER DATABASE \"\(database.name)\" ALLOW_CONNECTIONS false")
        // Sessions of a role end by the hand of the same role.
        try PlainSQL.value(
            other.serviceConnectionString,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database.name)' AND usename = current_user"
        )
        try service.waitFor(status: 503, of: "/health")

        let health = try service.ask("GET", "/health")
        #expect(health.value("Retry-After") == "2")
        #expect(try JSONValue(parsing: health.body)["statut"]?.string == "indisponible")
        #expect(try JSONValue(parsing: health.body)["composants"]?["base"]?.string == "indisponible")
        let ready = try service.ask("GET", "/health/ready")
        #expect(ready.status == 503)
        #expect(ready.value("Content-Type") == "application/problem+json; charset=utf-8")
        #expect(try JSONValue(parsing: ready.body)["code"]?.string == "unavailable")
        #expect(try JSONValue(parsing: ready.body)["retryable"]?.bool == true)
        #expect(try service.ask("GET", "/health/live").status == 200)

        try other.value("ALTER DATABASE \"\(database.name)\" ALLOW_CONNECTIONS true")
        try service.waitFor(status: 200, of: "/health")
        #expect(try service.ask("GET", "/health/ready").status == 200)
    }

    @Test func withoutADatabaseTheServiceLivesAndIsNotReady() throws {
        let service = try RunningService(database: nil)
        #expect(try service.ask("GET", "/health/live").status == 200)
        #expect(try service.ask("GET", "/health").status == 503)
        #expect(try service.ask("GET", "/health/ready").status == 503)
        // Nobody knows what was revoked.
        #expect(try service.ask("GET", "/docs").status == 503)
        service.stop()
        #expect(throws: RawClient.Failure.refused) { try service.ask("GET", "/health") }
    }

    @Test(arguments: [
        ([ComponentHealth.ok, .ok], ComponentHealth.ok), ([.ok, .degraded], .degraded),
        ([.ok, .unavailable], .degraded), ([.unavailable, .ok], .unavailable), ([.degraded, .ok], .degraded),
    ])
    func onlyTheDatabaseIsIndispensable(_ parts: [ComponentHealth], _ whole: ComponentHealth) {
        let report = HealthReport(
            version: "1", components: [(HealthReport.database, parts[0]), (HealthReport.disk, parts[1])])
        #expect(report.overall == whole)
    }
}
