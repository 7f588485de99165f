import Testing

@testable import Postgres

@Suite struct StatementTests {
    @Test func aLiteralIsPreparedOnceAConnection() async throws {
        try await withDatabase(limits: .with { $0.sharedLinks = 1 }) { database, _ in
            func prepared() async throws -> Int {
                let row = try await database.queryOne(
                    "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int8 AS once%'")
                return try #require(try row?.get(0))
            }
            #expect(try await prepared() == 0)
            for k in 0..<20 { _ = try await database.query("SELECT $1::int8 AS once", k) }
            #expect(try await prepared() == 1)
        }
    }

    @Test func aFailedPreparationIsTriedAgain() async throws {
        try await withDatabase(limits: .with { $0.sharedLinks = 1 }) { database, _ in
            let read: Statement = "SELECT valeur FROM pas_encore_la"
            // The second is sent before the first one's preparation has failed.
            let codes = await withTaskGroup(of: String?.self) { tasks in
                for _ in 0..<2 { tasks.addTask { await state { try await database.query(read) } } }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(codes == ["42P01", "42P01"])
            try await database.execute("CREATE TABLE pas_encore_la AS SELECT 3 AS valeur")
            #expect(try await database.queryOne(read)?.get("valeur") == 3)
            try await database.execute("DROP TABLE pas_encore_la")
        }
    }

    @Test func aChangedTableIsPreparedAnew() async throws {
        try await withDatabase(limits: .with { $0.sharedLinks = 1 }) { database, _ in
            try await database.execute("CREATE TABLE changeante AS SELECT 1 AS a")
            let read: Statement = "SELECT * FROM changeante"
            #expect(try await database.query(read).columns == ["a"])
            try await database.execute("ALTER TABLE changeante ADD b text DEFAULT 'é'")
            #expect(try await database.query(read).columns == ["a", "b"])
            _ = try await database.transaction { try await $0.query(read) }
            try await database.execute("ALTER TABLE changeante ADD c text")
            // Inside a transaction the whole body runs again.
            #expect(try await database.transaction { try await $0.query(read).columns } == ["a", "b", "c"])
            try await database.execute("DROP TABLE changeante")
        }
    }

    @Test func oneLiteralServesParametersOfSeveralTypes() async throws {
        try await withDatabase(limits: .with { $0.sharedLinks = 1 }) { database, _ in
            func echo(_ value: any PostgresEncodable) async throws -> Row? {
                try await database.queryOne("SELECT $1 AS echo", value)
            }
            for _ in 0..<2 {
                let rows = (try await echo(5), try await echo(5.5), try await echo("cinq"))
                #expect(try rows.0?.get("echo") == 5)
                #expect(try rows.1?.get("echo") == 5.5)
                #expect(try rows.2?.get("echo") == "cinq")
            }
        }
    }

    @Test func aComposedStatementNumbersItsParameters() async throws {
        var search = ComposedStatement("SELECT n FROM generate_series(1, ", 100)
        search.append("::int4) AS n WHERE n > ", 90)
        search.append(" AND n::text <> ", "95'; DROP TABLE x; --")
        search.append(" ORDER BY n DESC")
        #expect(search.statement.description.contains("n::text <> $3 ORDER"))
        try await withDatabase { [search] database, _ in
            let rows = try await database.query(search)
            #expect(try rows.first?.get("n") == 100)
        }
    }

    @Test func aStrayTransactionClosesItsSharedConnection() async throws {
        try await withDatabase(limits: .with { $0.sharedLinks = 1 }) { database, _ in
            let before: Int? = try await database.queryOne("SELECT pg_backend_pid()")?.get(0)
            _ = try await database.query("BEGIN")
            let after: Int? = try await database.queryOne("SELECT pg_backend_pid()")?.get(0)
            #expect(before != nil && after != nil && before != after)
        }
    }

    @Test func copyOutsideItsPlaceIsRefused() async throws {
        try await withDatabase(limits: .with { $0.sharedLinks = 1 }) { database, _ in
            let error = await failure { try await database.query("COPY (SELECT 1) TO STDOUT") }
            #expect(error?.kind == .misuse)
            let row = try await database.queryOne("SELECT 1")
            #expect(try row?.get(0) == 1)
        }
    }

    @Test func theAnswerCountsWhatWasTouched() async throws {
        try await withDatabase(limits: .with { $0.sharedLinks = 1 }) { database, _ in
            try await database.execute("CREATE TEMP TABLE touche (n int8)")
            #expect(try await database.execute("INSERT INTO touche SELECT generate_series(1, 123)") == 123)
            #expect(try await database.execute("UPDATE touche SET n = 0 WHERE n > $1", 100) == 23)
            #expect(try await database.execute("DELETE FROM touche WHERE n < 0") == 0)
        }
    }

    @Test func aServerErrorTellsEverythingInPrivateAndNothingInPublic() async throws {
        try await withDatabase(limits: .with { $0.sharedLinks = 1 }) { database, _ in
            try await database.execute("CREATE TEMP TABLE secrete (code text CONSTRAINT code_unique UNIQUE)")
            try await database.execute("INSERT INTO secrete VALUES ('canari')")
            let error = await failure { try await database.execute("INSERT INTO secrete VALUES ($1)", "canari") }
            #expect(error?.constraint == "code_unique" && error?.report?.table == "secrete")
            #expect(error?.code == "base_doublon" && error?.isRetryable == false)
            #expect(error?.message == "Cet enregistrement existe déjà.")
            let text = error?.description ?? ""
            for part in ["ERROR 23505", "CONSTRAINT: code_unique", "STATEMENT: INSERT INTO secrete VALUES ($1)"] {
                #expect(text.contains(part))
            }
            // Whoever sent it may have been somebody's name.
            #expect(!text.contains("canari"))
            #expect(error?.report?.detail == "Key (code)=(canari) already exists.")
            let value = await failure { try await database.execute("SELECT $1::text::date", "canari") }
            #expect(value?.sqlState == "22007" && value?.description.contains("canari") == false)
        }
    }
}
