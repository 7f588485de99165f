import Decisions
import Glibc
import JSON
import Platform
import Synchronization
import TestKit
import Testing

@testable import Service

/// What a chapter may spend a day, in a running service.
@Suite(.serialized) struct DayMeansTests {
    private static let controls = """
        SELECT coalesce(max(nombre), 0) FROM (SELECT count(*) AS nombre FROM decisions
        WHERE voie = 'fraude' AND NOT strate AND jsonb_array_length(enregistrement::jsonb -> 'voies_permises') > 1
        GROUP BY bureau) t
        """

    private func means(_ office: AnalysingService, _ count: Int) throws -> JSONValue {
        let codes = try office.value("SELECT string_agg(DISTINCT bureau, ' ') FROM declarations") ?? ""
        return .object(codes.split(separator: " ").map { .init(String($0), .int(count)) })
    }

    private func upload(_ rows: Range<Int>, _ office: AnalysingService) throws {
        let (status, value) = try office.upload(ImaginedWorld.made.get().file(rows))
        try #require(status == 201, "\(value)")
    }

    @Test func noOfficeOrdersMoreThanItsCeilingWhicheverInstanceDecides() throws {
        let world = try ImaginedWorld.made.get()
        let one = try AnalysingService(models: world.models)
        defer { one.service.stop() }
        // Learns of the offices; their places of the day are partly taken already.
        try upload(0..<20, one)
        let before = try #require(try one.value(Self.controls).flatMap { Int($0) })
        let wanted: JSONValue = [
            "seuils": ["bas": 0.01, "haut": 0.02, "t_soft": 0.01, "t_hard": 1], "capacites": try means(one, before + 2),
            "epsilon": 0.01, "motif": "peu d'inspecteurs cette semaine", "numero": 1,
        ]
        let (status, value) = try one.ask("PUT", "/ml/policies/tous", one.expert, json: wanted)
        try #require(status == 200, "\(value)")
        try upload(20..<90, one)
        let reached = try #require(try one.value(Self.controls).flatMap { Int($0) })
        #expect(reached == before + 2)
        let held = try one.value(
            "SELECT count(*) FROM decisions WHERE enregistrement::jsonb -> 'voies_ouvertes' = '[\"zone_grise\"]'")
        #expect(held.flatMap { Int($0) } ?? 0 > 0)
        // Another instance counts from the rows.
        let two = try AnalysingService(models: world.models, like: one)
        defer { two.service.stop() }
        try upload(90..<150, two)
        #expect(try one.value(Self.controls) == String(reached))
        let (_, state) = try two.ask("GET", "/predict/tous/rl/status", two.expert)
        #expect(state["jour"]?["capacites"]?[0]?["plafond"] == .int(before + 2), "\(state)")
        let decided = try #require(try one.value("SELECT count(*) FROM decisions").flatMap { Int($0) })
        #expect(state["jour"]?["decisions_comptees"]?.double == Double(decided))
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATABASE_URL": one.database.connectionString,
            "INSPECTIA_DATA_DIR": one.service.directory.path,
        ])
        #expect(try DecisionCommands.replay(settings, .last(1000)).isGood)
    }

    @Test func instancesCountEachOthersDecisions() throws {
        let world = try ImaginedWorld.made.get()
        let one = try AnalysingService(models: world.models)
        let two = try AnalysingService(models: world.models, like: one)
        defer {
            one.service.stop()
            two.service.stop()
        }
        try upload(0..<30, one)
        try upload(30..<50, two)
        try upload(50..<60, one)
        let decided = try #require(try one.value("SELECT count(*) FROM decisions").flatMap { Int($0) })
        let deadline = Instant.now() + .seconds(20)
        func counted(_ office: AnalysingService) throws -> Double? {
            try office.service.service.analysis.loaded().days.withLock { $0.uses["tous"]?.declarations }
        }
        while try counted(one) != Double(decided) || counted(two) != Double(decided), Instant.now() < deadline {
            usleep(20_000)
        }
        #expect(try counted(one) == Double(decided) && counted(two) == Double(decided))
    }

    /// A record that somebody has changed keeps nobody from following what comes after it, nor from starting.
    @Test func aRecordThatCannotBeReadHoldsNobodyUp() throws {
        let world = try ImaginedWorld.made.get()
        let one = try AnalysingService(models: world.models)
        defer { one.service.stop() }
        try upload(0..<10, one)
        try one.value(
            """
            ALTER TABLE decisions DISABLE TRIGGER decisions_final;
            UPDATE decisions SET enregistrement = '{"id":' WHERE seq = (SELECT max(seq) FROM decisions);
            UPDATE decisions SET enregistrement = 'rien', jour = jour - 1 WHERE seq = (SELECT min(seq) FROM decisions)
            """)
        let two = try AnalysingService(models: world.models, like: one)
        defer { two.service.stop() }
        try upload(10..<20, one)
        let decided = try #require(try one.value("SELECT count(*) FROM decisions").flatMap { Int($0) })
        func counted() throws -> Double? {
            try two.service.service.analysis.loaded().days.withLock { $0.uses["tous"]?.declarations }
        }
        let deadline = Instant.now() + .seconds(20)
        while try counted() != Double(decided - 2), Instant.now() < deadline { usleep(20_000) }
        #expect(try counted() == Double(decided - 2))
        // The day cannot be planned from such a past: the least is explored, and nothing else stops.
        #expect(try two.service.service.analysis.loaded().days.withLock { $0.needsForecast })
        // One that comes while it follows.
        try upload(20..<22, one)
        try one.value(
            """
            UPDATE decisions SET enregistrement = 'rien' WHERE seq = (SELECT max(seq) FROM decisions);
            UPDATE decisions SET seq = DEFAULT WHERE seq = (SELECT max(seq) FROM decisions)
            """)
        try upload(22..<30, one)
        let all = try #require(
            try one.value("SELECT max(seq) FROM decisions").flatMap { Int($0) })
        while try two.service.service.analysis.loaded().days.withLock({ $0.tail.last }) < all,
            Instant.now() < deadline + .seconds(20)
        { usleep(20_000) }
        #expect(try two.service.service.analysis.loaded().days.withLock { $0.tail.last } == all)
    }

    @Test func theDaysBudgetIsInTheRecord() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        let wanted: JSONValue = [
            "epsilon": 0.5, "motif": "budget serré pour essayer", "numero": 1,
            "budget": ["jours_inspecteur": 1, "controles_par_jour": 1, "part": 0.1, "valeur_retenue": 1000],
        ]
        try #require(try office.ask("PUT", "/ml/policies/tous", office.expert, json: wanted).status == 200)
        try upload(0..<20, office)
        let last = try #require(
            try office.value("SELECT enregistrement::jsonb -> 'epsilon' FROM decisions ORDER BY id DESC LIMIT 1"))
        #expect(Double(last) == 0.01)
        let reason = try office.value(
            "SELECT enregistrement::jsonb #>> '{demande,epsilon_motif}' FROM decisions ORDER BY id DESC LIMIT 1")
        #expect(reason == "plancher" || reason == "prevision_depassee", "\(reason ?? "")")
    }
}
