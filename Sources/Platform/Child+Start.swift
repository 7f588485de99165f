import CLinux
import Glibc

extension Child {
    /// Starts the program. It gets the three streams and no other descriptor, default signal handlers and no blocked
    /// signal. Throws when it cannot be executed.
    public static func start(_ command: ChildCommand) throws(FileError) -> Child {
        let words = [command.executable] + command.arguments
        let variables = command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        guard !(words + variables).contains(where: { $0.utf8.contains(0) }) else {
            throw FileError("posix_spawn", command.executable, errno: EINVAL)
        }
        let setup = try SpawnSetup(command)
        var id: pid_t = 0
        let code = withCStrings(words) { words in
            withCStrings(variables) { variables in setup.spawn(command.executable, words, variables, &id) }
        }
        guard code == 0 else { throw FileError("posix_spawn", command.executable, errno: code) }
        return Child(id: id, command: command, pipes: setup.finish())
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
