import TestKit
import Testing

struct TestDatabaseTests {
    @Test func databasesDoNotSeeEachOther() throws {
        let first = try TestDatabase()
        let second = try TestDatabase()
        try first.value("CREATE TABLE mine (n int)")
        #expect(try first.value("SELECT to_regclass('mine')") == "mine")
        #expect(try second.value("SELECT to_regclass('mine')") == nil)
    }

    @Test func kindIsPreparedOnceAndCopied() throws {
        let prepare = { (connectionString: String) throws in
            _ = try PlainSQL.value(connectionString, "CREATE TABLE kept AS SELECT clock_timestamp() AS at")
        }
        let first = try TestDatabase(like: "kept", preparedBy: prepare)
        let second = try TestDatabase(like: "kept", preparedBy: prepare)
        #expect(first.name != second.name)
        let time = try first.value("SELECT at FROM kept")
        #expect(time != nil)
        #expect(try second.value("SELECT at FROM kept") == time)
    }

    @Test func databaseGoesWithItsValue() throws {
        let kept = try TestDatabase()
        let name = try TestDatabase().name
        #expect(try kept.value("SELECT count(*) FROM pg_database WHERE datname = '\(name)'") == "0")
        #expect(try kept.value("SELECT count(*) FROM pg_database WHERE datname = '\(kept.name)'") == "1")
    }

    @Test func refusalSaysWhy() throws {
        let database = try TestDatabase()
        let refusal = #expect(throws: PlainSQL.Refused.self) { try database.value("SELECT pas_une_colonne") }
        #expect(refusal?.description.contains("pas_une_colonne") == true)
    }
}
