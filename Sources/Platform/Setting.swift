/// One thing that can be configured. The table of all settings belongs to the service.
public struct Setting: Sendable {
    public enum Kind: Sendable {
        case integer(ClosedRange<Int>)
        case boolean
        case string
        case path
        /// Written `250ms`, `30s`, `5m`, `1h`, `7d`.
        case duration(ClosedRange<Duration>)
        /// Written `512KB`, `20MB`, `1GiB`, or in bytes.
        case byteSize(ClosedRange<Int>)
        case choice([String])
        /// Written with commas, or as an array of strings in the file.
        case list
        /// Never shown, never taken from the command line nor in clear from the file: the variable with `_FILE` after its
        /// name, or `…_file` in the configuration, name a file that holds it.
        case secret
    }

    /// Dotted: `http.port`.
    public let key: String
    public let kind: Kind
    public let flag: String?
    /// One sentence in French.
    public let summary: String
    let defaultValue: SettingValue?

    /// `default` is written as it would be in the environment. Numbers, durations and the like must have one.
    public init(_ key: String, _ kind: Kind, default text: String? = nil, flag: String? = nil, _ summary: String) {
        (self.key, self.kind, self.flag, self.summary) = (key, kind, flag, summary)
        // A wrong table is found by whoever starts the program first.
        precondition(!(kind.isSecret && (flag != nil || text != nil)), "\(key): a secret has neither flag nor default")
        precondition(text != nil || !kind.needsDefault, "\(key) needs a default")
        do throws(SettingRefusal) {
            defaultValue = try text.map { text throws(SettingRefusal) in try kind.parse(text) }
        } catch {
            preconditionFailure("\(key): the default is not valid, \(error.expected)")
        }
    }

    public static let environmentPrefix = "INSPECTIA_"

    /// `INSPECTIA_HTTP_PORT` for `http.port`.
    public var environment: String {
        Self.environmentPrefix + key.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
    }
}

extension Setting.Kind {
    var isSecret: Bool { if case .secret = self { true } else { false } }

    fileprivate var needsDefault: Bool {
        switch self {
        case .integer, .boolean, .duration, .byteSize, .choice: true
        case .string, .path, .list, .secret: false
        }
    }
}
