import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// When the service purges by itself, and what the command line says and does.
@Suite(.serialized) struct RetentionKeeperTests {
    private func office() throws -> (AnalysingService, AgedDatabase, Int) {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        let (status, value) = try office.upload(ImaginedWorld.made.get().file(0..<12))
        try #require(status == 201, "\(value)")
        let aged = AgedDatabase(office)
        return (office, aged, try aged.numbers.count)
    }

    private func keep(_ aged: AgedDatabase, hours: Range<Int>) throws -> Bool {
        try aged.use { retention in
            var keeper = RetentionKeeper(retention: retention, isAutomatic: true, readiness: Readiness())
            keeper.hours = hours
            return try await keeper.purge()
        }
    }

    @Test func nothingGoesBeforeTheDayOrByDay() throws {
        let (office, aged, count) = try office()
        defer { office.service.stop() }
        try aged.age(months: 61)
        #expect(try keep(aged, hours: 0..<24))
        #expect(try aged.numbers.count == count)
        try aged.value("UPDATE conservation SET purge_des = now()")
        // The first part alone, which finds nothing.
        #expect(try keep(aged, hours: 0..<0))
        #expect(try aged.numbers.count == count)
        #expect(try keep(aged, hours: 0..<24))
        #expect(try aged.numbers.isEmpty && aged.isWhole())
    }

    @Test func theCommandShowsAndPurges() throws {
        let (office, aged, count) = try office()
        defer { office.service.stop() }
        try aged.value(
            """
            INSERT INTO attributions (id, declaration_id, bureau, user_id, expire_le)
            SELECT gen_random_uuid(), id, bureau, gen_random_uuid(), now() + interval '62 months' FROM declarations
            ORDER BY id LIMIT 1
            """)
        let before = try JSONValue(parsing: Array(RetentionCommands.show(aged.settings()).text(json: true).utf8))
        #expect(before["mois"] == 60 && before["trimestres"]?.array?.isEmpty == true && before["automatique"] == true)
        #expect(before["premiere_conservee"] != .null)
        try aged.age(months: 61)
        let report = try RetentionCommands.show(aged.settings(["INSPECTIA_RETENTION_AUTOMATIC": "false"]))
        let shown = try JSONValue(parsing: Array(report.text(json: true).utf8))
        #expect(shown["trimestres"]?[0]?["partent"]?.int == count - 1)
        #expect(shown["trimestres"]?[0]?["retenues"] == 1 && shown["documents"] == 1)
        let text = report.text(json: false)
        #expect(
            text.contains("Pas de purge automatique") && text.contains(": \(count - 1) déclarations partent, 1 sont"))
        #expect(try aged.numbers.count == count)
        let purge = try #require(try RetentionCommands.purge(aged.settings()))
        #expect(purge.text(json: false).hasPrefix("Purgés : \(count - 1) déclarations, \(count - 1) décisions, "))
        #expect(
            try RetentionCommands.purge(aged.settings())?.text(json: false)
                == "Rien n'a dépassé la durée de conservation.")
        #expect(try aged.numbers.count == 1)
        let actor = try aged.value(
            "SELECT DISTINCT split_part(acteur, ':', 1) FROM audit_events WHERE evenement = 'retention.purge'")
        #expect(actor == "commande")
    }

    @Test func theDoctorSaysForHowLong() throws {
        let base = try PreparedDatabase()
        let settings = try base.settings
        func examine() throws -> Doctor.Finding {
            try base.use { try await RetentionDoctor.examine(settings, $0) }
        }
        #expect(try examine().verdict == .good && examine().detail.hasPrefix("60 mois, purge la nuit à partir du "))
        try base.test.value(
            """
            SELECT set_config('inspectia.bureau', '*', false); INSERT INTO feature_sets VALUES ('e', '30', '[]');
            INSERT INTO features VALUES ('ff000000-0000-7000-8000-000000000000', '18N', 'e', '30', '{}', '{}', '{}')
            """)
        #expect(try examine().verdict == .worrying)
    }
}
