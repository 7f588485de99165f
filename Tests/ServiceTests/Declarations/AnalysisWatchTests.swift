import Customs
import Decisions
import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct AnalysisWatchTests {
    private func within(_ patience: Duration = .seconds(20), _ holds: () throws -> Bool) throws -> Bool {
        let deadline = Instant.now() + patience
        while try !holds() {
            guard Instant.now() < deadline else { return false }
            usleep(20_000)
        }
        return true
    }

    private func learners(_ office: AnalysingService) throws -> [String: SegmentLearner] {
        try office.service.service.analysis.loaded().withLive { $0.learners }
    }

    private func pasts(_ office: AnalysingService) throws -> [[UInt8]] {
        try office.service.service.analysis.loaded().withLive { live in
            // One that nobody has asked today is still at an earlier day.
            live.advance(to: Int32(AnalysisService.today.daysSinceEpoch))
            return live.pasts.map { $0.history.snapshot() }
        }
    }

    private func judge(_ numbers: [String], _ office: AnalysingService) throws {
        for (place, number) in numbers.enumerated() {
            let isFraud = place % 3 == 0
            let verdict: JSONValue = [
                "user_decision": isFraud ? "fraude" : "conforme", "evidence": "physique",
                "montant_redresse": isFraud ? 2_000_000 : 0, "justification": "contrôle entier de la marchandise",
            ]
            let (status, value) = try office.ask("POST", "/api/v2/declarations/\(number)/feedback", json: verdict)
            try #require(status == 201, "\(value)")
        }
    }

    private func upload(_ rows: Range<Int>, _ office: AnalysingService) throws -> [String] {
        let (status, value) = try office.upload(ImaginedWorld.made.get().file(rows))
        try #require(status == 201, "\(value)")
        return (value["declarations"]?.array ?? []).compactMap { $0["numero_declaration"]?.string }
    }

    @Test func twoInstancesEndAsARebuild() throws {
        let world = try ImaginedWorld.made.get()
        let one = try AnalysingService(models: world.models)
        let two = try AnalysingService(models: world.models, like: one)
        defer {
            one.service.stop()
            two.service.stop()
        }
        let first = try upload(0..<30, one)
        let second = try upload(30..<60, two)
        // Each judges what the other recorded.
        try judge(Array(second.prefix(6)), one)
        try judge(Array(first.prefix(6)), two)
        _ = try upload(60..<80, one)
        #expect(try within { try learners(one) == learners(two) && learners(one).values.contains { $0.sequence > 0 } })
        #expect(try within { try pasts(one) == pasts(two) })
        let again = try AnalysingService(models: world.models, like: one)
        defer { again.service.stop() }
        #expect(try learners(again) == learners(one))
        #expect(try pasts(again) == pasts(one) && pasts(again) == pasts(two))
        #expect(try pasts(again) != [[UInt8]](repeating: [], count: pasts(again).count))
    }

    @Test func whatComesTooLateForItsDayMakesThePastAnew() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        let before = try office.service.service.analysis.loaded()
        // As if a request of yesterday ended after one of today.
        let tomorrow = Int32(AnalysisService.today.daysSinceEpoch + 1)
        before.withLive { $0.advance(to: tomorrow) }
        _ = try upload(0..<20, office)
        #expect(before.lastLate != nil)
        #expect(try within { try office.service.service.analysis.loaded() !== before })
        let again = try AnalysingService(models: world.models, like: office)
        defer { again.service.stop() }
        #expect(try pasts(office) == pasts(again))
        #expect(try office.service.service.analysis.loaded().lastLate == nil)
    }
}
