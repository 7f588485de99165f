import Net
import Platform
import Synchronization
import Testing

@testable import Postgres

@Suite struct TransactionTests {
    private static let table: Void = TestCluster.shared.psql(
        "CREATE TABLE comptes (test text, id int8, solde int8, PRIMARY KEY (test, id))")

    private func withTable<Value>(
        loops: Int = 1, limits: DatabaseLimits = .with { _ in },
        _ body: (Database, EventLoopGroup) async throws -> Value
    ) async throws -> Value {
        try await withDatabase(loops: loops, limits: limits) { database, group in
            _ = Self.table
            return try await body(database, group)
        }
    }

    private func balance(_ source: some Queryable, _ test: String, _ id: Int = 1) async throws -> Int? {
        try await source.queryOne("SELECT solde FROM comptes WHERE test = $1 AND id = $2", test, id)?.get("solde")
    }

    private func expect(
        _ source: some Queryable, _ test: String, _ id: Int = 1, is expected: Int?,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await balance(source, test, id)
        #expect(found == expected, sourceLocation: location)
    }

    @Test func commitsWhatReturnsAndUndoesWhatThrows() async throws {
        struct Refused: Error {}
        try await withTable { database, _ in
            let test = unique("commit")
            try await database.transaction { transaction in
                try await transaction.execute("INSERT INTO comptes VALUES ($1, 1, 10)", test)
                try await expect(transaction, test, is: 10)
                try await expect(database, test, is: nil)
            }
            try await expect(database, test, is: 10)
            await #expect(throws: Refused.self) {
                try await database.transaction { transaction in
                    try await transaction.execute("UPDATE comptes SET solde = 99 WHERE test = $1", test)
                    throw Refused()
                }
            }
            try await expect(database, test, is: 10)
            #expect(database.metrics.leased == 0)
        }
    }

    @Test func isUnusableAfterItsEnd() async throws {
        try await withTable { database, _ in
            let escaped = Mutex<Transaction?>(nil)
            try await database.transaction { transaction in
                _ = try await transaction.query("SELECT 1")
                escaped.withLock { $0 = transaction }
            }
            let transaction = try #require(escaped.withLock { $0 })
            #expect(await failure { try await transaction.query("SELECT 1") }?.kind == .misuse)
            #expect(await failure { try await transaction.copyIn("COPY comptes FROM STDIN") { _ in } }?.kind == .misuse)
        }
    }

    @Test func theLastStatementTravelsWithTheCommit() async throws {
        try await withTable { database, _ in
            let test = unique("last")
            try await database.transaction { transaction in
                try await transaction.execute("INSERT INTO comptes VALUES ($1, 1, 10)", test)
                try await transaction.executeLast("UPDATE comptes SET solde = solde + $2 WHERE test = $1", test, 5)
                #expect(await failure { try await transaction.query("SELECT 1") }?.kind == .misuse)
                #expect(await failure { try await transaction.executeLast("SELECT 1") }?.kind == .misuse)
            }
            try await expect(database, test, is: 15)
            #expect(
                await failure {
                    try await database.transaction { transaction in try await transaction.executeLast("SELECT 1") }
                }?.kind == .misuse)
        }
    }

    @Test func aLastStatementThatFailsUndoesAll() async throws {
        try await withTable { database, _ in
            let test = unique("last-fails")
            for _ in 0..<3 {
                let error = await failure {
                    try await database.transaction { transaction in
                        try await transaction.execute("INSERT INTO comptes VALUES ($1, 1, 10)", test)
                        try await transaction.executeLast(
                            "INSERT INTO comptes VALUES ($1, 1, 1 / ($2::int - 1))", test, 1)
                    }
                }
                #expect(error?.report?.sqlState == "22012")
                let refused = await failure {
                    try await database.transaction { transaction in
                        try await transaction.execute("INSERT INTO comptes VALUES ($1, 1, 10)", test)
                        try await transaction.executeLast("UPDATE comptes SET test = $1", "\0")
                    }
                }
                #expect(refused?.kind == .parameter(1))
            }
            try await expect(database, test, is: nil)
        }
    }

    @Test func anErrorThatIsIgnoredStillFailsTheCommit() async throws {
        try await withTable { database, _ in
            let test = unique("ignored")
            let error = await failure {
                try await database.transaction { transaction in
                    try await transaction.execute("INSERT INTO comptes VALUES ($1, 1, 10)", test)
                    _ = try? await transaction.query("SELECT 1 / 0")
                }
            }
            #expect(error?.kind == .misuse)
            try await expect(database, test, is: nil)
        }
    }

    @Test func aRefusedFirstParameterDoesNotLoseTheBegin() async throws {
        try await withTable { database, _ in
            let test = unique("begin")
            struct Refused: Error {}
            await #expect(throws: Refused.self) {
                try await database.transaction { transaction in
                    let error = await failure { try await transaction.query("SELECT $1::text", "\0") }
                    #expect(error?.kind == .parameter(1))
                    try await transaction.execute("INSERT INTO comptes VALUES ($1, 1, 10)", test)
                    throw Refused()
                }
            }
            try await expect(database, test, is: nil)
        }
    }

    @Test func anEmptyTransactionAsksNothingOfTheServer() async throws {
        try await withTable { database, _ in
            let value = try await database.transaction { _ in 5 }
            #expect(value == 5)
        }
    }

    @Test func readOnlyMeansIt() async throws {
        try await withTable { database, _ in
            let code = await state {
                try await database.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
                    try await transaction.execute("DELETE FROM comptes")
                }
            }
            #expect(code == "25006")
        }
    }

    @Test func aSavepointLosesOnlyItsOwnPart() async throws {
        try await withTable { database, _ in
            let test = unique("savepoint")
            try await database.transaction { transaction in
                try await transaction.execute("INSERT INTO comptes VALUES ($1, 1, 10)", test)
                let code = await state {
                    try await transaction.savepoint {
                        try await transaction.execute("INSERT INTO comptes VALUES ($1, 2, 20)", test)
                        try await transaction.execute("INSERT INTO comptes VALUES ($1, 1, 0)", test)
                    }
                }
                #expect(code == "23505")
                try await transaction.savepoint {
                    try await transaction.execute("INSERT INTO comptes VALUES ($1, 3, 30)", test)
                }
            }
            try await expect(database, test, 1, is: 10)
            try await expect(database, test, 2, is: nil)
            try await expect(database, test, 3, is: 30)
        }
    }

    @Test func statementsSentTogetherStayInside() async throws {
        try await withTable { database, _ in
            let test = unique("together")
            struct Refused: Error {}
            await #expect(throws: Refused.self) {
                try await database.transaction { transaction in
                    async let first = transaction.execute("INSERT INTO comptes VALUES ($1, 1, 10)", test)
                    async let second = transaction.execute("INSERT INTO comptes VALUES ($1, 2, 10)", test)
                    #expect(try await first + second == 2)
                    throw Refused()
                }
            }
            try await expect(database, test, 1, is: nil)
            try await expect(database, test, 2, is: nil)
        }
    }

    @Test func conflictingTransactionsBothSucceedInTheEnd() async throws {
        try await withTable(loops: 2) { database, _ in
            let test = unique("serializable")
            try await database.execute("INSERT INTO comptes VALUES ($1, 1, 0)", test)
            let attempts = Counter()
            let meeting = Meeting(2)
            try await withThrowingTaskGroup { tasks in
                for _ in 0..<2 {
                    tasks.addTask {
                        try await database.transaction(isolation: .serializable) { transaction in
                            attempts.increment()
                            let now = try #require(try await balance(transaction, test))
                            await meeting.arrive()
                            try await transaction.execute(
                                "UPDATE comptes SET solde = $2 WHERE test = $1", test, now + 1)
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            try await expect(database, test, is: 2)
            #expect(attempts.count >= 3)
            #expect(database.metrics.conflictRetries >= 1)
        }
    }

    @Test func aConflictIsThrownWhenThereAreNoMoreRetries() async throws {
        try await withTable { database, _ in
            let attempts = Counter()
            let code = await state {
                try await database.transaction(retries: 2) { transaction in
                    attempts.increment()
                    try await transaction.execute("DO $$ BEGIN RAISE EXCEPTION 'perdu' USING ERRCODE = '40001'; END $$")
                }
            }
            #expect(code == "40001" && attempts.count == 3)
        }
    }

    @Test func aDeadlockIsBrokenAndItsVictimRepeated() async throws {
        try await withTable(loops: 2) { database, _ in
            let test = unique("deadlock")
            try await database.execute("INSERT INTO comptes VALUES ($1, 1, 0), ($1, 2, 0)", test)
            let meeting = Meeting(2)
            try await withThrowingTaskGroup { tasks in
                for (first, second) in [(1, 2), (2, 1)] {
                    tasks.addTask {
                        try await database.transaction { transaction in
                            let add: Statement = "UPDATE comptes SET solde = solde + 1 WHERE test = $1 AND id = $2"
                            try await transaction.execute(add, test, first)
                            await meeting.arrive()
                            try await transaction.execute(add, test, second)
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            try await expect(database, test, 1, is: 2)
            try await expect(database, test, 2, is: 2)
            #expect(database.metrics.conflictRetries >= 1)
        }
    }

    @Test func aCancelledTaskStopsItsStatementAndRollsBack() async throws {
        try await withTable { database, _ in
            let test = unique("cancel")
            let task = Task {
                try await database.transaction { transaction in
                    try await transaction.execute("INSERT INTO comptes VALUES ($1, 1, 10)", test)
                    try await transaction.execute("SELECT pg_sleep(20), $1::text", test)
                }
            }
            let running: Statement =
                "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(20)%' AND state = 'active'"
            #expect(await eventually { try await !database.query(running).isEmpty })
            let start = Instant.now()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(Instant.now() - start < .seconds(10))
            #expect(await eventually { try await database.query(running).isEmpty })
            try await expect(database, test, is: nil)
            // The pool is whole again.
            let one: Int? = try await database.transaction { try await $0.queryOne("SELECT 1")?.get(0) }
            #expect(one == 1)
        }
    }

    @Test func aCancelledBodyRollsBackAndKeepsItsConnection() async throws {
        try await withTable { database, _ in
            let test = unique("cancelled_body")
            let inside = Meeting(2)
            let task = Task {
                try await database.transaction { transaction in
                    try await transaction.execute("INSERT INTO comptes VALUES ($1, 1, 10)", test)
                    await inside.arrive()
                    while !Task.isCancelled { await Task.yield() }
                    try await transaction.execute("UPDATE comptes SET solde = 11 WHERE test = $1", test)
                }
            }
            await inside.arrive()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await expect(database, test, is: nil)
            #expect(database.metrics.losses == 0)
        }
    }

    @Test func theStatementTimeoutOfATransactionIsItsOwn() async throws {
        try await withTable(limits: .with { $0.statementTimeout = .milliseconds(100) }) { database, _ in
            let short = await failure { try await database.transaction { try await $0.query("SELECT pg_sleep(5)") } }
            #expect(short?.kind == .timeout(.notExecuted))
            let long: Int? = try await database.transaction(timeout: .seconds(20)) {
                try await $0.queryOne("SELECT 1 FROM pg_sleep(0.3)")?.get(0)
            }
            #expect(long == 1)
            let again = await failure { try await database.transaction { try await $0.query("SELECT pg_sleep(5)") } }
            #expect(again?.kind == .timeout(.notExecuted))
        }
    }
}

/// Lets the first `count` who arrive go on together; whoever comes later passes.
actor Meeting {
    private var missing: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    init(_ count: Int) { missing = count }

    func arrive() async {
        missing -= 1
        guard missing > 0 else {
            for one in waiting { one.resume() }
            waiting = []
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}

final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    var count: Int { value.load(ordering: .relaxed) }
    func increment() { value.wrappingAdd(1, ordering: .relaxed) }
}
