import Glibc
import TestKit
import Testing

@testable import Postgres

private let isRoot = geteuid() == 0

/// Accounts, rights and room on the disk. Becoming another account takes root.
@Suite(.serialized) struct PrivateClusterAccessTests {
    private static let nobody: uid_t = 65_534
    private static let asNobody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]

    @Test func filesAreClosedToOthers() throws {
        let fixture = try ClusterFixture()
        try fixture.running { _ in }
        let account = try ClusterAccount.current()
        for directory in ["data", "run", "log"] {
            var status = stat()
            #expect(stat("\(fixture.top)/\(directory)", &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700, "\(directory)")
            #expect(status.st_uid == account.user)
        }
    }

    @Test(.enabled(if: isRoot, "takes root"), arguments: ["inspectia", "postgres"])
    func anotherAccountIsRefusedEvenThroughOpenDirectories(role: String) throws {
        let fixture = try ClusterFixture.prepared()
        try fixture.running { cluster in
            let question = [
                "/usr/bin/psql", "-X", cluster.place.layout.connectionString(role: role), "-c", "SELECT 1",
            ]
            try #expect(Program.run(Self.asNobody + question).output.contains("Permission denied"))
            chmod(fixture.top + "/run", 0o755)
            chmod(cluster.place.layout.socket, 0o777)
            let answer = try Program.run(Self.asNobody + question)
            #expect(!answer.succeeded)
            #expect(answer.output.contains("Peer authentication failed"))
            try #expect(Program.run(question).succeeded)
        }
    }

    @Test(.enabled(if: isRoot, "takes root"))
    func ordinaryAccountRunsItsOwn() throws {
        let fixture = try ClusterFixture(owner: Self.nobody)
        let owner = try OwnerProcess(owning: fixture.path, prefix: Self.asNobody)
        #expect(Program.eventually { fixture.isOwned })
        var status = stat()
        #expect(stat("/proc/\(try fixture.server())", &status) == 0)
        #expect(status.st_uid == Self.nobody)
        let answer = try PrivateCluster.use(dataDirectory: fixture.path) { try PlainSQL.value($0, "SELECT 9") }
        #expect(answer == "9")
        let server = try fixture.server()
        owner.kill()
        #expect(Program.eventually { kill(server, 0) != 0 })

        // root may use it while it runs, but not run it: files of root would lock the account out.
        let error = #expect(throws: ClusterError.self) { try fixture.cluster().start() }
        #expect(error?.code == .directoryForeign)
    }

    @Test(.enabled(if: isRoot, "takes root"))
    func closedDirectoryAboveIsNamed() throws {
        let fixture = try ClusterFixture()
        chmod(fixture.path, 0o700)
        let cluster = try PrivateCluster(dataDirectory: fixture.path + "/donnees")
        let error = #expect(throws: ClusterError.self) { try cluster.start() }
        #expect(error?.code == .directoryClosed)
        #expect(error?.message.contains("« \(fixture.path) »") == true)
    }

    @Test(.enabled(if: isRoot, "takes root"))
    func fullDiskLeavesNothingHalfMade() throws {
        let fixture = try ClusterFixture()
        try #require(
            try Program.run(["/bin/mount", "-t", "tmpfs", "-o", "size=24m,mode=711", "none", fixture.path]).succeeded)
        defer { _ = try? Program.run(["/bin/umount", fixture.path]) }
        let error = #expect(throws: ClusterError.self) { try fixture.cluster().start() }
        #expect(error?.code == .diskFull)
        #expect(error?.detail.contains("No space left on device") == true)
        #expect(!fixture.names().contains { $0.hasPrefix("data") })
    }

    @Test func directoryThatWasMadeButNotGivenIsGivenLater() throws {
        let fixture = try ClusterFixture()
        let account = try ClusterAccount.current()
        try #require(mkdir(fixture.top, 0o711) == 0 && mkdir(fixture.top + "/run", 0o700) == 0)
        _ = try fixture.cluster().place.server(ClusterFixture.throwaway, ClusterLimits())
        #expect(ClusterDirectory.isOwned(fixture.top + "/run", by: account.user))
    }

    @Test func linkInPlaceOfTheDirectoryIsRefused() throws {
        let fixture = try ClusterFixture()
        #expect(symlink("/tmp", fixture.top) == 0)
        let error = #expect(throws: ClusterError.self) { try fixture.cluster().start() }
        #expect(error?.code == .directoryForeign)
        unlink(fixture.top)
    }
}
