import CLinux
import Glibc

/// Wakes the thread that watches the server.
final class ClusterBell: Sendable {
    let descriptor: Int32

    init() throws(ClusterError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else { throw .lastSystemError("eventfd", "eventfd") }
    }

    deinit { close(descriptor) }

    func ring() { eventfd_write(descriptor, 1) }

    /// True when it was rung since the last time.
    func answer() -> Bool {
        var count: eventfd_t = 0
        return eventfd_read(descriptor, &count) == 0
    }
}
