import Glibc
import Platform

/// A data directory on this machine, before anything is known of what it holds.
struct ClusterPlace: Sendable {
    let layout: ClusterLayout
    private let account: ClusterAccount

    init(dataDirectory: String) throws(ClusterError) {
        account = try ClusterAccount.current()
        // Another account has to go through it when the service is root; otherwise it is nobody's business.
        let mode: mode_t = account.isAnother ? 0o711 : 0o700
        layout = try ClusterLayout(dataDirectory: ClusterDirectory.resolve(dataDirectory, mode: mode))
    }

    /// Makes this process the only one that starts and stops the server.
    func take() throws(ClusterError) -> ClusterLock {
        try ClusterDirectory.make(layout.top, mode: account.isAnother ? 0o711 : 0o700)
        let isOurs = ClusterDirectory.isOwned(layout.top, by: geteuid())
        guard isOurs else {
            // root may use what another account runs, but must not leave files of its own there.
            if case .held(let process)? = try? ClusterLock.tryExclusive(layout.ownerLock, creating: false) {
                throw .alreadyInUse(layout.top, by: process)
            }
            throw .directoryForeign(layout.top, expected: account.isAnother ? "root" : account.name)
        }
        try ClusterLock.create(layout.usersLock)
        switch try ClusterLock.tryExclusive(layout.ownerLock, creating: true) {
        case .held(let process): throw .alreadyInUse(layout.top, by: process)
        case .taken(let lock): return lock
        }
    }

    /// The cluster, its directories made and checked. The lock must be held.
    func server(_ settings: ClusterSettings, _ limits: ClusterLimits) throws(ClusterError) -> ClusterServer {
        if account.isAnother { try ClusterDirectory.requirePassage(to: layout.top, for: account) }
        let dataVersion = try dataVersion()
        for directory in [layout.run, layout.log] {
            try ClusterDirectory.make(directory, for: account)
        }
        for directory in [layout.run, layout.log] + (dataVersion == nil ? [] : [layout.data])
        where !ClusterDirectory.isOwned(directory, by: account.user) {
            throw .directoryForeign(directory, expected: account.name)
        }
        let binaries = try ClusterBinaries.choose(from: ClusterBinaries.installed(), for: dataVersion)
        return ClusterServer(
            layout: layout, account: account, binaries: binaries, settings: settings, limits: limits)
    }

    private func dataVersion() throws(ClusterError) -> Int? {
        guard access(layout.data, F_OK) == 0 else { return nil }
        guard let version = File.text(layout.version).flatMap({ ClusterBinaries.major(of: $0) }) else {
            throw .versionUnreadable(layout.version)
        }
        return version
    }
}
