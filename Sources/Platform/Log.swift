import Glibc
import Synchronization

/// The structured log: one JSON object a line, or a readable line on a terminal.
///
///     Log.shared.info("server.started", "Service démarré") { $0.add("port", port) }
///
/// A line is composed on the caller's own memory and put into the buffer of the caller's shard; one thread writes the
/// buffers out. A full buffer drops lines and counts them; only errors wait, briefly, to be written by their caller.
public final class Log: Sendable {
    /// The process's log, on standard error until it is configured.
    public static let shared = Log()

    public enum Level: Int, CaseIterable, Comparable, Sendable {
        case debug, info, warn, error

        public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    public enum Format: Sendable {
        /// Readable on a terminal, JSON elsewhere.
        case automatic
        case json, readable
    }

    public enum Destination: Equatable, Sendable {
        case descriptor(Int32)
        case file(String)

        public static let standardError = Destination.descriptor(STDERR_FILENO)
    }

    public struct Settings: Sendable {
        public var level: Level
        public var format: Format
        public var destination: Destination

        public init(
            level: Level = .info, format: Format = .automatic, destination: Destination = .standardError
        ) {
            (self.level, self.format, self.destination) = (level, format, destination)
        }
    }

    private let level = Atomic(Level.info.rawValue)
    private let style = Atomic(LogStyle.json.rawValue)
    private let limits: LogLimits
    private let pipeline: LogPipeline

    /// Starts the writer's thread, which lives until `close`.
    public init(limits: LogLimits = LogLimits()) {
        self.limits = limits
        pipeline = LogPipeline(limits: limits)
        pipeline.start()
        style.store(LogStyle(.automatic, descriptor: STDERR_FILENO).rawValue, ordering: .relaxed)
    }

    /// Throws when the file cannot be opened; the log then stays as it was.
    public func configure(_ settings: Settings) throws(FileError) {
        let descriptor = try pipeline.redirect(to: settings.destination)
        level.store(settings.level.rawValue, ordering: .relaxed)
        style.store(LogStyle(settings.format, descriptor: descriptor).rawValue, ordering: .relaxed)
    }

    /// Opens the log's file again, after it was moved away. Does nothing for a descriptor.
    public func reopen() throws(FileError) { try pipeline.reopen() }

    /// Writes out what is buffered. Returns after about a second at most when nobody reads the other end.
    public func flush() { pipeline.drain() }

    /// Writes out what is buffered and ends the writer's thread; later lines are lost.
    public func close() { pipeline.stop() }

    /// Lines that never reached the destination and are not reported there yet.
    public var droppedLines: Int { pipeline.droppedLines }

    @inline(__always)
    public func isEnabled(_ level: Level) -> Bool { level.rawValue >= self.level.load(ordering: .relaxed) }

    // MARK: Lines

    /// `event` is a stable dotted name for machines, `message` a short sentence for people.
    public func debug(
        _ event: StaticString, _ message: @autoclosure () -> String, _ fields: (inout LogLine) -> Void = { _ in }
    ) {
        if isEnabled(.debug) { write(.debug, event, message(), fields) }
    }
    public func info(
        _ event: StaticString, _ message: @autoclosure () -> String, _ fields: (inout LogLine) -> Void = { _ in }
    ) {
        if isEnabled(.info) { write(.info, event, message(), fields) }
    }
    public func warn(
        _ event: StaticString, _ message: @autoclosure () -> String, _ fields: (inout LogLine) -> Void = { _ in }
    ) {
        if isEnabled(.warn) { write(.warn, event, message(), fields) }
    }
    public func error(
        _ event: StaticString, _ message: @autoclosure () -> String, _ fields: (inout LogLine) -> Void = { _ in }
    ) {
        if isEnabled(.error) { write(.error, event, message(), fields) }
    }

    private func write(_ level: Level, _ event: StaticString, _ message: String, _ fields: (inout LogLine) -> Void) {
        // Taken out while in use, so that a closure that logs composes its line elsewhere.
        let scratch = Self.scratch.current
        let style = LogStyle(rawValue: style.load(ordering: .relaxed)) ?? .json
        var line = LogLine(reusing: scratch.bytes.take(), style: style, limits: limits)
        line.begin(level, event, message, at: .now())
        fields(&line)
        line.end()
        pipeline.accept(line.bytes, isError: level == .error)
        scratch.bytes = line.bytes
    }

    private final class Scratch { var bytes: [UInt8]? }
    private static let scratch = ThreadLocal { Scratch() }
}
