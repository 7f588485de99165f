import Glibc
import Net
import Platform
import Testing

@testable import Postgres

@Suite struct MigrationsTests {
    private func file(_ version: Int, _ sql: String) -> Migrations.File {
        Migrations.File(version: version, name: "essai", sql: sql, checksum: Migrations.checksum(Array(sql.utf8)))
    }

    private func fault(_ body: () throws -> Void) -> MigrationFault? {
        do { try body() } catch {
            if case .migration(let fault) = (error as? DatabaseError)?.kind { return fault }
        }
        return nil
    }
    private func fault(_ body: nonisolated(nonsending) () async throws -> Void) async -> MigrationFault? {
        if case .migration(let fault) = await failure(body)?.kind { return fault }
        return nil
    }

    /// A schema of its own makes a database of its own.
    private func withSchema(_ loops: Int = 1, _ body: (Database) async throws -> Void) async throws {
        let schema = unique("schema")
        TestCluster.shared.psql("CREATE SCHEMA \(schema)")
        var configuration = DatabaseConfiguration(connection: TestCluster.shared.connection)
        configuration.searchPath = schema
        let group = EventLoopGroup(count: loops)
        defer { group.stop() }
        let database = try Database(configuration, on: group)
        do { try await body(database) } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    @Test func appliesWhatIsPendingOnceAndRecordsIt() async throws {
        try await withSchema { database in
            let two = try Migrations([
                file(2, "INSERT INTO pays VALUES ('SN'); INSERT INTO pays VALUES ('CI; non');"),
                file(1, "CREATE TABLE pays (code text);"),
            ])
            #expect(try await two.plan(database).map(\.version) == [1, 2])
            #expect(try await two.apply(database).map(\.version) == [1, 2])
            #expect(try await two.apply(database).isEmpty)
            #expect(try await two.plan(database).isEmpty)
            let three = try Migrations(two.files + [file(3, "-- rien\nDELETE FROM pays WHERE code = 'SN'")])
            #expect(try await three.apply(database).map(\.version) == [3])
            let left: String? = try await database.queryOne("SELECT code FROM pays")?.get(0)
            #expect(left == "CI; non")
            let rows = try await database.query("SELECT * FROM schema_migrations ORDER BY version")
            #expect(rows.columns == ["version", "name", "checksum", "applied_at", "duration_ms"])
            #expect(try rows.map { try $0.get("checksum", as: String.self) } == three.files.map(\.checksum))
        }
    }

    @Test func aFailureLeavesNoTraceOfItsFile() async throws {
        try await withSchema { database in
            let migrations = try Migrations([
                file(1, "CREATE TABLE a (n int)"),
                file(2, "CREATE TABLE b (n int); SELECT 1 / 0; CREATE TABLE c (n int)"),
            ])
            let fault = await fault { _ = try await migrations.apply(database) }
            #expect(fault == .failed(version: 2, name: "essai"))
            #expect(try await migrations.plan(database).map(\.version) == [2])
            #expect(
                try await database.queryOne("SELECT to_regclass('a') IS NOT NULL AND to_regclass('b') IS NULL")?.get(0)
                    == true)
        }
    }

    @Test func aFileThatEndsItsTransactionIsRefused() async throws {
        try await withSchema { database in
            let migrations = try Migrations([file(1, "CREATE TABLE a (n int); COMMIT; CREATE TABLE b (n int)")])
            let fault = await fault { _ = try await migrations.apply(database) }
            #expect(fault == .failed(version: 1, name: "essai"))
        }
    }

    @Test func aChangedFileIsRefused() async throws {
        try await withSchema { database in
            try await Migrations([file(1, "SELECT 1")]).apply(database)
            let changed = try Migrations([file(1, "SELECT 2"), file(2, "SELECT 3")])
            #expect(await fault { _ = try await changed.plan(database) } == .changed(version: 1, name: "essai"))
            #expect(await fault { _ = try await changed.apply(database) } == .changed(version: 1, name: "essai"))
        }
    }

    @Test func aNewerDatabaseIsRefused() async throws {
        try await withSchema { database in
            let files = [file(1, "SELECT 1"), file(2, "SELECT 2")]
            try await Migrations(files).apply(database)
            let older = try Migrations([files[0]])
            #expect(await fault { _ = try await older.plan(database) } == .newerDatabase(version: 2))
            #expect(await fault { _ = try await older.apply(database) } == .newerDatabase(version: 2))
        }
    }

    @Test func instancesThatStartTogetherApplyEachFileOnce() async throws {
        try await withSchema(2) { database in
            let migrations = try Migrations(
                (1...5).map { n in
                    file(
                        n,
                        n == 1 ? "CREATE TABLE trace (n int)" : "INSERT INTO trace VALUES (\(n)); SELECT pg_sleep(0.02)"
                    )
                })
            let applied = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<6 { tasks.addTask { try await migrations.apply(database).count } }
                return try await tasks.reduce(0, +)
            }
            #expect(applied == 5)
            let rows = try await database.query("SELECT n FROM trace ORDER BY n")
            #expect(try rows.map { try $0.get(0, as: Int.self) } == [2, 3, 4, 5])
        }
    }

    @Test func numbersMustFollowEachOther() {
        #expect(fault { _ = try Migrations([file(1, ""), file(3, "")]) } == .gap(version: 2))
        #expect(fault { _ = try Migrations([file(2, "")]) } == .gap(version: 1))
        #expect(fault { _ = try Migrations([file(1, ""), file(2, ""), file(2, "x")]) } == .duplicate(version: 2))
    }

    @Test(arguments: [
        "1_a.sql", "00001_a.sql", "0001.sql", "0001_.sql", "0000_a.sql", "abcd_a.sql", "-001_a.sql", "0001-a.sql",
    ])
    func aNameOutOfShapeIsRefused(_ name: String) {
        #expect(fault { _ = try Migrations.parse(name) } == .badName(name))
    }

    @Test func aDirectoryIsReadAndChecked() throws {
        var template = Array("/tmp/inspectia-migrations-XXXXXX".utf8CString)
        _ = mkdtemp(&template)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        func put(_ name: String, _ bytes: [UInt8]) {
            let descriptor = open("\(directory)/\(name)", O_CREAT | O_WRONLY | O_TRUNC, 0o600)
            _ = write(descriptor, bytes, bytes.count)
            close(descriptor)
        }
        defer {
            for name in ["0001_a.sql", "0002_b_c.sql", "README.md", ".0003_x.sql"] { unlink("\(directory)/\(name)") }
            rmdir(directory)
        }
        put("0002_b_c.sql", Array("SELECT 'é'".utf8))
        put("0001_a.sql", Array("abc".utf8))
        put("README.md", [])
        put(".0003_x.sql", [])
        let files = try Migrations(directory: directory).files
        #expect(files.map(\.name) == ["a", "b_c"] && files[1].sql == "SELECT 'é'")
        #expect(files[0].checksum == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        put("0002_b_c.sql", [0x53, 0xFF])
        #expect(fault { _ = try Migrations(directory: directory) } == .unreadable("0002_b_c.sql"))
        #expect(fault { _ = try Migrations(directory: directory + "/absent") } == .unreadable(directory + "/absent"))
    }
}
