import Glibc

extension Metrics {
    /// The process's memory, processor time, descriptors and start, under their usual names.
    public func registerProcess() {
        gauge("process_resident_memory_bytes", "Mémoire résidente du processus.") { ProcessFacts.residentMemory }
        gauge("process_virtual_memory_bytes", "Mémoire virtuelle du processus.") { ProcessFacts.virtualMemory }
        counter("process_cpu_seconds_total", "Temps de processeur consommé, utilisateur et système.") {
            ProcessFacts.processorTime
        }
        gauge("process_open_fds", "Descripteurs de fichiers ouverts.") { ProcessFacts.openDescriptors }
        gauge("process_max_fds", "Descripteurs de fichiers permis.") { ProcessFacts.permittedDescriptors }
        gauge("process_threads", "Fils d’exécution.") { ProcessFacts.threads }
        let start = ProcessFacts.startTime
        gauge("process_start_time_seconds", "Démarrage, en secondes depuis 1970.") { start }
    }
}

/// What /proc says about this process; nil when it does not say.
enum ProcessFacts {
    static var residentMemory: Double? { statm(field: 1) }
    static var virtualMemory: Double? { statm(field: 0) }

    static var processorTime: Double? {
        guard let user = stat(field: 14), let system = stat(field: 15) else { return nil }
        return (user + system) / ticksPerSecond
    }

    static var threads: Double? { stat(field: 20) }

    static var openDescriptors: Double? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Without ".", ".." and the directory itself.
        return Double(count - 3)
    }

    static var permittedDescriptors: Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    /// The moment the system started plus the process's age then.
    static var startTime: Double? {
        guard let ticks = stat(field: 22), let system = text("/proc/stat"),
            let line = system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let boot = Double(line.dropFirst(6))
        else { return nil }
        return boot + ticks / ticksPerSecond
    }

    private static var ticksPerSecond: Double { Double(sysconf(Int32(_SC_CLK_TCK))) }

    private static func statm(field: Int) -> Double? {
        guard let words = text("/proc/self/statm")?.split(separator: " "), field < words.count,
            let pages = Double(words[field])
        else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Fields are counted from 1, as proc(5) does; the second, the name, may hold spaces and parentheses.
    private static func stat(field: Int) -> Double? {
        guard let text = text("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let words = text[text.index(after: end)...].split(separator: " ")
        return field - 3 < words.count ? Double(words[field - 3]) : nil
    }

    private static func text(_ path: String) -> String? {
        (try? File.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
}
