/// What was given to a command. Asking for a name that the command does not declare is an error of the program.
public struct Arguments: Sendable {
    private let command: Command
    private var operands: [String: [String]] = [:]
    private var options: [String: [String]] = [:]

    init(_ command: Command) { self.command = command }

    /// Whether the option was given.
    public func has(_ option: String) -> Bool { options[declared(option)] != nil }

    /// The option's value, nil when it was not given.
    public func value(_ option: String) -> String? { options[declared(option)]?.last }

    /// The option's value as a whole number, nil when it was not given.
    public func integer(_ option: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = value(option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let bounds = "de \(range.lowerBound) à \(range.upperBound)"
            throw UsageError(message: "\(option) : « \(text) » n’est pas un nombre entier \(bounds)")
        }
        return number
    }

    /// All values of an option that may be repeated, in order.
    public func values(_ option: String) -> [String] { options[declared(option)] ?? [] }

    /// The operand, nil when an optional one was not given.
    public func operand(_ name: String) -> String? { operands(name).first }

    /// All words of an operand that may be repeated.
    public func operands(_ name: String) -> [String] {
        precondition(command.operands.contains { $0.name == name }, "\(command.name) has no operand \(name)")
        return operands[name] ?? []
    }

    /// Every option that was given with its last value, empty for a flag: what a configuration reads.
    public var given: [String: String] { options.mapValues { $0.last ?? "" } }

    private func declared(_ option: String) -> String {
        precondition(command.options.contains { $0.name == option }, "\(command.name) has no option \(option)")
        return option
    }

    mutating func add(_ value: String, to option: Command.Option) { options[option.name, default: []].append(value) }
    mutating func add(_ word: String, to operand: Command.Operand) { operands[operand.name, default: []].append(word) }
}

/// A command line that makes no sense, and why.
public struct UsageError: Error, Equatable, Sendable {
    /// In French, with a suggestion when a name was misspelt, and the way to the help.
    public let message: String

    public init(message: String) { self.message = message }

    public var exitCode: ExitCode { .usage }
}
