import CLibPQ
import Glibc
import Platform
import TestKit
import Testing

@testable import Postgres

/// Who may start and stop the server, and what becomes of it when that one dies.
@Suite(.serialized) struct PrivateClusterOwnershipTests {
    let fixture: ClusterFixture

    init() throws { fixture = try .prepared() }

    @Test func secondOwnerIsRefused() throws {
        try fixture.running { cluster in
            let error = #expect(throws: ClusterError.self) { try fixture.cluster().start() }
            #expect(error?.code == .alreadyInUse)
            #expect(error?.message.contains("processus \(getpid())") == true)
            try #expect(PlainSQL.value(cluster.connectionString, "SELECT 1") == "1")
        }
    }

    @Test func commandLineUsesTheRunningServerAndLeavesIt() throws {
        try fixture.running { cluster in
            let server = try fixture.server()
            let answer = try PrivateCluster.use(dataDirectory: fixture.path) { try PlainSQL.value($0, "SELECT 2") }
            #expect(answer == "2")
            try #expect(fixture.server() == server)
            #expect(cluster.state == .running)
        }
    }

    @Test func commandLineStartsAndStopsAServerWhenNoneRuns() throws {
        let settings = ClusterFixture.throwaway
        _ = try PrivateCluster.use(dataDirectory: fixture.path, settings: settings) {
            try PlainSQL.value($0, "CREATE TABLE kept AS SELECT 85 AS chapitre")
        }
        #expect(!fixture.names(in: "/data").contains("postmaster.pid"))
        let answer = try PrivateCluster.use(dataDirectory: fixture.path, settings: settings) {
            try PlainSQL.value($0, "SELECT chapitre FROM kept")
        }
        #expect(answer == "85")
    }

    @Test func serverOfACommandLineOutlastsItForTheOthers() throws {
        let settings = ClusterFixture.throwaway
        let guestIsIn = Monitor(false)
        let ownerIsDone = Monitor(false)
        let answer = Monitor<String?>(nil)
        let path = fixture.path
        let thread = try PrivateCluster.use(dataDirectory: path, settings: settings) { _ in
            let thread = Thread.start("guest") {
                let found = try? PrivateCluster.use(dataDirectory: path) { connectionString in
                    guestIsIn.withLock { $0 = true }
                    guestIsIn.signal()
                    ownerIsDone.wait { $0 ? () : nil }
                    usleep(200_000)
                    return try PlainSQL.value(connectionString, "SELECT 3")
                }
                answer.withLock { $0 = found ?? nil }
            }
            guestIsIn.wait { $0 ? () : nil }
            ownerIsDone.withLock { $0 = true }
            ownerIsDone.signal()
            return thread
        }
        thread.join()
        #expect(answer.withLock { $0 } == "3")
        #expect(!fixture.names(in: "/data").contains("postmaster.pid"))
    }

