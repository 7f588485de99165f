import CLibPQ
import Glibc
import Platform

extension PrivateCluster {
    /// Gives `body` what libpq needs to connect: to the running service's server when there is one, else to a server
    /// started for the occasion and stopped after it. For command lines.
    public static func use<Result>(
        dataDirectory: String, settings: ClusterSettings = ClusterSettings(), limits: ClusterLimits = ClusterLimits(),
        _ body: (_ connectionString: String) throws -> Result
    ) throws -> Result {
        let cluster = try PrivateCluster(dataDirectory: dataDirectory, settings: settings, limits: limits)
        let deadline = Instant.now() + limits.attach
        while true {
            do throws(ClusterError) {
                try cluster.start()
                break
            } catch {
                guard error.code == .alreadyInUse else { throw error }
                if let result = try cluster.useAsGuest(body) { return result }
                if Instant.now() >= deadline { throw ClusterError.startTimedOut(limits.attach) }
                usleep(20_000)
            }
        }
        return try cluster.useAsOwner(body)
    }

    /// Other command lines may have come to use this server meanwhile: it is stopped when they are done.
    private func useAsOwner<Result>(_ body: (String) throws -> Result) throws -> Result {
        defer {
            let alone = try? ClusterLock.exclusive(place.layout.usersLock)
            withExtendedLifetime(alone) { stop() }
        }
        return try body(connectionString)
    }

    /// Nil when the owner's server does not accept connections, yet or any more.
    private func useAsGuest<Result>(_ body: (String) throws -> Result) throws -> Result? {
        let presence = try ClusterLock.shared(place.layout.usersLock)
        return try withExtendedLifetime(presence) {
            PQping(connectionString) == PQPING_OK ? try body(connectionString) : nil
        }
    }
}
