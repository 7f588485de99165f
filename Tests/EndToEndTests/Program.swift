import Glibc
import Platform
import TestKit
import Testing

/// The built program, which lies beside the tests.
enum Program {
    struct Missing: Error {}

    static let path = Result { () throws -> String in
        let own = try #require(realpath("/proc/self/exe", nil))
        defer { free(own) }
        var directory = String(cString: own)[...]
        // The tests may lie a few directories below: in a bundle.
        while let slash = directory.lastIndex(of: "/") {
            directory = directory[..<slash]
            let candidate = "\(directory)/inspectia"
            var status = stat()
            if stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return candidate }
        }
        throw Missing()
    }

    /// Of this version, in order.
    static let migrations = Result { () throws -> [String] in
        let root = try #require(Resources.find(holding: "migrations/0001_fondations.sql"))
        let directory = try #require(opendir(root + "/migrations"))
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".sql") { names.append(String(name.dropLast(4))) }
        }
        return names.sorted().map { String($0.dropFirst(5)) }
    }

    struct Outcome {
        let status: Child.ExitStatus?
        let output: String
        let errors: String
    }

    /// Only what is given, and what any program needs.
    static func environment(_ variables: [String: String]) -> [String: String] {
        ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8"].merging(variables) { $1 }
    }

    /// Runs it to its end. `prefix` is a program that starts it, with its arguments.
    static func run(
        _ arguments: [String], _ variables: [String: String] = [:], in directory: String? = nil, prefix: [String] = []
    ) throws -> Outcome {
        let scratch = try TemporaryDirectory()
        let words = prefix + [try path.get()] + arguments
        var command = ChildCommand(words[0], Array(words.dropFirst()), environment: environment(variables))
        command.output = .file(scratch.path + "/out")
        command.error = .file(scratch.path + "/err")
        command.workingDirectory = directory ?? scratch.path
        let child = try Child.start(command)
        let status = try child.wait(until: Instant.now() + .seconds(60))
        if status == nil {
            child.kill()
            _ = child.wait()
        }
        return Outcome(status: status, output: text(scratch.path + "/out"), errors: text(scratch.path + "/err"))
    }

    static func text(_ path: String) -> String {
        (try? File.read(path, limit: 64 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
