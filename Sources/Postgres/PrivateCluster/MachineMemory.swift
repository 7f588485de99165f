import Glibc
import Platform

/// How much memory the machine, or the container that the service runs in, has.
public enum MachineMemory {
    public static func available() -> Int {
        let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        return min(machine, containerLimit ?? machine)
    }

    private static var containerLimit: Int? {
        File.text("/sys/fs/cgroup/memory.max").flatMap { Int($0.prefix { $0 != "\n" }) }
    }
}
