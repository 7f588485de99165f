/// Reads the words after a command's name: options and operands in any order; after `--` only operands.
struct ArgumentParser {
    private let command: Command
    private let program: String
    private var arguments: Arguments
    private var words: [String] = []

    init(_ command: Command, program: String) {
        (self.command, self.program) = (command, program)
        arguments = Arguments(command)
    }

    mutating func parse(_ input: ArraySlice<String>) throws(UsageError) -> Arguments {
        var rest = input
        while let word = rest.popFirst() {
            if word == "--" {
                words += rest
                break
            }
            // "-" alone stands for standard input.
            if word.hasPrefix("-"), word.utf8.count > 1 {
                try readOption(word, &rest)
            } else {
                words.append(word)
            }
        }
        for option in command.options where option.isRequired && !arguments.has(option.name) {
            throw error("il manque l’option \(option.name) \(option.value ?? "")")
        }
        try assignOperands()
        return arguments
    }

    private mutating func readOption(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (name, attached) = (parts[0], parts.count == 2 ? parts[1] : nil)
        guard let option = command.options.first(where: { $0.name == name }) else { throw unknown(name) }
        if arguments.has(name), !option.isRepeated { throw error("l’option \(name) est donnée deux fois") }
        guard let placeholder = option.value else {
            if attached != nil { throw error("l’option \(name) ne prend pas de valeur") }
            return arguments.add("", to: option)
        }
        guard let value = attached ?? Self.value(from: &rest) else {
            throw error("il manque la valeur de l’option \(name) \(placeholder)")
        }
        guard option.choices.isEmpty || option.choices.contains(value) else {
            let suggestion = Spelling.nearest(value, among: option.choices).map { " (vouliez-vous dire \($0) ?)" } ?? ""
            let choices = option.choices.joined(separator: ", ")
            throw error("\(name) : « \(value) » n’est pas une valeur permise\(suggestion) ; choix : \(choices)")
        }
        arguments.add(value, to: option)
    }

    /// What looks like an option is one: `--out --json` lacks a value. It can still be given as `--out=--json`.
    private static func value(from rest: inout ArraySlice<String>) -> String? {
        guard let next = rest.first, !next.hasPrefix("--") else { return nil }
        return rest.popFirst()
    }

    private mutating func assignOperands() throws(UsageError) {
        var rest = words[...]
        for operand in command.operands {
            guard let word = rest.popFirst() else {
                if operand.isRequired { throw error("il manque \(operand.name)") }
                break
            }
            arguments.add(word, to: operand)
            while operand.isRepeated, let word = rest.popFirst() { arguments.add(word, to: operand) }
        }
        if let extra = rest.first { throw error("argument en trop : « \(extra) »") }
    }

    private func unknown(_ name: String) -> UsageError {
        let known = command.options.map(\.name) + ["--help"]
        let suggestion = Spelling.nearest(name, among: known).map { " (vouliez-vous dire \($0) ?)" } ?? ""
        return error("option inconnue : \(name)\(suggestion)")
    }

    private func error(_ text: String) -> UsageError {
        UsageError(message: "\(text)\nAide : \(program) \(command.name) --help")
    }
}