    @Test func commandLineDoesNotWaitForeverForAServiceWithoutServer() throws {
        let lock = try fixture.cluster().place.take()
        var limits = ClusterLimits()
        limits.attach = .milliseconds(30)
        let began = Instant.now()
        let error = #expect(throws: ClusterError.self) {
            try PrivateCluster.use(dataDirectory: fixture.path, limits: limits) { _ in }
        }
        #expect(error?.code == .startTimedOut)
        #expect(Instant.now() - began >= .milliseconds(30))
        withExtendedLifetime(lock) {}
    }

    @Test func commandLineWaitsForAServiceThatIsStarting() throws {
        let starting = try fixture.cluster()
        let thread = Thread.start("service") { try? starting.start() }
        let answer = try PrivateCluster.use(dataDirectory: fixture.path, settings: ClusterFixture.throwaway) {
            try PlainSQL.value($0, "SELECT 10")
        }
        #expect(answer == "10")
        thread.join()
        starting.stop()
    }

    @Test func errorOfTheBodyComesThroughAndTheServerStops() throws {
        #expect(throws: PlainSQL.Refused.self) {
            try PrivateCluster.use(dataDirectory: fixture.path, settings: ClusterFixture.throwaway) {
                try PlainSQL.value($0, "SELECT pas_une_colonne")
            }
        }
        #expect(!fixture.names(in: "/data").contains("postmaster.pid"))
    }

    @Test func killedOwnerLeavesNoServer() throws {
        let owner = try OwnerProcess(owning: fixture.path)
        #expect(Program.eventually { fixture.isOwned })
        let server = try fixture.server()
        owner.kill()
        #expect(Program.eventually { kill(server, 0) != 0 })
        try fixture.running { try #expect(PlainSQL.value($0.connectionString, "SELECT 4") == "4") }
    }

    @Test func startsAtOnceAfterItsPredecessorWasKilled() throws {
        let owner = try OwnerProcess(owning: fixture.path)
        #expect(Program.eventually { fixture.isOwned })
        kill(try fixture.server(), SIGKILL)
        owner.kill()
        try fixture.running { try #expect(PlainSQL.value($0.connectionString, "SELECT 5") == "5") }
    }

    /// Their memory is shared: PostgreSQL refuses to start beside them.
    @Test func processesThatOutlivedTheirServerAreRemovedBeforeANewOneStarts() throws {
        var limits = ClusterLimits()
        limits.fastShutdown = .milliseconds(50)
        limits.immediateShutdown = .milliseconds(50)
        let owner = try OwnerProcess(owning: fixture.path)
        #expect(Program.eventually { fixture.isOwned })
        let main = try fixture.server()
        let children = try fixture.processes.filter { $0 != main }
        #expect(!children.isEmpty)
        for child in children { kill(child, SIGSTOP) }
        kill(main, SIGKILL)
        owner.kill()
        try fixture.running(limits: limits) { try #expect(PlainSQL.value($0.connectionString, "SELECT 5") == "5") }
        // With these limits its own end is a hurried one too.
        #expect(Program.eventually { (try? fixture.processes.isEmpty) == true })
    }

    @Test func orphanIsStoppedBeforeANewServerStarts() throws {
        let account = try ClusterAccount.current()
        let binaries = try ClusterBinaries.choose(from: ClusterBinaries.installed(), for: nil)
        // As a service would that lost its server: without the signal to stop.
        let command = account.command(
            binaries.directory + "/postgres", ["-D", fixture.top + "/data"], whenOrphaned: "clear")
        let orphan = try Program.start(command)
        #expect(Program.eventually { PQping((try? fixture.cluster().connectionString) ?? "") == PQPING_OK })
        try fixture.running { cluster in
            try #expect(fixture.server() != orphan.id)
            #expect(orphan.wait().isSuccess)
            try #expect(PlainSQL.value(cluster.connectionString, "SELECT 6") == "6")
        }
    }

    @Test func fileThatNamesAnInnocentProcessIsNoObstacle() throws {
        let account = try ClusterAccount.current()
        let innocent = try Program.start(account.command("/bin/sleep", ["600"], whenOrphaned: "KILL"))
        try fixture.write("\(innocent.id)\n/x\n1\n5432\n", to: "data/postmaster.pid")
        try fixture.write("\(innocent.id)\n/x\n1\n5432\n", to: "run/.s.PGSQL.5432.lock")
        try fixture.running { try #expect(PlainSQL.value($0.connectionString, "SELECT 7") == "7") }
        #expect(innocent.poll() == nil)
        innocent.kill()
        _ = innocent.wait()
    }

    @Test func interruptedCreationIsBegunAgain() throws {
        let fixture = try ClusterFixture()
        let owner = try OwnerProcess(owning: fixture.path)
        #expect(Program.eventually { fixture.names().contains { $0.hasPrefix(ClusterLayout.draftPrefix) } })
        owner.kill()
        #expect(!fixture.names().contains("data"))
        try fixture.running { try #expect(PlainSQL.value($0.connectionString, "SELECT 8") == "8") }
        #expect(!fixture.names().contains { $0.hasPrefix(ClusterLayout.draftPrefix) })
    }
}

extension ClusterFixture {
    /// All processes of its servers.
    var processes: [pid_t] {
        get throws { try cluster().place.server(Self.throwaway, ClusterLimits()).processes(in: top + "/data") }
    }

    /// Whether an `OwnerProcess` said that its cluster runs.
    var isOwned: Bool { access(path + "/owned", F_OK) == 0 }
}
