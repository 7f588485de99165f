import Glibc

/// For what can only be looked at again later.
enum Pause {
    static func milliseconds(_ count: UInt32) { usleep(count * 1000) }
}
