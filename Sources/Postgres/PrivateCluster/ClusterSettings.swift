/// What the private server is tuned for.
public struct ClusterSettings: Sendable, Equatable {
    /// Sessions of the service and of command lines together, beside the three that PostgreSQL keeps for rescue.
    public var connections = 64
    /// Bytes of memory on the machine, of which PostgreSQL takes its part.
    public var memory = MachineMemory.available()
    /// False for a throwaway cluster only: a power cut then destroys it.
    public var isDurable = true

    public init() {}
}

extension ClusterSettings {
    /// The machine also runs the service, OCR and training: an eighth goes to PostgreSQL's own cache.
    private var sharedBuffers: Int { (memory / 8).clamped(to: .mebibytes(32) ... .mebibytes(2048)) }
    private var cacheSize: Int { max(memory / 2, sharedBuffers) }
    /// For each sort or hash of each session: all sessions with two of them stay below half of the memory.
    private var workMemory: Int { (memory / 4 / connections).clamped(to: .mebibytes(4) ... .mebibytes(32)) }
    private var maintenanceMemory: Int { (memory / 32).clamped(to: .mebibytes(32) ... .mebibytes(512)) }

    /// The file that the service rewrites at each start. Paths are relative to the server's data directory, so that
    /// the whole can be moved.
    var configuration: String {
        let lines = [
            "listen_addresses = ''",
            "unix_socket_directories = '../run'",
            "unix_socket_permissions = 0700",
            "port = \(ClusterLayout.port)",
            "max_connections = \(connections + 3)",
            "cluster_name = 'inspectia'",
            "",
            "shared_buffers = \(sharedBuffers >> 10)kB",
            "effective_cache_size = \(cacheSize >> 10)kB",
            "work_mem = \(workMemory >> 10)kB",
            "maintenance_work_mem = \(maintenanceMemory >> 10)kB",
            "random_page_cost = 1.1",
            "jit = off",
            "autovacuum = on",
            "",
            "wal_compression = on",
            "fsync = \(switched(isDurable))",
            "synchronous_commit = on",
            "full_page_writes = \(switched(isDurable))",
            "",
            "timezone = 'UTC'",
            "datestyle = 'ISO, YMD'",
            "lc_messages = 'C'",
            "",
            "log_timezone = 'UTC'",
            "logging_collector = on",
            "log_directory = '../log'",
            "log_filename = 'postgresql-%u.log'",
            "log_truncate_on_rotation = on",
            "log_rotation_age = 1d",
            "log_rotation_size = 0",
            "log_line_prefix = '%m [%p] %q%u@%d '",
            // Rows and parameters hold what customs must keep secret: the message alone goes to the log.
            "log_error_verbosity = terse",
            "log_min_error_statement = panic",
        ]
        return Self.banner + lines.joined(separator: "\n") + "\n"
    }

    private func switched(_ on: Bool) -> String { on ? "on" : "off" }

    /// The server's main file, written once: it belongs to the person who administers the machine.
    static let mainConfiguration = """
        include 'inspectia.conf'

        # Réglages propres à cette machine, qui l'emportent sur ceux du service :

        """

    /// Only over the socket, only the three roles, and each only for the accounts named by `identities`.
    static let access = banner + "local all inspectia,inspectia_service,postgres peer map=inspectia\n"

    /// root and the account that runs PostgreSQL own the files anyway: nobody else comes in.
    static func identities(of account: String) -> String {
        var lines: [String] = []
        for name in ["root", account] {
            let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
            for role in [ClusterLayout.role, ClusterLayout.serviceRole, ClusterLayout.administrator] {
                lines.append("inspectia \(quoted) \(role)")
            }
        }
        return banner + lines.joined(separator: "\n") + "\n"
    }

    private static let banner = "# Écrit par le service à chaque démarrage : toute modification serait perdue.\n\n"
}

extension Int {
    fileprivate static func mebibytes(_ count: Int) -> Int { count << 20 }
    fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
