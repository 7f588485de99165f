/// What the process tells whoever started it.
public enum ExitCode: Int32, Sendable {
    case ok = 0
    case failure = 1
    case usage = 2
    /// What was to be checked does not hold.
    case checkFailed = 3
}

/// One command of a command line: `program noun verb`, its operands and its options.
public struct Command: Sendable {
    /// A word after the options' names: `FILE`, or `FILE...` for one or more.
    public struct Operand: Sendable {
        public let name: String
        public let summary: String
        public let isRequired: Bool
        public let isRepeated: Bool

        public init(_ name: String, _ summary: String, required: Bool = true, repeated: Bool = false) {
            (self.name, self.summary, isRequired, isRepeated) = (name, summary, required, repeated)
        }
    }

    public struct Option: Sendable {
        /// With its hyphens: `--port`.
        public let name: String
        /// What its value is called in the help; nil when it takes none.
        public let value: String?
        public let summary: String
        /// Words that the value must be one of; empty when it is free.
        public let choices: [String]
        public let isRequired: Bool
        public let isRepeated: Bool

        /// `--json`
        public static func flag(_ name: String, _ summary: String) -> Option {
            Option(name: name, value: nil, summary: summary, choices: [], isRequired: false, isRepeated: false)
        }
        /// `--port N` or `--port=N`
        public static func value(
            _ name: String, _ value: String, _ summary: String, choices: [String] = [], required: Bool = false,
            repeated: Bool = false
        ) -> Option {
            Option(
                name: name, value: value, summary: summary, choices: choices, isRequired: required, isRepeated: repeated
            )
        }
    }

    /// One word or two: `serve`, `model train`.
    public let words: [String]
    public let summary: String
    public let operands: [Operand]
    public let options: [Option]
    /// A whole command line that works.
    public let example: String
    public let run: @Sendable (Arguments) async throws -> ExitCode

    public init(
        _ name: String, _ summary: String, operands: [Operand] = [], options: [Option] = [], example: String,
        run: @escaping @Sendable (Arguments) async throws -> ExitCode
    ) {
        words = name.split(separator: " ").map(String.init)
        precondition(1...2 ~= words.count && words.allSatisfy { !$0.hasPrefix("-") }, "\(name): noun or noun and verb")
        precondition(options.allSatisfy { $0.name.hasPrefix("--") && $0.name != "--help" }, "\(name): option names")
        precondition(
            operands.dropLast().allSatisfy { $0.isRequired && !$0.isRepeated }, "\(name): only the last operand")
        (self.summary, self.operands, self.options) = (summary, operands, options)
        (self.example, self.run) = (example, run)
    }

    public var name: String { words.joined(separator: " ") }
}
