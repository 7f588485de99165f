extension CommandTable {
    /// The program and all its commands.
    public func help() -> String {
        """
        \(program) : \(summary)

        Usage : \(program) COMMANDE [OPTIONS]

        Commandes :
        \(Self.columns(commands.map { ($0.name, $0.summary) }))

        « \(program) COMMANDE --help » explique une commande.
        Exemple : \(commands.first?.example ?? program)

        """
    }

    /// The commands of one noun.
    func help(noun: String) -> String {
        let group = commands.filter { $0.words[0] == noun }
        return """
            Usage : \(program) \(noun) VERBE [OPTIONS]

            Verbes :
            \(Self.columns(group.map { ($0.words.last ?? noun, $0.summary) }))

            « \(program) \(noun) VERBE --help » explique un verbe.
            Exemple : \(group.first?.example ?? program)

            """
    }

    /// One command with its operands and options.
    func help(_ command: Command) -> String {
        var usage = [program, command.name]
        usage += command.options.filter(\.isRequired).map { "\($0.name) \($0.value ?? "")" }
        if command.options.contains(where: { !$0.isRequired }) { usage.append("[OPTIONS]") }
        usage += command.operands.map { operand in
            let name = operand.name + (operand.isRepeated ? "..." : "")
            return operand.isRequired ? name : "[\(name)]"
        }
        var text = "\(command.summary)\n\nUsage : \(usage.joined(separator: " "))\n"
        if !command.operands.isEmpty {
            text += "\nArguments :\n\(Self.columns(command.operands.map { ($0.name, $0.summary) }))\n"
        }
        let options = command.options.map { option in
            let choices = option.choices.isEmpty ? "" : " (\(option.choices.joined(separator: ", ")))"
            return (option.name + (option.value.map { " \($0)" } ?? ""), option.summary + choices)
        }
        text += "\nOptions :\n\(Self.columns(options + [("--help", "affiche cette aide")]))\n"
        return text + "\nExemple : \(command.example)\n"
    }

    /// Two columns; a long name has its line to itself.
    private static func columns(_ rows: [(String, String)]) -> String {
        let width = min(rows.map(\.0.count).max() ?? 0, 30)
        return rows.map { name, summary in
            name.count > width
                ? "  \(name)\n  \(String(repeating: " ", count: width))  \(summary)"
                : "  \(name)\(String(repeating: " ", count: width - name.count))  \(summary)"
        }.joined(separator: "\n")
    }
}
