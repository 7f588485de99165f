import Platform
import TestKit
import Testing

@testable import Service

/// Features lie in a partition a quarter, made ahead and dropped whole.
@Suite(.serialized) struct PartitionTests {
    private func quarters(_ aged: AgedDatabase) throws -> [String] {
        try aged.list("SELECT nom FROM features_partitions")
    }

    /// An identifier of a moment, as the program makes them.
    private static func id(in months: Int) -> String {
        "(left(premier_uuid(now() + interval '\(months) months')::text, 14) || '7000-8000-000000000001')::uuid"
    }

    private func add(in months: Int, _ aged: AgedDatabase) throws -> String? {
        try aged.value(
            """
            INSERT INTO features (prediction_id, bureau, jeu, chapitre, nombres, textes, shap)
            SELECT \(Self.id(in: months)), '18N', empreinte, chapitre, '{1}', '{}', '{}' FROM feature_sets LIMIT 1;
            SELECT tableoid::regclass FROM features WHERE prediction_id = \(Self.id(in: months))
            """)
    }

    @Test func quartersAreMadeAhead() throws {
        let base = try PreparedDatabase()
        let aged = AgedDatabase(base.test, directory: base.directory.path)
        let made = try quarters(aged)
        #expect(made.count == 6 && made.contains("features_origine") && made.contains("features_hors_trimestre"))
        #expect(try aged.value("SELECT preparer_partitions()") == "0")
        try aged.age(months: 6)
        #expect(try aged.value("SELECT preparer_partitions()") == "2")
        #expect(try quarters(aged).count == 8)
        // Alike in every respect that counts.
        for (what, sql) in [
            "rows by office": "relrowsecurity AND relforcerowsecurity",
            "guards": "(SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT tgisinternal) = 2",
            "foreign key": "EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f')",
            "key": "EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')",
            "compression":
                "(SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attcompression = 'l') = 2",
            "no rights": "coalesce(relacl::text, '') NOT LIKE '%inspectia_service%'",
        ] {
            let other = try aged.list(
                "SELECT c.relname FROM features_partitions p JOIN pg_class c ON c.oid = p.oid WHERE NOT (\(sql))")
            #expect(other.isEmpty, "\(what)")
        }
    }

    /// Nothing is refused because of a clock that is wrong.
    @Test func aClockThatJumpsFindsAPlace() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        try #require(office.upload(ImaginedWorld.made.get().file(0..<3)).status == 201)
        let aged = AgedDatabase(office)
        #expect(try aged.value("SELECT DISTINCT tableoid::regclass FROM features") == "features_origine")
        #expect(try add(in: 4, aged)?.contains("_t") == true)
        #expect(try add(in: -600, aged) == "features_origine")
        #expect(try add(in: 40, aged) == "features_hors_trimestre")
        // That quarter stays there; the others are made.
        try aged.age(months: 36)
        #expect(try aged.value("SELECT preparer_partitions()") == "4")
        #expect(try aged.value("SELECT count(*) FROM features_hors_trimestre") == "1")
        #expect(try add(in: 37, aged)?.contains("_t") == true)
    }

    /// A quarter goes as a whole once nothing of it is left; where something is, the rest goes row by row.
    @Test func quartersAreDroppedWhole() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let (status, value) = try office.upload(ImaginedWorld.made.get().file(0..<20))
        try #require(status == 201, "\(value)")
        let aged = AgedDatabase(office)
        let count = try aged.numbers.count
        let kept = try #require(try aged.numbers.first)
        try aged.tamper(
            "declarations",
            "UPDATE declarations SET recue_le = now() + interval '70 months' WHERE numero_declaration = '\(kept)'")
        try aged.age(months: 70)
        let first = try #require(try aged.purge())
        #expect(first.counts["declarations"] == count - 1)
        #expect(
            first.partitions.contains { $0 != "features_origine" } && !first.partitions.contains("features_origine"))
        #expect((first.counts["lignes"] ?? 0) > 0)
        #expect(
            try aged.value(
                "SELECT (SELECT count(*) FROM features) = (SELECT count(*) FROM predictions WHERE modele IS NOT NULL)")
                == "t")
        try aged.tamper("declarations", "UPDATE declarations SET recue_le = now()")
        let second = try #require(try aged.purge())
        #expect(second.counts["declarations"] == 1 && second.partitions == ["features_origine"])
        // Those that have not ended for so long stay.
        #expect(try !quarters(aged).contains("features_origine") && quarters(aged).count > 1)
        // And it goes on.
        #expect(try aged.value("SELECT preparer_partitions()") == "5")
        #expect(try office.upload(ImaginedWorld.made.get().file(20..<23)).status == 201)
        #expect(try aged.isWhole())
    }

    /// What there was before there were partitions is where it was.
    @Test func anOlderDatabaseIsConverted() throws {
        let test = try TestDatabase()
        let root = try ServiceSettings.reading([:]).resources
        let files = try File.names(in: root + "/migrations").filter { $0.hasSuffix(".sql") }.sorted()
        for file in files where file < "0014" {
            try test.value(String(decoding: try File.read("\(root)/migrations/\(file)", limit: 1 << 20), as: UTF8.self))
        }
        // A database that has rows, and a service that has its rights.
        try test.value(
            """
            SELECT grant_service_rights('inspectia_service'); SELECT set_config('inspectia.bureau', '*', false);
            INSERT INTO feature_sets VALUES ('e', '30', '[]');
            ALTER TABLE features DISABLE TRIGGER USER; ALTER TABLE features DROP CONSTRAINT features_prediction_id_fkey;
            INSERT INTO features SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '18N', 'e', '30',
                '{1,2}', '{}', '{}' FROM generate_series(1, 500) n;
            ALTER TABLE features ADD CONSTRAINT features_prediction_id_fkey FOREIGN KEY (prediction_id)
                REFERENCES predictions NOT VALID
            """)
        for file in files where file >= "0014" {
            try test.value(
                "BEGIN; "
                    + String(decoding: try File.read("\(root)/migrations/\(file)", limit: 1 << 20), as: UTF8.self)
                    + "; COMMIT")
        }
        func asService(_ sql: String) throws -> String? { try PlainSQL.value(test.serviceConnectionString, sql) }
        let all = "SELECT set_config('inspectia.bureau', '*', true); "
        #expect(try asService(all + "SELECT count(*) FROM features") == "500")
        #expect(try asService("SELECT count(*) FROM features") == "0")
        #expect(throws: PlainSQL.Refused.self) { try asService(all + "SELECT count(*) FROM features_origine") }
        #expect(throws: PlainSQL.Refused.self) { try asService(all + "DELETE FROM features") }
    }
}
