import Glibc

/// Which of the machine's PostgreSQL installations serves.
struct ClusterBinaries: Equatable, Sendable {
    static let oldestMajor = 14
    static let debianRoot = "/usr/lib/postgresql"

    let major: Int
    let directory: String

    /// The one that created the files, when there are files; else the newest.
    static func choose(from installed: [ClusterBinaries], for dataVersion: Int?) throws(ClusterError) -> ClusterBinaries
    {
        let usable = installed.filter { $0.major >= oldestMajor }
        guard let newest = usable.max(by: { $0.major < $1.major }) else { throw .serverMissing }
        guard let dataVersion else { return newest }
        guard let same = usable.first(where: { $0.major == dataVersion }) else {
            throw .serverMissing(dataVersion: dataVersion, found: newest.major)
        }
        return same
    }

    /// `15` for `15` and `15.18 (Debian 15.18-0+deb12u1)`.
    static func major(of version: some StringProtocol) -> Int? { Int(version.prefix { $0.isASCII && $0.isNumber }) }
}
