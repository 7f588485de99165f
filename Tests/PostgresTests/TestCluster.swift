import Glibc
import Net
import Platform
import Postgres

/// A PostgreSQL server of the test process's own.
final class TestCluster: Sendable {
    /// Started at the first use, gone with the process. Tests that harm their server take one of their own.
    static let shared: TestCluster = {
        atexit { TestCluster.shared.destroy() }
        return TestCluster()
    }()

    let directory: String
    /// Whom the server runs as, when it may not be the caller.
    private let account: (user: uid_t, group: gid_t)?

    private static let binaries = "/usr/lib/postgresql/15/bin"
    private static let settings = """
        listen_addresses = ''
        max_connections = 400
        fsync = off
        deadlock_timeout = 200ms
        """

    init() {
        // initdb refuses root: then everything runs as the postgres account.
        account = getuid() == 0 ? getpwnam("postgres").map { ($0.pointee.pw_uid, $0.pointee.pw_gid) } : nil
        var template = Array("/tmp/inspectia-pg-\(getpid())-XXXXXX".utf8CString)
        _ = mkdtemp(&template)
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if let account { chown(directory, account.user, account.group) }
        run("initdb", "-D", "\(directory)/data", "-A", "trust", "-U", "postgres", "--no-locale", "-E", "UTF8", "-N")
        let path = "\(directory)/data/postgresql.conf"
        let file = open(path, O_WRONLY | O_APPEND)
        let text = Array("\(Self.settings)\nunix_socket_directories = '\(directory)'\n".utf8)
        _ = write(file, text, text.count)
        close(file)
        start()
    }

    var connection: String { "host=\(directory) user=postgres dbname=postgres" }

    func start() { run("pg_ctl", "-D", "\(directory)/data", "-l", "\(directory)/log", "-w", "start") }
    /// After a kill: false while the last children of the dead server are not gone.
    func restart() -> Bool {
        status("pg_ctl", ["-D", "\(directory)/data", "-l", "\(directory)/log", "-w", "start"]) == 0
    }
    func stop(_ mode: String) { run("pg_ctl", "-D", "\(directory)/data", "-m", mode, "-w", "stop") }

    func destroy() {
        stop("immediate")
        spawn(["/bin/rm", "-rf", directory])
    }

    /// The postmaster's process id.
    var postmaster: pid_t {
        let file = open("\(directory)/data/postmaster.pid", O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = max(0, read(file, &bytes, bytes.count))
        return pid_t(String(decoding: bytes[..<count].prefix { $0 != 10 }, as: UTF8.self)) ?? -1
    }

    /// The postmaster and all its children: each is stopped or woken.
    func signalAll(_ signal: Int32) {
        let parent = postmaster
        spawn(["/usr/bin/pkill", "-\(signal)", "-P", "\(parent)"])
        kill(parent, signal)
    }

    /// Runs SQL by other means than what is tested.
    func psql(_ sql: String) { run("psql", "-h", directory, "-U", "postgres", "-d", "postgres", "-qc", sql) }

    private func run(_ name: String, _ arguments: String...) {
        let status = status(name, arguments)
        precondition(status == 0, "\(name) failed with status \(status); see \(directory)/log")
    }

    private func status(_ name: String, _ arguments: [String]) -> Int32 {
        var command = ["\(Self.binaries)/\(name)"] + arguments
        if let account {
            command =
                [
                    "/usr/bin/setpriv", "--reuid=\(account.user)", "--regid=\(account.group)", "--clear-groups",
                    "/usr/bin/env", "HOME=/tmp", "LC_ALL=C",
                ] + command
        }
        return spawn(command)
    }

    @discardableResult
    private func spawn(_ command: [String]) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        guard posix_spawn(&child, command[0], &actions, nil, &arguments, environ) == 0 else { return -1 }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return status
    }
}

/// A database on loops of its own, closed when `body` ends.
func withDatabase<Value>(
    loops: Int = 1, on cluster: TestCluster = .shared, limits: DatabaseLimits = .with { _ in },
    _ body: (Database, EventLoopGroup) async throws -> Value
) async throws -> Value {
    var configuration = DatabaseConfiguration(connection: cluster.connection)
    configuration.limits = limits
    let group = EventLoopGroup(count: loops)
    let database = try Database(configuration, on: group)
    defer { group.stop() }
    do {
        let value = try await body(database, group)
        await database.close()
        return value
    } catch {
        await database.close()
        throw error
    }
}

extension DatabaseLimits {
    /// Small ones, adjusted for a test.
    static func with(_ adjust: (inout DatabaseLimits) -> Void) -> DatabaseLimits {
        var limits = DatabaseLimits()
        limits.sharedLinks = 2
        adjust(&limits)
        return limits
    }
}

/// A name for the tables and channels of one test.
func unique(_ stem: String) -> String { "\(stem)_\(UInt64.random(in: 0..<1 << 48))" }
