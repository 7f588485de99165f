import Net
import Platform
import Testing

@testable import Postgres

@Suite struct LeaseTests {
    /// Holds `count` leases until the returned meeting is joined. The first connection is open before.
    private func hold(_ count: Int, of database: Database) async -> (Meeting, [Task<Void, any Error>]) {
        let isOpen = await eventually { try await database.transaction { try await $0.query("SELECT 1").count } == 1 }
        #expect(isOpen)
        let end = Meeting(count + 1)
        let begin = Meeting(count + 1)
        let tasks = (0..<count).map { _ in
            Task {
                try await database.transaction { transaction in
                    _ = try await transaction.query("SELECT 1")
                    await begin.arrive()
                    await end.arrive()
                }
            }
        }
        await begin.arrive()
        return (end, tasks)
    }

    @Test func theQueueTakesItsLengthAndNotOneMore() async throws {
        try await withDatabase(limits: .with { ($0.leasedLinks, $0.queueLength) = (2, 3) }) { database, _ in
            let (end, holders) = await hold(2, of: database)
            let waiters = (0..<3).map { _ in
                Task { try await database.transaction { try await $0.query("SELECT 1").count } }
            }
            #expect(await eventually { database.metrics.queued == 3 })
            #expect(database.metrics.leased == 2)
            let refused = await failure { try await database.transaction { _ in } }
            #expect(refused?.kind == .saturated && refused?.isRetryable == true)
            await end.arrive()
            for holder in holders { try await holder.value }
            for waiter in waiters { #expect(try await waiter.value == 1) }
            #expect(await eventually { database.metrics.leased == 0 && database.metrics.queued == 0 })
            #expect(database.metrics.refusals >= 1)
        }
    }

    @Test func aWaitEndsAtItsDeadline() async throws {
        try await withDatabase(limits: .with { ($0.leasedLinks, $0.leaseDeadline) = (1, .milliseconds(200)) }) {
            database, _ in
            let (end, holders) = await hold(1, of: database)
            let start = Instant.now()
            let refused = await failure { try await database.transaction { _ in } }
            #expect(refused?.kind == .leaseTimeout)
            #expect(Instant.now() - start >= .milliseconds(200))
            await end.arrive()
            for holder in holders { try await holder.value }
            #expect(try await database.transaction { try await $0.query("SELECT 1").count } == 1)
        }
    }

    @Test func aCancelledWaiterLeavesTheQueue() async throws {
        try await withDatabase(limits: .with { ($0.leasedLinks, $0.leaseDeadline) = (1, .seconds(60)) }) {
            database, _ in
            let (end, holders) = await hold(1, of: database)
            let waiter = Task { try await database.transaction { _ in } }
            #expect(await eventually { database.metrics.queued == 1 })
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            #expect(database.metrics.queued == 0)
            await end.arrive()
            for holder in holders { try await holder.value }
        }
    }

    @Test func statementsBeyondThePipelinesWaitInTurn() async throws {
        try await withDatabase(
            limits: .with {
                ($0.sharedLinks, $0.pipelineDepth, $0.queueLength) = (1, 2, 4)
                ($0.lockTimeout, $0.leaseDeadline) = (.seconds(60), .seconds(60))
            }
        ) { database, _ in
            _ = try await database.query("SELECT 1")
            let key = Int.random(in: 1 << 40..<1 << 50)
            let tasks = try await database.transaction { transaction in
                try await transaction.execute("SELECT pg_advisory_xact_lock($1)", key)
                let tasks = (0..<6).map { _ in
                    Task { try await database.query("SELECT pg_advisory_xact_lock($1), 6", key).count }
                }
                #expect(await eventually { database.metrics.queued == 4 })
                let refused = await failure { try await database.query("SELECT 2") }
                #expect(refused?.kind == .saturated)
                return tasks
            }
            for task in tasks { #expect(try await task.value == 1) }
        }
    }

    @Test func aClosedDatabaseSaysSo() async throws {
        try await withDatabase { database, _ in
            _ = try await database.query("SELECT 1")
            await database.close()
            #expect(await failure { try await database.query("SELECT 1") }?.kind == .closed)
            #expect(await failure { try await database.transaction { _ in } }?.kind == .closed)
        }
    }

    @Test func aBadConnectionStringIsRefusedWithoutShowingIt() throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        for text in ["host=x secret-in-the-wrong-place", "postgresql://[::1", "nonsense=hunter2"] {
            do {
                _ = try Database(DatabaseConfiguration(connection: text), on: group)
                #expect(Bool(false))
            } catch {
                #expect(error.kind == .configuration)
                #expect(!error.detail.contains("secret") && !error.detail.contains("hunter2"))
            }
        }
    }
}
