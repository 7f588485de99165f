import Glibc
import Platform

/// A log whose lines end in a file of its own, for tests to read.
struct LogOutput {
    let log: Log
    let path: String

    init(_ level: Log.Level = .debug, format: Log.Format = .json, limits: LogLimits = LogLimits()) throws {
        path = "/tmp/inspectia-log-\(UUIDv7.make()).log"
        log = Log(limits: limits)
        try log.configure(.init(level: level, format: format, destination: .file(path)))
    }

    /// The lines so far, line feeds cut off. Ends the log.
    func finish() -> [String] {
        log.close()
        defer { unlink(path) }
        return Self.lines(of: path)
    }

    static func lines(of path: String) -> [String] {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = read(file, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
