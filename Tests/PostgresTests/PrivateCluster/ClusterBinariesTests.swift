import Testing

@testable import Postgres

struct ClusterBinariesTests {
    private let installed = [13, 16, 15].map { ClusterBinaries(major: $0, directory: "/usr/lib/postgresql/\($0)/bin") }

    @Test func newDataGoesToTheNewest() throws {
        try #expect(ClusterBinaries.choose(from: installed, for: nil).major == 16)
    }

    @Test func existingDataStaysWithItsVersion() throws {
        try #expect(ClusterBinaries.choose(from: installed, for: 15).major == 15)
    }

    @Test(arguments: [13, 14, 17])
    func dataOfAnotherVersionIsRefusedByName(version: Int) {
        let error = #expect(throws: ClusterError.self) { try ClusterBinaries.choose(from: installed, for: version) }
        #expect(error?.code == .versionMismatch)
        #expect(error?.message.contains("postgresql-\(version)") == true)
    }

    @Test func olderServersDoNotCount() {
        let old = [ClusterBinaries(major: 13, directory: "/x")]
        let error = #expect(throws: ClusterError.self) { try ClusterBinaries.choose(from: old, for: nil) }
        #expect(error?.code == .serverMissing)
    }

    @Test func findsWhatDebianInstalled() {
        let found = ClusterBinaries.installed()
        #expect(found.contains { $0.directory == "\(ClusterBinaries.debianRoot)/\($0.major)/bin" })
    }

    @Test func findsAServerByThePath() throws {
        let debian = try ClusterBinaries.choose(from: ClusterBinaries.installed(), for: nil)
        let found = ClusterBinaries.installed(debianRoot: "/nulle-part", searchPath: "/nulle-part:\(debian.directory)")
        #expect(found == [debian])
        #expect(ClusterBinaries.installed(debianRoot: "/nulle-part", searchPath: "/nulle-part").isEmpty)
    }
}
