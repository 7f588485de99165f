import Analysis
import Customs
import Decisions
import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// What must hold of decisions whatever comes in and whatever fails.
@Suite(.serialized) struct DecisionPropertiesTests {
    @Test func aThousandSubmissionsAreOneDecision() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        func decisions() throws -> [JSONValue] {
            let (status, value) = try office.upload(world.file(0..<20))
            try #require(status == 201 || status == 200)
            return (value["declarations"]?.array ?? []).compactMap { $0["decision"] }
        }
        let first = try decisions()
        let count = first.count
        try #require(count > 0)
        for _ in 0..<(1000 + count - 1) / count { #expect(try decisions() == first) }
        #expect(try office.value("SELECT count(*) FROM decisions") == String(count))
        #expect(try office.value("SELECT count(*) FROM history_log") == String(count))
    }

    @Test func lanesComeAsOftenAsTheirPropensitiesSay() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        let wanted: JSONValue = [
            "epsilon": 0.4, "strate_aleatoire": 0.03, "motif": "beaucoup d'exploration, pour compter", "numero": 1,
        ]
        try #require(try office.ask("PUT", "/ml/policies/tous", office.expert, json: wanted).status == 200)
        let running = try office.service.service.analysis.loaded()
        let declarations = try world.declarations(0..<world.later.count, running)
        let day = Int32(clamping: AnalysisService.today.daysSinceEpoch)
        let rules = running.withLive { $0.rules }
        let records = declarations.compactMap {
            running.analyse($0, asked: nil, id: .make(), on: day, under: rules, isRecorded: false)?.analysis.decision
        }
        #expect(records.count > 500)
        for lane in Lane.allCases {
            let chances = records.map { $0.propensities[lane] }
            let (expected, variance) = (chances.reduce(0, +), chances.reduce(0) { $0 + $1 * (1 - $1) })
            let seen = Double(records.count { $0.lane == lane })
            #expect(abs(seen - expected) <= 4 * variance.squareRoot() + 1, "\(lane) \(seen) \(expected)")
        }
        let stratum = Double(records.count { $0.isInStratum })
        let mean = 0.03 * Double(records.count)
        #expect(abs(stratum - mean) <= 4 * (mean * 0.97).squareRoot(), "\(stratum) of \(mean)")
        #expect(records.contains { $0.isExploratory } && records.allSatisfy { $0.safe.has($0.lane) })
        #expect(records.allSatisfy { $0.epsilon >= $0.policy.floor })
    }

    private func lanes(_ office: AnalysingService, _ rows: Range<Int> = 0..<60) throws -> [String] {
        let (status, value) = try office.upload(ImaginedWorld.made.get().file(rows))
        try #require(status == 201, "\(value)")
        return (value["declarations"]?.array ?? []).compactMap { $0["rl_decision"]?.string }
    }

    /// A policy that would release nearly everything.
    private func loosen(_ office: AnalysingService) throws {
        for chapter in ["30", "84", "85", "tous"] {
            let wanted: JSONValue = [
                "seuils": ["bas": 0.97, "t_soft": 0.97, "haut": 0.98, "t_hard": 0.99],
                "motif": "pour voir ce qui retient",
                "numero": 1,
            ]
            let (status, value) = try office.ask("PUT", "/ml/policies/\(chapter)", office.expert, json: wanted)
            try #require(status == 200, "\(value)")
        }
    }

    @Test func withASoundModelThatPolicyReleases() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        try loosen(office)
        #expect(try lanes(office).contains("conforme"))
    }

    @Test func withoutAModelNothingIsReleased() throws {
        let office = try AnalysingService()
        defer { office.service.stop() }
        try loosen(office)
        let lanes = try lanes(office)
        #expect(!lanes.isEmpty && !lanes.contains("conforme"))
    }

    @Test func withABrokenModelNothingIsReleased() throws {
        let world = try ImaginedWorld.made.get()
        let directory = try TemporaryDirectory()
        let source = world.models + "/essai-1"
        let copy = directory.path + "/essai-1"
        try File.createDirectory(copy)
        for name in try File.names(in: source) {
            var bytes = try File.read("\(source)/\(name)", limit: 1 << 28)
            if !name.contains("manifest"), bytes.count > 100 { bytes[bytes.count / 2] ^= 0x55 }
            try File.replace("\(copy)/\(name)", with: bytes)
        }
        let office = try AnalysingService(models: directory.path)
        defer { office.service.stop() }
        try loosen(office)
        let lanes = try lanes(office)
        #expect(!lanes.isEmpty && !lanes.contains("conforme"))
    }

    @Test func whatCannotBeAskedAnyMoreHoldsItsChapter() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        try loosen(office)
        // As if a pack had lost the feature that a criterion in force reads.
        let criterion = try Criterion(
            code: "perdu", sentence: "Ce que le pack savait", owner: "Bureau", legalBasis: "Code des douanes",
            formula: "ce_que_le_pack_savait > 3", action: .advise, chapters: ["tous"], validFrom: 0, validTo: 40_000)
        let simulation: JSONValue = [
            "code": "perdu", "formule": "ce_que_le_pack_savait > 3", "le": "2026-01-01", "du": "2026-01-01",
            "au": "2026-01-01", "declarations": 1,
        ]
        let members = (try JSONValue(parsing: criterion.jsonBytes()).members ?? []).map { member in
            member.name == "etat" ? .init("etat", "actif") : member
        }
        let active = JSONValue.object(members + [.init("simulation", simulation)])
        #expect(try Criterion(parsing: active.jsonBytes()).state == .active)
        let text = String(decoding: active.jsonBytes(), as: UTF8.self)
        try office.value(
            """
            INSERT INTO criteria (code, numero, etat, contenu, auteur, approuve_par)
            VALUES ('perdu', 1, 'actif', '\(text)', '\(UUIDv7.make())', '\(UUIDv7.make())')
            """)
        let running = try office.service.service.analysis.loaded()
        let deadline = Instant.now() + .seconds(10)
        while running.withLive({ $0.rules.criteria.version }) == "aucun", Instant.now() < deadline { usleep(10_000) }
        #expect(running.withLive { $0.rules.criteria.isBroken("tous") })
        let lanes = try lanes(office)
        #expect(!lanes.isEmpty && !lanes.contains("conforme"))
        #expect(
            try office.value("SELECT count(*) FROM decisions WHERE enregistrement LIKE '%mode_degrade%'") != "0")
    }
}
