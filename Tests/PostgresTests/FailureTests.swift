import Glibc
import Net
import Platform
import Testing

@testable import Postgres

@Suite struct FailureTests {
    private func kinds(_ results: [DatabaseError?]) -> Set<String> { Set(results.map { $0?.code ?? "ok" }) }

    @Test func everyStatementOnATerminatedConnectionGetsOneAnswer() async throws {
        try await withDatabase(limits: .with { $0.sharedLinks = 2 }) { database, _ in
            _ = try await database.query("SELECT 1")
            let mark = unique("victime")
            let answers = await withTaskGroup(of: DatabaseError?.self) { tasks in
                for k in 0..<100 {
                    tasks.addTask {
                        await failure { try await database.query("SELECT pg_sleep(0.05), $1::text", "\(mark) \(k)") }
                    }
                }
                tasks.addTask {
                    try? await Task.sleep(for: .milliseconds(120))
                    TestCluster.shared.psql(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE query LIKE 'SELECT pg_sleep(0.05)%' AND pid <> pg_backend_pid()
                        """)
                    return nil
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 101)
            #expect(kinds(answers).isSubset(of: ["ok", "base_resultat_inconnu"]))
            let lost = answers.compactMap { $0 }
            #expect(!lost.isEmpty)
            for error in lost {
                #expect(error.kind == .connectionLost(.unknown) && !error.isRetryable)
                #expect(error.detail.contains("terminating connection due to administrator command"))
            }
            let count = try await database.query("SELECT 1").count
            #expect(count == 1)
        }
    }

    @Test func aTransactionThatLosesItsConnectionHadNoEffect() async throws {
        try await withDatabase { database, _ in
            let error = await failure {
                try await database.transaction { transaction in
                    let pid: Int = try await transaction.queryOne("SELECT pg_backend_pid()")!.get(0)
                    try await database.execute("SELECT pg_terminate_backend($1::int4)", Int32(pid))
                    _ = try await transaction.query("SELECT pg_sleep(1)")
                }
            }
            #expect(error?.kind == .connectionLost(.notExecuted) && error?.isRetryable == true)
            let count = try await database.transaction { try await $0.query("SELECT 1").count }
            #expect(count == 1)
        }
    }

    @Test func aTransactionThatSleepsIsEndedByTheServer() async throws {
        try await withDatabase(limits: .with { $0.idleTransactionTimeout = .milliseconds(100) }) { database, _ in
            let error = await failure {
                try await database.transaction { transaction in
                    _ = try await transaction.query("SELECT 1")
                    #expect(await eventually { database.metrics.losses == 1 })
                    _ = try await transaction.query("SELECT 2")
                }
            }
            #expect(error?.kind == .connectionLost(.notExecuted))
            #expect(error?.detail.contains("idle-in-transaction timeout") == true)
        }
    }

    @Test func theServersOwnTimeoutIsATimeout() async throws {
        try await withDatabase(limits: .with { $0.statementTimeout = .milliseconds(150) }) { database, _ in
            let error = await failure { try await database.query("SELECT pg_sleep(10)") }
            #expect(error?.kind == .timeout(.notExecuted) && error?.isRetryable == true)
            #expect(database.metrics.losses == 0)
        }
    }

    @Test func aLockIsNotAwaitedForEver() async throws {
        try await withDatabase(limits: .with { $0.lockTimeout = .milliseconds(100) }) { database, _ in
            try await database.transaction { transaction in
                try await transaction.execute("SELECT pg_advisory_xact_lock(4242)")
                let code = await state {
                    try await database.transaction { try await $0.execute("SELECT pg_advisory_xact_lock(4242)") }
                }
                #expect(code == "55P03")
            }
        }
    }

    @Test func aStoppedServerIsATimeoutAndComesBack() async throws {
        let cluster = TestCluster()
        defer { cluster.destroy() }
        try await withDatabase(
            on: cluster,
            limits: .with {
                ($0.statementTimeout, $0.stallGrace) = (.milliseconds(300), .milliseconds(300))
                ($0.connectTimeout, $0.leaseDeadline) = (.seconds(1), .seconds(1))
            }
        ) { database, _ in
            _ = try await database.query("SELECT 1")
            cluster.signalAll(SIGSTOP)
            let start = Instant.now()
            let error = await failure { try await database.query("SELECT 2") }
            #expect(error?.kind == .timeout(.unknown))
            #expect(Instant.now() - start < .seconds(10))
            guard case .unhealthy = await database.check(within: .milliseconds(300)) else {
                return #expect(Bool(false))
            }
            // In the end the requests do not even wait.
            #expect(
                await eventually(within: .seconds(30)) {
                    await failure { try await database.query("SELECT 3") }?.kind == .unavailable
                })
            cluster.signalAll(SIGCONT)
            #expect(await eventually(within: .seconds(30)) { try await database.query("SELECT 4").count == 1 })
            guard case .healthy = await database.check() else { return #expect(Bool(false)) }
        }
    }

    @Test func aKilledServerIsFoundAgainAfterItsRestart() async throws {
        let cluster = TestCluster()
        defer { cluster.destroy() }
        try await withDatabase(
            on: cluster,
            limits: .with {
                ($0.leaseDeadline, $0.breakerDelay) = (.seconds(1), .milliseconds(300))
            }
        ) { database, _ in
            try await database.transaction { try await $0.execute("CREATE TABLE reste AS SELECT 1 AS n") }
            let waiting = Task { await failure { try await database.query("SELECT pg_sleep(20)") } }
            let busy: Statement = "SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(20)'"
            #expect(await eventually { try await !database.query(busy).isEmpty })
            cluster.signalAll(SIGKILL)
            #expect(await waiting.value?.kind == .connectionLost(.unknown))
            #expect(
                await eventually {
                    guard let error = await failure({ try await database.query("SELECT 1") }) else { return false }
                    return error.kind == .unavailable && error.detail.contains("attempts to connect failed")
                })
            let refused = await failure { try await database.transaction { try await $0.query("SELECT 1") } }
            #expect(refused?.kind == .unavailable)
            #expect(await eventually { cluster.restart() })
            let restart = Instant.now()
            #expect(
                await eventually(within: .seconds(30)) { try await database.query("SELECT n FROM reste").count == 1 })
            #expect(Instant.now() - restart < .seconds(15))
            #expect(await eventually { try await database.transaction { try await $0.query("SELECT 1").count == 1 } })
        }
    }

    @Test func aServerThatIsNotThereOpensTheBreaker() async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        var configuration = DatabaseConfiguration(connection: "host=/nonexistent")
        configuration.limits.breakerDelay = .milliseconds(100)
        let database = try Database(configuration, on: group)
        #expect(await eventually { await failure { try await database.query("SELECT 1") }?.kind == .unavailable })
        let start = Instant.now()
        for _ in 0..<100 { #expect(await failure { try await database.query("SELECT 1") }?.kind == .unavailable) }
        #expect(Instant.now() - start < .seconds(30))
        guard case .unhealthy(let error) = await database.check() else { return #expect(Bool(false)) }
        #expect(error.detail.contains("/nonexistent"))
        await database.close()
    }
}
