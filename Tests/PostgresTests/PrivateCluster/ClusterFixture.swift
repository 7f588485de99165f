import Glibc
import Platform
import TestKit
import Testing

@testable import Postgres

/// A data directory that lives as long as one test.
final class ClusterFixture: Sendable {
    let directory: TemporaryDirectory
    private let events = Monitor<[ClusterEvent]>([])

    /// An empty one.
    init(owner: uid_t? = nil) throws {
        directory = try TemporaryDirectory()
        if let owner { try #require(chown(directory.path, owner, owner) == 0) }
    }

    /// One whose cluster was created and stopped already: a copy is quicker than a creation.
    static func prepared() throws -> ClusterFixture {
        let fixture = try ClusterFixture()
        try #require(try Program.run(["/bin/cp", "-a", "--", original.get().top, fixture.top]).succeeded)
        return fixture
    }

    private static let original = Result {
        let fixture = try ClusterFixture()
        try fixture.running { _ in }
        return fixture
    }

    var path: String { directory.path }
    var top: String { path + "/postgres" }

    static var throwaway: ClusterSettings {
        var settings = ClusterSettings()
        settings.memory = 256 << 20
        settings.isDurable = false
        return settings
    }

    func cluster(
        _ settings: ClusterSettings = throwaway, limits: ClusterLimits = ClusterLimits()
    ) throws -> PrivateCluster {
        try PrivateCluster(dataDirectory: path, settings: settings, limits: limits) { [events] event in
            events.withLock { $0.append(event) }
            events.broadcast()
        }
    }

    /// Runs `body` with a started cluster, which it stops.
    func running<Result>(
        _ settings: ClusterSettings = throwaway, limits: ClusterLimits = ClusterLimits(),
        _ body: (PrivateCluster) throws -> Result
    ) throws -> Result {
        let cluster = try cluster(settings, limits: limits)
        try cluster.start()
        defer { cluster.stop() }
        return try body(cluster)
    }

    /// Blocks until something that `matches` has happened so many `times`.
    func wait(times: Int = 1, for matches: @Sendable (ClusterEvent) -> Bool) {
        events.wait { $0.count(where: matches) >= times ? () : nil }
    }

    var happened: [ClusterEvent] { events.withLock { $0 } }

    /// The running server's process, by its own file.
    func server() throws -> pid_t {
        try #require(File.text(top + "/data/postmaster.pid").flatMap { PostmasterFile($0)?.process })
    }

    /// Replaces a file of the cluster's, which keeps its owner and its mode.
    func write(_ text: String, to name: String) throws {
        let file = open("\(top)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        try #require(file >= 0)
        try Descriptor(owning: file).write(Array(text.utf8), name: name)
    }

    func names(in directory: String = "") -> [String] { ClusterDirectory.names(in: top + directory) }
}

/// Another program, run to its end or left running.
enum Program {
    static func run(_ words: [String]) throws -> (succeeded: Bool, output: String) {
        var command = command(words)
        command.output = .pipe
        command.error = .pipe
        let process = try Child.start(command)
        let errors = try process.takeError()?.readToEnd(limit: 65_536, name: words[0]) ?? []
        let output = try process.takeOutput()?.readToEnd(limit: 65_536, name: words[0]) ?? []
        return (process.wait().isSuccess, String(decoding: output + errors, as: UTF8.self))
    }

    static func start(_ words: [String]) throws -> Child { try Child.start(command(words)) }

    private static func command(_ words: [String]) -> ChildCommand {
        var command = ChildCommand(words[0], Array(words.dropFirst()), environment: ["LC_ALL": "C"])
        command.workingDirectory = "/"
        command.output = .null
        command.error = .null
        command.group = .own
        return command
    }

    /// Polls until `condition` holds; false after twenty seconds.
    static func eventually(_ condition: () -> Bool) -> Bool {
        for _ in 0..<2_000 {
            if condition() { return true }
            usleep(10_000)
        }
        return false
    }
}
