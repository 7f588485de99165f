import CLinux
import Glibc

/// A lock between processes that the kernel drops with its holder, however it dies.
///
/// `owner.lock`, exclusive: who starts and stops the server. `users.lock`, shared: who works with a server that another
/// command line started for itself, and that must outlast them. `server.lock`, exclusive: the server's own processes.
final class ClusterLock: Sendable {
    let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// The lock, or the process that holds it when it says so.
    enum Attempt {
        case taken(ClusterLock)
        case held(by: Int32?)
    }

    /// Makes the file that processes of other accounts will find but must not make.
    static func create(_ path: String) throws(ClusterError) { _ = try open(path, creating: true) }

    /// Takes the lock alone, and writes in the file who did.
    static func tryExclusive(_ path: String, creating: Bool) throws(ClusterError) -> Attempt {
        let lock = try open(path, creating: creating)
        guard flock(lock.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .lastSystemError("flock", path) }
            return .held(by: lock.writtenProcess)
        }
        lock.write(getpid())
        return .taken(lock)
    }

    static func shared(_ path: String) throws(ClusterError) -> ClusterLock {
        try open(path).wait(LOCK_SH, path)
    }

    /// Waits until everyone that shares it has let go.
    static func exclusive(_ path: String) throws(ClusterError) -> ClusterLock {
        try open(path).wait(LOCK_EX, path)
    }

    private func wait(_ operation: Int32, _ path: String) throws(ClusterError) -> ClusterLock {
        while flock(descriptor, operation) != 0 {
            guard errno == EINTR else { throw .lastSystemError("flock", path) }
        }
        return self
    }

    private static func open(_ path: String, creating: Bool = false) throws(ClusterError) -> ClusterLock {
        let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (creating ? O_CREAT : 0), 0o600)
        guard descriptor >= 0 else { throw .lastSystemError("open", path) }
        return ClusterLock(descriptor)
    }

    private func write(_ process: pid_t) {
        var text = "\(process)\n"
        ftruncate(descriptor, 0)
        _ = text.withUTF8 { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private var writtenProcess: Int32? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { buffer in
            let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
            guard count > 0 else { return nil }
            return Int32(String(decoding: buffer[..<count], as: UTF8.self).prefix { $0 != "\n" })
        }
    }
}
