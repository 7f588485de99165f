import Platform
import Postgres
import TestKit
import Testing

@testable import Service

/// The walls that PostgreSQL holds by itself, whatever the service's statements say.
@Suite struct OfficeScopeTests {
    /// A table as a later migration would make it, with rows of two offices and of none.
    private func scoped() throws -> PreparedDatabase {
        let base = try PreparedDatabase()
        try base.test.value(
            """
            CREATE TABLE dossiers (id int PRIMARY KEY, bureau text);
            CALL scope_by_office('dossiers');
            SELECT set_config('inspectia.bureau', '*', true);
            INSERT INTO dossiers SELECT k, (ARRAY['18N', '10S', NULL])[k % 3 + 1] FROM generate_series(0, 29) k
            """)
        #expect(try base.test.value("SELECT grant_service_rights('inspectia_service')") == "t")
        return base
    }

    private func use<Value: Sendable>(
        _ base: PreparedDatabase, asOwner: Bool, _ body: @escaping @Sendable (Database) async throws -> Value
    ) throws -> Value {
        let connection = asOwner ? base.test.connectionString : base.test.serviceConnectionString
        return try CommandDatabase.connect(connection, base.settings, body)
    }

    /// The owner is held by it like anybody else.
    @Test(arguments: [false, true]) func withoutSayingForWhichOfficeThereAreNoRows(_ asOwner: Bool) throws {
        let base = try scoped()
        let counts = try use(base, asOwner: asOwner) { database in
            func count(_ source: some Queryable) async throws -> Int {
                try await source.queryOne("SELECT count(*) FROM dossiers")?.get(0) ?? -1
            }
            var counts = [try await count(database)]
            for bureau in ["18N", "10S", "99Z", nil] {
                counts.append(try await count(database.under(OfficeScope.office(bureau))))
            }
            // Not even on the link that has just worked for all.
            counts.append(try await count(database))
            // A code that is none opens nothing.
            counts.append(try await count(database.under(OfficeScope.office("'; x"))))
            counts.append(try await count(database.under(OfficeScope.office(""))))
            return counts
        }
        #expect(counts == [0, 10, 10, 0, 30, 0, 0, 0])
    }

    @Test func anotherOfficesRowsCanBeNeitherReadNorWritten() throws {
        let base = try scoped()
        var random = SeededGenerator(seed: 5)
        let ids = (0..<60).map { _ in Int.random(in: -5...34, using: &random) }
        try use(base, asOwner: false) { database in
            let north = database.under(OfficeScope.office("18N"))
            for id in ids {
                let isOurs = 0..<30 ~= id && id % 3 == 0
                let row = try await north.queryOne("SELECT id FROM dossiers WHERE id = $1", Int32(id))
                #expect((row != nil) == isOurs)
                let changed = try await north.execute("UPDATE dossiers SET id = id WHERE id = $1", Int32(id))
                #expect(changed == (isOurs ? 1 : 0))
            }
            // Neither taken into the office, nor given away, nor made for another.
            #expect(try await north.execute("UPDATE dossiers SET bureau = '18N'") == 10)
            for theft in [
                "UPDATE dossiers SET bureau = '10S' WHERE id = 0", "INSERT INTO dossiers VALUES (100, '10S')",
                "INSERT INTO dossiers VALUES (101, NULL)",
            ] as [Statement] {
                let error = await #expect(throws: DatabaseError.self) { try await north.execute(theft) }
                #expect(error?.sqlState == "42501")
            }
            #expect(try await north.execute("DELETE FROM dossiers") == 10)
            let left: Int =
                try await database.under(OfficeScope.all).queryOne("SELECT count(*) FROM dossiers")?.get(0) ?? -1
            #expect(left == 20)
        }
    }

    /// Statements of two offices on the same links at once.
    @Test func scopesDoNotLeakBetweenRequests() throws {
        let base = try scoped()
        try use(base, asOwner: false) { database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for k in 0..<400 {
                    let bureau = ["18N", "10S", "99Z"][k % 3]
                    group.addTask {
                        let rows = try await database.under(OfficeScope.office(bureau)).query(
                            "SELECT DISTINCT bureau FROM dossiers")
                        let found = try rows.map { try $0.get(0, as: String.self) }
                        #expect(found == (bureau == "99Z" ? [] : [bureau]))
                        try await database.under(OfficeScope.office(bureau)).transaction { transaction in
                            let seen: Int =
                                try await transaction.queryOne(
                                    "SELECT count(*) FROM dossiers WHERE bureau <> $1", bureau)?.get(0) ?? -1
                            #expect(seen == 0)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    // MARK: The role that the service works as

    @Test func theServiceOwnsNothing() throws {
        let service = try RunningService(database: TestDatabase())
        let database = try #require(service.database)
        let connection = database.serviceConnectionString
        #expect(try PlainSQL.value(connection, "SELECT current_user") == "inspectia_service")
        for attribute in ["rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication"] {
            let sql = "SELECT \(attribute) FROM pg_roles WHERE rolname = 'inspectia_service'"
            #expect(try database.value(sql) == "f", "\(attribute)")
        }
        #expect(
            try database.value(
                "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = 'inspectia_service')"
            ) == "0")
        #expect(
            try database.value(
                "SELECT count(*) FROM pg_auth_members WHERE member = (SELECT oid FROM pg_roles WHERE rolname = 'inspectia_service')"
            ) == "0")
        // Every table can be read; so a new one that somebody forgot would show.
        #expect(
            try database.value(
                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND NOT has_table_privilege('inspectia_service', oid, 'SELECT')"
            ) == "0")
        for sql in [
            "UPDATE audit_events SET hash = hash", "DELETE FROM audit_events", "TRUNCATE audit_events",
            "ALTER TABLE audit_events DISABLE TRIGGER ALL",
            "DROP TABLE audit_events", "DELETE FROM audit_head", "INSERT INTO audit_head VALUES (true, 0, '')",
            "UPDATE schema_migrations SET checksum = ''", "ALTER TABLE api_keys NO FORCE ROW LEVEL SECURITY",
            "DROP POLICY bureau_en_portee ON api_keys", "CREATE TABLE t (a int)", "SET ROLE inspectia",
            "SET session_replication_role = replica", "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
        ] {
            #expect(throws: PlainSQL.Refused.self, "\(sql)") { try PlainSQL.value(connection, sql) }
        }
        // PostgreSQL answers this with a warning and gives nothing.
        try PlainSQL.value(connection, "GRANT ALL ON audit_events TO inspectia_service")
        #expect(
            try database.value(
                "SELECT string_agg(privilege_type, ' ' ORDER BY privilege_type) FROM information_schema.table_privileges WHERE table_name = 'audit_events' AND grantee = 'inspectia_service'"
            ) == "INSERT SELECT")
        service.stop()
    }

    /// The command line's and the tests' owner has the rights that its tables give it, so nothing is granted to it.
    @Test func anOwnerNeedsNoGrant() throws {
        let base = try PreparedDatabase()
        #expect(try base.test.value("SELECT grant_service_rights('inspectia')") == "f")
        #expect(try base.test.value("SELECT grant_service_rights('personne')") == "f")
    }
}
