import Glibc

/// How lines look.
enum LogStyle: Int {
    case json, plain, coloured

    init(_ format: Log.Format, descriptor: Int32) {
        let terminal = isatty(descriptor) == 1
        switch format {
        case .json: self = .json
        case .automatic where !terminal: self = .json
        case .automatic, .readable: self = terminal && Self.allowsColour ? .coloured : .plain
        }
    }

    /// NO_COLOR with any value but the empty one forbids colours, and so does a terminal that has none.
    private static var allowsColour: Bool {
        func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
        return value("NO_COLOR").isEmpty && value("TERM") != "dumb"
    }
}

extension Log.Level {
    var name: StaticString {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warn: "warn"
        case .error: "error"
        }
    }

    /// Grey, green, yellow, red.
    var colour: StaticString {
        switch self {
        case .debug: "\u{1b}[90m"
        case .info: "\u{1b}[32m"
        case .warn: "\u{1b}[33m"
        case .error: "\u{1b}[31m"
        }
    }
}
