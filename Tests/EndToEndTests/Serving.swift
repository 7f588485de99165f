import Glibc
import JSON
import Platform
import TestKit
import Testing

/// A running `inspectia serve`.
final class Serving {
    struct NoEvent: Error, CustomStringConvertible {
        let description: String
    }

    /// Where its database is.
    enum Base {
        /// Its own, under this directory.
        case own(Installation)
        case at(String)
        case none
    }

    let child: Child
    private let scratch: TemporaryDirectory
    let log: String
    private(set) var port: UInt16 = 0

    /// Its address is known when this returns; `isReady` waits for the database too.
    init(
        _ base: Base, _ arguments: [String] = [], _ variables: [String: String] = [:], prefix: [String] = [],
        isReady: Bool = true
    ) throws {
        scratch = try TemporaryDirectory()
        log = variables["INSPECTIA_LOG_FILE"] ?? scratch.path + "/log"
        var environment = ["INSPECTIA_HTTP_PORT": "0", "INSPECTIA_LOG_FORMAT": "json", "INSPECTIA_LOG_ACCESS": "none"]
        environment["INSPECTIA_DATA_DIR"] = scratch.path + "/data"
        // Tests ask faster than people.
        for rate in ["LOGIN", "READ", "DECIDE"] { environment["INSPECTIA_LIMITS_\(rate)"] = "0" }
        switch base {
        case .own(let installation): environment["INSPECTIA_DATA_DIR"] = installation.path
        case .at(let url): environment["INSPECTIA_DATABASE_URL"] = url
        case .none: environment["INSPECTIA_DATABASE_URL"] = "host=\(scratch.path)/nowhere"
        }
        let words = prefix + [try Program.path.get(), "serve"] + arguments
        var command = ChildCommand(
            words[0], Array(words.dropFirst()), environment: Program.environment(environment.merging(variables) { $1 }))
        command.error = .file(scratch.path + "/log")
        command.workingDirectory = scratch.path
        child = try Child.start(command)
        let url = try #require(try wait(for: "service.listening")["url"]?.string)
        port = try #require(UInt16(url.split(separator: ":").last?.dropLast() ?? ""))
        if isReady { try wait(for: "service.ready") }
    }

    deinit {
        guard child.poll() == nil else { return }
        child.terminate()
        if (try? child.wait(until: Instant.now() + .seconds(30))) ?? nil == nil {
            child.kill()
            _ = child.wait()
        }
    }

    // MARK: Its log

    /// All lines of that event.
    func events(_ name: String) -> [JSONValue] {
        Program.text(log).split(separator: "\n").compactMap { try? JSONValue(parsing: Array($0.utf8)) }
            .filter { $0["event"]?.string == name }
    }

    /// Waits for the event, for the `count`th time; the last one.
    @discardableResult
    func wait(for event: String, times count: Int = 1) throws -> JSONValue {
        let deadline = Instant.now() + .seconds(120)
        while true {
            let ended = child.poll() != nil
            let found = events(event)
            if found.count >= count { return found[count - 1] }
            guard !ended, Instant.now() < deadline else {
                throw NoEvent(description: "no \(event) in\n\(Program.text(log))")
            }
            usleep(10_000)
        }
    }

    // MARK: Its clients

    func ask(_ path: String, timeout: Duration = .seconds(10)) throws -> RawResponse {
        let client = try RawClient(port: port, timeout: timeout)
        defer { client.close() }
        try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return try client.receive()
    }

    func waitFor(status: Int, of path: String) throws {
        let deadline = Instant.now() + .seconds(40)
        while try ask(path).status != status {
            guard Instant.now() < deadline else {
                throw NoEvent(description: "\(path) never answers \(status)\n\(Program.text(log))")
            }
            usleep(20_000)
        }
    }

    // MARK: Its end

    func end(within limit: Duration = .seconds(30)) throws -> Child.ExitStatus? {
        try child.wait(until: Instant.now() + limit)
    }

    func stop() throws -> Child.ExitStatus? {
        child.terminate()
        return try end()
    }
}

/// A data directory with a private PostgreSQL whose schema is up to date, not running.
final class Installation: Sendable {
    private let directory: TemporaryDirectory
    var path: String { directory.path + "/data" }

    /// Made once by the command, then copied.
    private static let template = Result { () throws -> Installation in
        let installation = try Installation(empty: ())
        let outcome = try Program.run(["migrate", "--data-dir", installation.path])
        try #require(outcome.status == .exited(0), "\(outcome.errors)")
        let names = try Program.migrations.get().joined(separator: ", ")
        try #require(outcome.output == "Migrations appliquées : \(names).\n")
        return installation
    }

    init(empty: Void) throws { directory = try TemporaryDirectory() }

    init() throws {
        directory = try TemporaryDirectory()
        let copy = ChildCommand("/bin/cp", ["-a", try Self.template.get().path, path], environment: [:])
        try #require(try Child.start(copy).wait().isSuccess)
    }

    var connection: String { "host='\(path)/postgres/run' port=5432 dbname=inspectia user=inspectia" }

    var postmaster: pid_t? {
        Program.text(path + "/postgres/data/postmaster.pid").split(separator: "\n").first.flatMap { pid_t($0) }
    }

    /// The postmaster and those it has started.
    func signalAll(_ signal: Int32) throws {
        let parent = try #require(postmaster)
        for process in Self.children(of: parent) + [parent] { kill(process, signal) }
    }

    private static func children(of parent: pid_t) -> [pid_t] {
        Program.text("/proc/\(parent)/task/\(parent)/children").split(separator: " ").compactMap { pid_t($0) }
    }
}
