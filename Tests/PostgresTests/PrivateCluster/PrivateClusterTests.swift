import CLibPQ
import Glibc
import TestKit
import Testing

@testable import Postgres

/// With real servers, one at a time.
@Suite(.serialized) struct PrivateClusterTests {
    let fixture: ClusterFixture

    init() throws { fixture = try .prepared() }

    @Test func createsStartsAnswersStopsAndKeeps() throws {
        let fixture = try ClusterFixture()
        try fixture.running(ClusterSettings()) { cluster in
            #expect(cluster.state == .running)
            let asked = [
                "SHOW data_checksums": "on", "SHOW server_encoding": "UTF8", "SHOW lc_collate": "C",
                "SHOW listen_addresses": "", "SHOW synchronous_commit": "on", "SHOW fsync": "on",
                "SELECT current_user || '@' || current_database()": "inspectia@inspectia",
                "SELECT rolsuper OR rolcreaterole OR rolreplication FROM pg_roles WHERE rolname = current_user": "f",
                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'inspectia'": "inspectia",
            ]
            for (sql, answer) in asked {
                try #expect(PlainSQL.value(cluster.connectionString, sql) == answer, "\(sql)")
            }
            _ = try PlainSQL.value(cluster.connectionString, "CREATE TABLE kept AS SELECT 30 AS chapitre")
            cluster.stop()
            #expect(cluster.state == .stopped)
            #expect(PQping(cluster.connectionString) == PQPING_NO_RESPONSE)

            try cluster.start()
            try #expect(PlainSQL.value(cluster.connectionString, "SELECT chapitre FROM kept") == "30")
        }
        #expect(fixture.happened.filter { $0 == .initialising }.count == 1)
        #expect(fixture.happened.filter { $0 == .stopped }.count == 2)
        #expect(
            fixture.names().sorted() == [
                "data", "demarrage.log", "log", "owner.lock", "run", "server.lock", "users.lock",
            ])
    }

    @Test func newSettingsApplyAtTheNextStartAndLocalOnesPrevail() throws {
        try fixture.write(ClusterSettings.mainConfiguration + "work_mem = '5MB'\n", to: "data/postgresql.conf")
        var settings = ClusterFixture.throwaway
        settings.connections = 7
        try fixture.running(settings) { cluster in
            try #expect(PlainSQL.value(cluster.connectionString, "SHOW max_connections") == "10")
            try #expect(PlainSQL.value(cluster.connectionString, "SHOW work_mem") == "5MB")
        }
    }

    @Test func administratorCanDoWhatTheRoleCannot() throws {
        try fixture.running { cluster in
            #expect(throws: PlainSQL.Refused.self) {
                try PlainSQL.value(cluster.connectionString, "CREATE DATABASE autre")
            }
            _ = try PlainSQL.value(cluster.administratorConnectionString, "CREATE DATABASE autre OWNER inspectia")
            let other = cluster.place.layout.connectionString(database: "autre")
            try #expect(PlainSQL.value(other, "SELECT current_database()") == "autre")
        }
    }

    @Test func killedServerIsStartedAgain() throws {
        var limits = ClusterLimits()
        limits.firstBackoff = .milliseconds(50)
        try fixture.running(limits: limits) { cluster in
            _ = try PlainSQL.value(cluster.connectionString, "CREATE TABLE kept AS SELECT 84 AS chapitre")
            kill(try fixture.server(), SIGKILL)
            fixture.wait(times: 2) { if case .started = $0 { true } else { false } }
            try #expect(PlainSQL.value(cluster.connectionString, "SELECT chapitre FROM kept") == "84")
            let crashes = fixture.happened.compactMap { event -> ClusterError? in
                if case .crashed(let reason, _) = event { reason } else { nil }
            }
            #expect(crashes.first?.message.contains("signal 9") == true)
        }
    }

    @Test func crashLoopIsReportedAndEndsWithItsCause() throws {
        var limits = ClusterLimits()
        limits.firstBackoff = .milliseconds(5)
        limits.longestBackoff = .milliseconds(40)
        try fixture.running(limits: limits) { cluster in
            try fixture.write("shared_buffers = 'beaucoup'\n", to: "data/postgresql.conf")
            kill(try fixture.server(), SIGKILL)
            fixture.wait { $0 == .crashLoop(failures: 5) }
            try fixture.write(ClusterSettings.mainConfiguration, to: "data/postgresql.conf")
            #expect(Program.eventually { cluster.state == .running })
            try #expect(PlainSQL.value(cluster.connectionString, "SELECT 1") == "1")
        }
    }

    @Test func stopsAServerThatNoLongerReacts() throws {
        var limits = ClusterLimits()
        limits.fastShutdown = .milliseconds(50)
        limits.immediateShutdown = .milliseconds(50)
        let cluster = try fixture.cluster(limits: limits)
        try cluster.start()
        let server = try fixture.server()
        kill(server, SIGSTOP)
        cluster.stop()
        #expect(cluster.state == .stopped)
        #expect(kill(server, 0) != 0)
        #expect(fixture.happened.last == .stopped)
    }

    @Test func earlyEndTellsWhatTheServerSaid() throws {
        try fixture.write("shared_buffers = 'beaucoup'\n", to: "data/postgresql.conf")
        let cluster = try fixture.cluster()
        let error = #expect(throws: ClusterError.self) { try cluster.start() }
        #expect(error?.code == .startFailed)
        #expect(error?.detail.contains("shared_buffers") == true)
        #expect(cluster.state == .stopped)

        // The failed start holds nothing: it can be tried again.
        try fixture.write(ClusterSettings.mainConfiguration, to: "data/postgresql.conf")
        try cluster.start()
        cluster.stop()
    }

    @Test func endDuringRecoveryTellsWhatTheServerLogged() throws {
        let segment = try #require(fixture.names(in: "/data/pg_wal").first { $0.utf8.count == 24 })
        #expect(truncate(fixture.top + "/data/pg_wal/" + segment, 0) == 0)
        let error = #expect(throws: ClusterError.self) { try fixture.cluster().start() }
        #expect(error?.detail.contains("could not locate a valid checkpoint record") == true)
    }

    @Test func filesOfAnotherVersionAreRefused() throws {
        try fixture.write("9\n", to: "data/PG_VERSION")
        let error = #expect(throws: ClusterError.self) { try fixture.cluster().start() }
        #expect(error?.code == .versionMismatch)
        try fixture.write("", to: "data/PG_VERSION")
        let unreadable = #expect(throws: ClusterError.self) { try fixture.cluster().start() }
        #expect(unreadable?.code == .versionMismatch)
    }
}
