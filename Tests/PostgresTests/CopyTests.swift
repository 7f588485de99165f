import Net
import Platform
import Testing

@testable import Postgres

@Suite struct CopyTests {
    private static let rows = 100_000

    @Test func aHundredThousandRowsComeAndGoInBinary() async throws {
        try await withDatabase { database, _ in
            try await database.transaction(timeout: .seconds(60)) { transaction in
                try await transaction.execute(
                    "CREATE TEMP TABLE masse (id int8, nom text, poids float8, jeton bytea, prix numeric, vide text) ON COMMIT DROP"
                )
                let price = try #require(Numeric("12345.670"))
                let count = try await transaction.copyIn("COPY masse FROM STDIN (FORMAT binary)") { writer in
                    for k in 0..<Self.rows {
                        try await writer.row(
                            k, "désignation \(k)", Double(k) / 8, [UInt8(k & 255)], price, String?.none)
                    }
                }
                #expect(count == Self.rows)
                let sums = try #require(
                    try await transaction.queryOne(
                        """
                        SELECT count(*), sum(id)::int8, sum(poids), count(vide), min(prix), max(prix), count(DISTINCT jeton),
                            count(*) FILTER (WHERE nom = 'désignation ' || id) FROM masse
                        """))
                let n = Self.rows
                #expect(try sums.get(0) == n)
                #expect(try sums.get(1) == n * (n - 1) / 2)
                #expect(try sums.get(2) == Double(n * (n - 1) / 2) / 8)
                #expect(try sums.get(3) == 0)
                #expect(try sums.get(4) == "12345.670")
                #expect(try sums.get(5) == "12345.670")
                #expect(try sums.get(6) == 256)
                #expect(try sums.get(7) == n)
                var lines = 0
                var chunks = 0
                let out = try await transaction.copyOut("COPY masse (id, nom) TO STDOUT") { chunk in
                    chunks += 1
                    lines += chunk.count { $0 == 10 }
                }
                #expect(out == n && lines == n && chunks > 10)
                // The connection takes ordinary statements again.
                #expect(try await transaction.queryOne("SELECT 7")?.get(0) == 7)
            }
            #expect(database.metrics.losses == 0)
        }
    }

    @Test func textIsCutAnywhere() async throws {
        try await withDatabase { database, _ in
            try await database.transaction { transaction in
                try await transaction.execute("CREATE TEMP TABLE texte (a text, b text) ON COMMIT DROP")
                let count = try await transaction.copyIn("COPY texte FROM STDIN (FORMAT csv)") { writer in
                    for piece in ["un,\"de", "ux, de\"\"mi\"\ntro", "is,\nquatre,é\n"] {
                        try await writer.write(piece.utf8)
                    }
                }
                #expect(count == 3)
                let rows = try await transaction.query("SELECT a, b FROM texte")
                #expect(try rows.map { try $0.get("b", as: String?.self) } == ["deux, de\"mi", nil, "é"])
            }
        }
    }

    @Test(arguments: ["(FORMAT binary)", "(FORMAT csv)"]) func nothingIsCopiedFromNothing(_ format: String) async throws
    {
        try await withDatabase { database, _ in
            try await database.transaction { transaction in
                try await transaction.execute("CREATE TEMP TABLE rien (a text) ON COMMIT DROP")
                let copy = Statement(composed: "COPY rien FROM STDIN \(format)")
                let count = try await transaction.copyIn(copy) { _ in }
                #expect(count == 0)
            }
        }
    }

    @Test func aBadRowInTheMiddleUndoesTheWholeCopy() async throws {
        try await withDatabase { database, _ in
            let table = unique("copie")
            _ = try await database.send(Statement(composed: "CREATE TABLE \(table) (n int8 CHECK (n <> 5000))"), [])
            let error = await failure {
                try await database.transaction { transaction in
                    try await transaction.copyIn(Statement(composed: "COPY \(table) FROM STDIN (FORMAT binary)")) {
                        writer in
                        for k in 0..<50_000 { try await writer.row(k) }
                    }
                }
            }
            #expect(error?.code == "base_contrainte", "\(error?.description ?? "")")
            let left: Int? = try await database.send(Statement(composed: "SELECT count(*) FROM \(table)"), []).first?
                .get(0)
            #expect(left == 0)
            _ = try await database.send(Statement(composed: "DROP TABLE \(table)"), [])
            #expect(database.metrics.losses == 0)
        }
    }

    @Test func aProducerThatFailsUndoesTheCopyAndItsErrorComesOut() async throws {
        struct Torn: Error {}
        try await withDatabase { database, _ in
            try await database.transaction { transaction in
                try await transaction.execute("CREATE TEMP TABLE torn (n int8) ON COMMIT DROP")
                await #expect(throws: Torn.self) {
                    try await transaction.savepoint {
                        try await transaction.copyIn("COPY torn FROM STDIN (FORMAT binary)") { writer in
                            for k in 0..<50_000 { try await writer.row(k) }
                            throw Torn()
                        }
                    }
                }
                #expect(try await transaction.queryOne("SELECT count(*) FROM torn")?.get(0) == 0)
            }
        }
    }

    @Test func aReaderThatStopsGivesTheConnectionUp() async throws {
        struct Enough: Error {}
        try await withDatabase { database, _ in
            await #expect(throws: Enough.self) {
                try await database.transaction { transaction in
                    try await transaction.copyOut("COPY (SELECT generate_series(1, 100000000)) TO STDOUT") { _ in
                        throw Enough()
                    }
                }
            }
            let busy: Statement =
                "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT generate_series(1, 1000%'"
            #expect(await eventually { try await database.query(busy).isEmpty })
            let count = try await database.transaction { try await $0.query("SELECT 1").count }
            #expect(count == 1)
        }
    }

    @Test func aSlowReaderHoldsTheServerBack() async throws {
        try await withDatabase { database, _ in
            try await database.transaction { transaction in
                var total = 0
                var largest = 0
                try await transaction.copyOut(
                    "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 20000)) TO STDOUT"
                ) { chunk in
                    total += chunk.count
                    largest = max(largest, chunk.count)
                    if total < 1_000_000 { try await Task.sleep(for: .milliseconds(10)) }
                }
                #expect(total == 20_000 * 1001)
                #expect(largest < 80_000)
            }
        }
    }

    @Test func rowsNeedABinaryCopyAndCopyNeedsCOPY() async throws {
        try await withDatabase { database, _ in
            let text = await failure {
                try await database.transaction { transaction in
                    try await transaction.execute("CREATE TEMP TABLE deux (n int8) ON COMMIT DROP")
                    try await transaction.copyIn("COPY deux FROM STDIN") { try await $0.row(1) }
                }
            }
            #expect(text?.kind == .misuse)
            let select = await failure { try await database.transaction { try await $0.copyIn("SELECT 1") { _ in } } }
            #expect(select?.kind == .misuse)
            let wrong = await failure {
                try await database.transaction { try await $0.copyOut("COPY (SELECT 1 / 0) TO STDOUT") { _ in } }
            }
            #expect(wrong?.sqlState == "22012")
        }
    }

    @Test func aCancelledCopyEnds() async throws {
        try await withDatabase { database, _ in
            let task = Task {
                try await database.transaction { transaction in
                    try await transaction.copyOut("COPY (SELECT pg_sleep(20)) TO STDOUT") { _ in }
                }
            }
            let busy: Statement = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT pg_sleep(20%'"
            #expect(await eventually { try await !database.query(busy).isEmpty })
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(await eventually { try await database.query(busy).isEmpty })
        }
    }
}
