import Platform
import Postgres
import TestKit
import Testing

@testable import Service

/// What the database itself refuses, whatever the program does.
@Suite(.serialized) struct RetentionWallTests {
    private let office: AnalysingService
    private let aged: AgedDatabase
    private let count: Int

    init() throws {
        office = try AnalysingService(models: ImaginedWorld.made.get().models)
        aged = AgedDatabase(office)
        let (status, value) = try office.upload(ImaginedWorld.made.get().file(0..<8))
        try #require(status == 201, "\(value)")
        count = try aged.numbers.count
        try #require(count > 4)
    }

    private func asService(_ sql: String) throws -> String? {
        try PlainSQL.value(
            office.database.serviceConnectionString, "SELECT set_config('inspectia.bureau', '*', false); " + sql)
    }

    @Test func theServiceDeletesNothingThatHasNotExpired() throws {
        defer { office.service.stop() }
        try aged.age(months: 1)
        for kind in RetentionStore.Kind.allCases {
            for count in ["1000000", "-5", "NULL"] {
                #expect(try asService("SELECT le_numero FROM purger('\(kind.rawValue)', NULL, \(count))") == nil)
            }
        }
        #expect(throws: PlainSQL.Refused.self) { try asService("SELECT purger('tout', NULL, 1)") }
        for sql in [
            "UPDATE conservation SET mois = 6", "DELETE FROM declarations", "DELETE FROM features",
            "DELETE FROM features_origine", "SELECT count(*) FROM features_origine",
            "INSERT INTO purges (genre, limite, comptes) VALUES ('declarations', now(), '{}')",
            "INSERT INTO declarations_purgees SELECT id, numero_declaration, bureau, empreinte, 1 FROM declarations",
            "SELECT purger_declarations(ARRAY(SELECT id FROM declarations), 1, now())",
            "SELECT purger_personnes(ARRAY(SELECT id FROM personnes))",
            "CREATE OR REPLACE FUNCTION moment_de_conservation() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
            "ALTER FUNCTION purger(text, uuid, integer) SECURITY INVOKER", "DROP TABLE features_origine",
        ] {
            #expect(throws: PlainSQL.Refused.self, "\(sql)") { try asService(sql) }
        }
        #expect(try aged.numbers.count == count)
        #expect(try aged.value("SELECT count(*) FROM features") != "0")
    }

    /// Not even the owner takes a row away without its tombstone.
    @Test func rowsLeaveATombstone() throws {
        defer { office.service.stop() }
        for table in [
            "decisions", "predictions", "features", "history_log", "features_origine",
        ] {
            #expect(throws: PlainSQL.Refused.self, "\(table)") { try aged.value("DELETE FROM \(table)") }
            #expect(throws: PlainSQL.Refused.self, "\(table)") { try aged.value("TRUNCATE \(table) CASCADE") }
        }
        #expect(try aged.numbers.count == count)
    }

    @Test func aPurgeWithoutItsEventIsNone() throws {
        defer { office.service.stop() }
        try aged.age(months: 61)
        #expect(throws: PlainSQL.Refused.self) { try asService("SELECT * FROM purger('declarations', NULL, 5)") }
        // Nor with a trail of one's own.
        #expect(throws: PlainSQL.Refused.self) {
            try asService(
                """
                CREATE TEMP TABLE audit_events (objet text, evenement text);
                INSERT INTO audit_events SELECT 'purge:' || n, 'retention.purge' FROM generate_series(1, 100) n;
                SELECT * FROM purger('declarations', NULL, 5)
                """)
        }
        #expect(throws: PlainSQL.Refused.self) {
            try asService(
                "CREATE TEMP TABLE conservation (mois integer); INSERT INTO conservation VALUES (0); SELECT * FROM purger('declarations', NULL, 5)"
            )
        }
        #expect(try aged.numbers.count == count)
    }

    /// After an update, and after a shorter time was set, the service waits; the owner need not.
    @Test func theServiceWaitsUntilPeopleHaveHadTime() throws {
        defer { office.service.stop() }
        try aged.age(months: 61)
        try aged.value("UPDATE conservation SET purge_des = now() + interval '62 months'")
        #expect(throws: (any Error).self) { try aged.purge() }
        #expect(try aged.numbers.count == count)
        #expect(try aged.purge(asOwner: true)?.counts["declarations"] == count)
    }

    @Test func theSettingReachesTheDatabase() throws {
        defer { office.service.stop() }
        #expect(throws: (any Error).self) { try aged.settings(["INSPECTIA_RETENTION_MONTHS": "5"]) }
        #expect(throws: PlainSQL.Refused.self) { try aged.value("UPDATE conservation SET mois = 5") }
        func settle(_ months: Int) throws -> RetentionStore.Term {
            let settings = try aged.settings(["INSPECTIA_RETENTION_MONTHS": "\(months)"])
            return try CommandDatabase.use(settings) { database in
                try await Retention.settle(settings, database)
                return try await RetentionStore.term(database)
            }
        }
        try aged.value("UPDATE conservation SET purge_des = '2020-01-01'")
        let longer = try settle(72)
        #expect(longer.months == 72 && longer.from < .now())
        let shorter = try settle(6)
        #expect(shorter.months == 6 && shorter.from > .now() + .seconds(29 * 86_400))
        _ = try settle(6)
        #expect(
            try aged.value(
                "SELECT string_agg(canonical::jsonb #>> '{details,mois}', ' ' ORDER BY seq) FROM audit_events WHERE evenement = 'retention.duree'"
            ) == "72 6")
        try aged.age(months: 7)
        #expect(try aged.purge(asOwner: true)?.counts["declarations"] == count)
    }

    /// Whoever adds a table that refers to one of these says in `purger` what becomes of its rows.
    @Test func everyReferenceIsKnownToThePurge() throws {
        defer { office.service.stop() }
        let references = try aged.list(
            """
            SELECT conrelid::regclass || '>' || confrelid::regclass FROM pg_constraint
            WHERE contype = 'f' AND confrelid IN ('declarations'::regclass, 'decisions'::regclass,
                'predictions'::regclass, 'documents'::regclass, 'extractions'::regclass, 'outcomes'::regclass,
                'feedbacks'::regclass, 'proces_verbaux'::regclass, 'jobs'::regclass)
            """)
        #expect(
            references == [
                "articles>declarations", "attributions>declarations", "decisions>declarations", "decisions>predictions",
                "decisions_expirees>decisions", "declaration_versions>decisions", "declaration_versions>declarations",
                "declarations>decisions", "extractions>documents", "feedbacks>decisions", "feedbacks>declarations",
                "feedbacks>outcomes", "history_log>declarations", "job_rejets>jobs", "jobs>documents",
                "layout_sightings>documents", "outcomes>declarations", "parties>declarations",
                "predictions>declarations", "proces_verbaux_declarations>decisions",
                "proces_verbaux_declarations>declarations", "proces_verbaux_declarations>proces_verbaux",
                "provenances>declarations", "provenances>documents", "provenances>extractions",
            ])
    }
}
