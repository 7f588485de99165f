import CSandbox
import Glibc
import Platform

/// What a reading process can no longer do, whatever a document makes of it.
enum ReaderConfinement {
    /// Where the recogniser's data, fonts and their settings, and character sets lie.
    private static let readable = [
        "/usr/share", "/usr/lib", "/usr/local/share", "/lib", "/lib64", "/etc/fonts", "/var/cache/fontconfig",
    ]

    /// For good. False when not even the limits could be set; the kernel's walls are put up where it has them.
    static func enter(memory: Int) -> Bool {
        let isLimited =
            lower(RLIMIT_AS, to: memory) && lower(RLIMIT_FSIZE, to: 0) && lower(RLIMIT_CORE, to: 0)
            && lower(RLIMIT_NOFILE, to: 64) && lower(__RLIMIT_NPROC, to: 0)
        let paths = readable.map { strdup($0) }
        defer { for path in paths { free(path) } }
        _ = csandbox_read_only(paths.map { UnsafePointer($0) }, Int32(paths.count))
        _ = csandbox_forbid_calls()
        return isLimited
    }

    /// The processor's time that is left, from now on.
    static func allow(seconds: Int) {
        var usage = rusage()
        var limit = rlimit()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0,
            getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &limit) == 0
        else { return }
        let used = Int(usage.ru_utime.tv_sec) + Int(usage.ru_stime.tv_sec)
        limit.rlim_cur = min(rlim_t(used + 1 + max(1, seconds)), limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &limit)
    }

    /// Only ever lower than what was granted.
    private static func lower(_ resource: __rlimit_resource, to bound: Int) -> Bool {
        let resource = __rlimit_resource_t(resource.rawValue)
        var now = rlimit()
        guard getrlimit(resource, &now) == 0 else { return false }
        let lowered = min(rlim_t(bound), now.rlim_max)
        var next = rlimit(rlim_cur: lowered, rlim_max: lowered)
        return setrlimit(resource, &next) == 0
    }
}
