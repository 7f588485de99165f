import Analysis
import Customs
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct HistoryImportTests {
    @Test func anImportedPastIsTheOneThatTrainingSees() throws {
        let world = try ImaginedWorld.made.get()
        let office = try Analysis.Office(try ConfigurationDirectory())
        let path = world.directory.path + "/extrait.csv"
        try File.replace(path, with: world.file(0..<150))
        let source = try office.read(path)
        let service = try AnalysingService(models: "/nonexistent")
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATABASE_URL": service.database.connectionString,
            "INSPECTIA_DATA_DIR": service.service.directory.path,
        ])
        let summary = try HistoryCommands.load(settings, [source], office: office)
        #expect(summary.declarations == source.file.declarationCount && summary.outcomes > 0 && summary.known == 0)
        let again = try HistoryCommands.load(settings, [source], office: office)
        #expect(again.declarations == 0 && again.known == summary.declarations)
        #expect(
            try service.value("SELECT count(*) FROM outcomes") == "\(summary.outcomes)")

        let restarted = try AnalysingService(models: "/nonexistent", like: service)
        var replay = Replay(office, history: History(needs: office.packs.needs))
        replay.run([source.file])
        var expected = replay.history
        let far = Int32(AnalysisService.today.daysSinceEpoch) + 1000
        expected.advance(to: far)
        let found = try restarted.service.service.analysis.loaded().withLive { live in
            var history = live.pasts[live.pasts.count - 1].history
            history.advance(to: far)
            return history.snapshot()
        }
        #expect(found == expected.snapshot())
        restarted.service.stop()
        service.service.stop()
    }
}
