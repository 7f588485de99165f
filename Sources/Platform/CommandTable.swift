/// A program's commands. The executable lists them; this finds the one that is meant.
public struct CommandTable: Sendable {
    public enum Outcome: Sendable {
        case run(Command, Arguments)
        /// A text for standard output; asking for help succeeds.
        case help(String)
    }

    public let program: String
    public let summary: String
    public let commands: [Command]

    public init(program: String, summary: String, commands: [Command]) {
        precondition(Set(commands.map(\.name)).count == commands.count, "a command is listed twice")
        // Else `noun OPERAND` and `noun verb` could not be told apart.
        let alone = Set(commands.filter { $0.words.count == 1 }.map { $0.words[0] })
        precondition(
            !commands.contains { $0.words.count == 2 && alone.contains($0.words[0]) }, "a noun is a command too")
        (self.program, self.summary, self.commands) = (program, summary, commands)
    }

    /// Reads the words after the program's name.
    public func parse(_ words: [String]) throws(UsageError) -> Outcome {
        guard let noun = words.first else {
            throw UsageError(message: "il manque une commande\n\n\(help())")
        }
        if Self.asksForHelp(noun) { return .help(help()) }
        let candidates = commands.filter { $0.words[0] == noun }
        guard !candidates.isEmpty else { throw unknown(noun, after: [], among: commands.map { $0.words[0] }) }
        if let only = candidates.first(where: { $0.words.count == 1 }) { return try parse(only, words.dropFirst()) }
        guard words.count > 1 else {
            throw UsageError(message: "il manque un verbe après « \(noun) »\n\n\(help(noun: noun))")
        }
        if Self.asksForHelp(words[1]) { return .help(help(noun: noun)) }
        guard let command = candidates.first(where: { $0.words[1] == words[1] }) else {
            throw unknown(words[1], after: [noun], among: candidates.map { $0.words[1] })
        }
        return try parse(command, words.dropFirst(2))
    }

    private func parse(_ command: Command, _ words: ArraySlice<String>) throws(UsageError) -> Outcome {
        // Also beside mistakes: who asks for help is shown it.
        if words.prefix(while: { $0 != "--" }).contains(where: Self.asksForHelp) { return .help(help(command)) }
        var parser = ArgumentParser(command, program: program)
        return .run(command, try parser.parse(words))
    }

    private static func asksForHelp(_ word: String) -> Bool { word == "--help" || word == "-h" }

    private func unknown(_ word: String, after words: [String], among known: [String]) -> UsageError {
        let what = words.isEmpty ? "commande inconnue" : "verbe inconnu après « \(words[0]) »"
        let suggestion = Spelling.nearest(word, among: known).map { " (vouliez-vous dire « \($0) » ?)" } ?? ""
        let help = ([program] + words + ["--help"]).joined(separator: " ")
        return UsageError(message: "\(what) : « \(word) »\(suggestion)\nAide : \(help)")
    }
}
