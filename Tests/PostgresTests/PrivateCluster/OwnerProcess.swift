import Glibc
import Platform
import Testing

@testable import Postgres

/// A process that owns a cluster and can be killed: this very test program, told by its environment to run only
/// `OwnerProcessTests`.
struct OwnerProcess {
    private static let variable = "INSPECTIA_TEST_OWNED_CLUSTER"
    static var directory: String? { getenv(variable).map { String(cString: $0) } }

    let process: Child

    init(owning directory: String, prefix: [String] = []) throws {
        let program = try #require(realpath("/proc/self/exe", nil))
        defer { free(program) }
        process = try Program.start(
            prefix + ["/usr/bin/env", "\(Self.variable)=\(directory)", String(cString: program)]
                + ["--testing-library", "swift-testing", "--filter", "OwnerProcessTests"])
    }

    func kill() {
        process.kill()
        _ = process.wait()
    }
}

struct OwnerProcessTests {
    /// Starts the cluster, says so, and lives until it is killed.
    @Test(.enabled(if: OwnerProcess.directory != nil, "only as the owner of another test's cluster"))
    func own() throws {
        let directory = try #require(OwnerProcess.directory)
        let cluster = try PrivateCluster(dataDirectory: directory, settings: ClusterFixture.throwaway)
        try cluster.start()
        try File.replace(directory + "/owned", with: [])
        while true { pause() }
    }
}
