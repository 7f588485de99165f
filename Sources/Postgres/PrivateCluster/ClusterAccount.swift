import Glibc

/// The system account that runs PostgreSQL, which refuses root.
struct ClusterAccount: Equatable, Sendable {
    let name: String
    let user: uid_t
    let group: gid_t
    /// Whether the service, as root, has to become this account.
    let isAnother: Bool

    /// Debian's package creates it.
    static let dedicated = "postgres"

    static func current() throws(ClusterError) -> ClusterAccount {
        let user = geteuid()
        if user != 0 {
            guard let entry = entry({ getpwuid_r(user, $0, $1, $2, $3) }) else { throw .accountUnnamed(user) }
            return ClusterAccount(name: entry.name, user: user, group: getegid(), isAnother: false)
        }
        guard let entry = entry({ getpwnam_r(dedicated, $0, $1, $2, $3) }), entry.user != 0 else {
            throw .accountMissing(dedicated)
        }
        return ClusterAccount(name: entry.name, user: entry.user, group: entry.group, isAnother: true)
    }

    /// The command that runs `program` as this account and tells it to stop, by `signal`, when the thread that started
    /// it is gone: even SIGKILL of the service leaves no server behind.
    func command(_ program: String, _ arguments: [String], whenOrphaned signal: String) -> [String] {
        let identity = isAnother ? ["--reuid=\(user)", "--regid=\(group)", "--clear-groups"] : []
        return ["/usr/bin/setpriv", "--pdeathsig=\(signal)"] + identity + ["--", program] + arguments
    }

    private typealias Lookup = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private static func entry(_ look: Lookup) -> (name: String, user: uid_t, group: gid_t)? {
        var record = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard look(&record, buffer.baseAddress!, buffer.count, &found) == 0, found != nil else { return nil }
            return (String(cString: record.pw_name), record.pw_uid, record.pw_gid)
        }
    }
}
