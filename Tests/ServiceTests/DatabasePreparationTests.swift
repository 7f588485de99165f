import Glibc
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct DatabasePreparationTests {
    /// Each loop has its own connections, and its own patience.
    @Test func everyLoopReachesADatabaseThatCameLate() throws {
        let database = try TestDatabase()
        let directory = try TemporaryDirectory()
        let place = try #require(database.connectionString.split(separator: "'").dropFirst().first.map(String.init))
        let link = directory.path + "/run"
        let url = database.connectionString.replacing(place, with: link)
        let service = try RunningService(
            database: nil, ["INSPECTIA_DATABASE_URL": url, "INSPECTIA_HTTP_LOOPS": "4"],
            adding: { TrialRoutes.all($0) })
        service.service.inBackground { [service = service.service] in try? await service.prepare() }
        // Long enough for the pauses between attempts to grow.
        usleep(2_500_000)
        #expect(try service.ask("GET", "/essai/base").status == 503)
        try #require(symlink(place, link) == 0)
        try service.waitFor(status: 200, of: "/health/ready")
        // The system deals connections out to the loops by chance.
        for _ in 0..<40 { #expect(try service.ask("GET", "/essai/base").text == "lu") }
        service.stop()
    }
}
