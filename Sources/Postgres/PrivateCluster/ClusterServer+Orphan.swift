import Glibc
import Platform

extension ClusterServer {
    /// Makes way for a new server, and gives back the proof that no process of another one is left: a lock that the new
    /// server inherits as its input, as do its own processes, so that the kernel frees it with the last of them.
    ///
    /// The owner's lock is held, so that whatever still runs here lost its service: it is stopped, as it cannot become
    /// the child of another one.
    func vacate() throws(ClusterError) -> ClusterLock {
        for (signal, patience) in [
            (SIGINT, limits.fastShutdown), (SIGQUIT, limits.immediateShutdown), (SIGKILL, limits.kill),
        ] {
            let deadline = Instant.now() + patience
            var told: Set<pid_t> = []
            repeat {
                let processes = processes(in: layout.data)
                // Both: one that is only starting has not gone there yet, one that a person started has no lock.
                if processes.isEmpty,
                    case .taken(let lock) = try ClusterLock.tryExclusive(layout.serverLock, creating: true)
                {
                    removeFilesThatName(postmaster?.process)
                    return lock
                }
                for (process, signal) in farewells(to: processes, signal) where told.insert(process).inserted {
                    kill(process, signal)
                }
                usleep(5_000)
            } while Instant.now() < deadline
        }
        throw .startFailed("un ancien serveur ne s'arrête pas", detail: lastWords())
    }

    /// The server tells its processes; without it they would first finish what they are doing, for nobody.
    private func farewells(to processes: [pid_t], _ signal: Int32) -> [(pid_t, Int32)] {
        guard signal != SIGKILL, let server = postmaster?.process else { return processes.map { ($0, signal) } }
        return processes.contains(server) ? [(server, signal)] : processes.map { ($0, SIGQUIT) }
    }

    /// The number of a server that is gone may be another process's by now, or still its own if nobody waited for it:
    /// PostgreSQL would take either for a running server.
    private func removeFilesThatName(_ process: pid_t?) {
        guard let process, kill(process, 0) == 0 || errno == EPERM else { return }
        unlink(layout.postmasterFile)
        unlink(layout.socket + ".lock")
    }

    /// PostgreSQL's processes that work on the files of `directory`, which is their present directory.
    func processes(in directory: String) -> [pid_t] {
        var here = stat()
        guard stat(directory, &here) == 0 else { return [] }
        return ClusterDirectory.names(in: "/proc").compactMap { pid_t($0) }.filter { process in
            var there = stat()
            return stat("/proc/\(process)/cwd", &there) == 0 && here.st_dev == there.st_dev
                && here.st_ino == there.st_ino && program(of: process)?.hasSuffix("/postgres") == true
        }
    }

    private func program(of process: pid_t) -> String? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(PATH_MAX)) { buffer in
            let count = buffer.withMemoryRebound(to: CChar.self) {
                readlink("/proc/\(process)/exe", $0.baseAddress!, $0.count)
            }
            return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
        }
    }
}
